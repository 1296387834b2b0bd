import type { KubeObject, KubeUser } from '../../types.ts';
import type { ApiContext } from '../context.ts';
import { forbidden } from '../errors.ts';
import type { Resource } from '../resources/resource.ts';
import { accessTo, isAllowed, isSuperuser } from './authorize.ts';
import { type PolicyRule, type RoleRef, rulesOfRef, rulesOfUser } from './rules.ts';

const covers = (list: readonly string[] | undefined, value: string) =>
  list !== undefined && (list.includes('*') || list.includes(value));

/** Each rule taken apart into single permissions. */
function atoms(rule: PolicyRule): PolicyRule[] {
  if (rule.nonResourceURLs) {
    return rule.verbs.flatMap((verb) =>
      (rule.nonResourceURLs ?? []).map((url) => ({ verbs: [verb], nonResourceURLs: [url] })),
    );
  }
  const names = rule.resourceNames && rule.resourceNames.length > 0 ? rule.resourceNames : [undefined];
  return rule.verbs.flatMap((verb) =>
    (rule.apiGroups ?? []).flatMap((group) =>
      (rule.resources ?? []).flatMap((resource) =>
        names.map((name) => ({
          verbs: [verb],
          apiGroups: [group],
          resources: [resource],
          ...(name === undefined ? {} : { resourceNames: [name] }),
        })),
      ),
    ),
  );
}

function holds(held: readonly PolicyRule[], atom: PolicyRule): boolean {
  const [verb = ''] = atom.verbs;
  const [group = ''] = atom.apiGroups ?? [];
  const [resource = ''] = atom.resources ?? [];
  const [url] = atom.nonResourceURLs ?? [];
  const [name] = atom.resourceNames ?? [];
  return held.some((rule) => {
    if (!covers(rule.verbs, verb)) return false;
    if (url !== undefined) return covers(rule.nonResourceURLs, url);
    const anySubresource = `*/${resource.split('/')[1]}`;
    const hasResource = covers(rule.resources, resource) || rule.resources?.includes(anySubresource) === true;
    if (!covers(rule.apiGroups, group) || !hasResource) return false;
    return !rule.resourceNames?.length || (name !== undefined && rule.resourceNames.includes(name));
  });
}

function missingRules(
  context: ApiContext,
  user: KubeUser,
  namespace: string | undefined,
  wanted: readonly PolicyRule[],
) {
  const held = rulesOfUser(context.store, user, namespace);
  return wanted.flatMap(atoms).filter((atom) => !holds(held, atom));
}

function describe(rule: PolicyRule): string {
  const list = (name: string, values: readonly string[] | undefined) =>
    values ? [`${name}:[${values.map((value) => JSON.stringify(value)).join(' ')}]`] : [];
  const parts = [
    ...list('APIGroups', rule.apiGroups),
    ...list('Resources', rule.resources),
    ...list('ResourceNames', rule.resourceNames),
    ...list('NonResourceURLs', rule.nonResourceURLs),
    ...list('Verbs', rule.verbs),
  ];
  return `{${parts.join(', ')}}`;
}

function refuse(resource: Resource, object: KubeObject, user: KubeUser, missing: readonly PolicyRule[]): never {
  const groups = user.groups.map((group) => JSON.stringify(group)).join(' ');
  const who = `user "${user.username}" (groups=[${groups}])`;
  const why = `${who} is attempting to grant RBAC permissions not currently held:\n${missing.map(describe).join('\n')}`;
  throw forbidden(resource, object.metadata.name, why);
}

/**
 * A role may only be written by one who holds all its permissions or may `escalate`; a binding by one who holds the
 * permissions of its role or may `bind` it. `old` exempts what was there already.
 */
export function checkEscalation(
  context: ApiContext,
  user: KubeUser,
  resource: Resource,
  object: KubeObject,
  old: KubeObject | undefined,
): void {
  if (resource.group !== 'rbac.authorization.k8s.io' || isSuperuser(user)) return;
  if (resource.kind === 'Role' || resource.kind === 'ClusterRole') checkRole(context, user, resource, object, old);
  else checkBinding(context, user, resource, object, old);
}

const sameMembers = (left: unknown, right: unknown) => JSON.stringify(left) === JSON.stringify(right);

function checkRole(
  context: ApiContext,
  user: KubeUser,
  resource: Resource,
  role: KubeObject,
  old: KubeObject | undefined,
) {
  const hasSameRules = old && sameMembers(old['rules'], role['rules']);
  if (hasSameRules && sameMembers(old['aggregationRule'], role['aggregationRule'])) return;
  if (isAllowed(context, user, accessTo('escalate', resource, role.metadata))) return;
  // Whoever may aggregate decides over every rule there is or will be.
  const everything = { verbs: ['*'], apiGroups: ['*'], resources: ['*'] };
  const wanted = [...((role['rules'] ?? []) as PolicyRule[]), ...(role['aggregationRule'] ? [everything] : [])];
  const missing = missingRules(context, user, role.metadata.namespace, wanted);
  if (missing.length > 0) refuse(resource, role, user, missing);
}

function checkBinding(
  context: ApiContext,
  user: KubeUser,
  resource: Resource,
  binding: KubeObject,
  old: KubeObject | undefined,
): void {
  if (old && sameMembers(old['subjects'], binding['subjects']) && sameMembers(old['roleRef'], binding['roleRef']))
    return;
  const ref = binding['roleRef'] as RoleRef;
  const plural = ref.kind === 'ClusterRole' ? 'clusterroles' : 'roles';
  const target = { group: resource.group, plural };
  const { namespace } = binding.metadata;
  if (isAllowed(context, user, accessTo('bind', target, { name: ref.name, namespace }))) return;
  const missing = missingRules(context, user, namespace, rulesOfRef(context.store, ref, namespace));
  if (missing.length > 0) refuse(resource, binding, user, missing);
}
