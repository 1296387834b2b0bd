import { KubeStatusError, type KubeUser } from '../../types.ts';
import type { ApiContext } from '../context.ts';
import { nodeAuthorizerRules } from './node-authorizer.ts';
import { groupsOf, type PolicyRule, rulesOfUser } from './rules.ts';

/** What is asked of a resource. */
export type AccessAttributes = {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string | undefined;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
};

export function isSuperuser(user: KubeUser): boolean {
  return user.isClusterAdmin === true || user.groups.includes('system:masters');
}

function ruleAllows(rule: PolicyRule, wanted: AccessAttributes): boolean {
  const has = (list: readonly string[] | undefined, value: string) => list?.includes('*') || list?.includes(value);
  if (!has(rule.verbs, wanted.verb) || !has(rule.apiGroups, wanted.group)) return false;
  const { resource, subresource } = wanted;
  const isResource = subresource
    ? has(rule.resources, `${resource}/${subresource}`) || rule.resources?.includes(`*/${subresource}`)
    : has(rule.resources, resource);
  if (!isResource) return false;
  if (!rule.resourceNames || rule.resourceNames.length === 0) return true;
  return wanted.name !== undefined && rule.resourceNames.includes(wanted.name);
}

export function isAllowed(context: ApiContext, user: KubeUser, wanted: AccessAttributes): boolean {
  if (isSuperuser(user)) return true;
  if (rulesOfUser(context.store, user, wanted.namespace).some((rule) => ruleAllows(rule, wanted))) return true;
  return nodeAuthorizerRules(context.store, user, wanted).some((rule) => ruleAllows(rule, wanted));
}

/** Throws the 403 that a real server answers. */
export function authorize(context: ApiContext, user: KubeUser, wanted: AccessAttributes): void {
  if (isAllowed(context, user, wanted)) return;
  const resource = wanted.subresource ? `${wanted.resource}/${wanted.subresource}` : wanted.resource;
  const where = wanted.namespace === undefined ? 'at the cluster scope' : `in the namespace "${wanted.namespace}"`;
  const of = wanted.group === '' ? wanted.resource : `${wanted.resource}.${wanted.group}`;
  const subject = wanted.name === undefined ? of : `${of} "${wanted.name}"`;
  const what = `User "${user.username}" cannot ${wanted.verb} resource "${resource}" in API group "${wanted.group}" ${where}`;
  throw new KubeStatusError(403, 'Forbidden', `${subject} is forbidden: ${what}`, {
    ...(wanted.name === undefined ? {} : { name: wanted.name }),
    ...(wanted.group === '' ? {} : { group: wanted.group }),
    kind: wanted.resource,
  });
}

/** A path such as /version: allowed by nonResourceURLs, where a trailing `*` stands for any ending. */
export function authorizePath(context: ApiContext, user: KubeUser, verb: string, path: string): void {
  if (isSuperuser(user)) return;
  const matches = (pattern: string) =>
    pattern === '*' || pattern === path || (pattern.endsWith('*') && path.startsWith(pattern.slice(0, -1)));
  const isPermitted = rulesOfUser(context.store, user, undefined).some(
    (rule) => (rule.verbs.includes('*') || rule.verbs.includes(verb)) && rule.nonResourceURLs?.some(matches),
  );
  if (isPermitted) return;
  const message = `forbidden: User "${user.username}" cannot ${verb} path "${path}"`;
  throw new KubeStatusError(403, 'Forbidden', message, {});
}

/** The user as a SelfSubjectReview shows it. */
export function userInfo(user: KubeUser): Record<string, unknown> {
  return { username: user.username, groups: [...groupsOf(user)] };
}

/** Attributes of an access to one object of a resource. */
export function accessTo(
  verb: string,
  resource: { readonly group: string; readonly plural: string },
  object: { readonly namespace?: string | undefined; readonly name?: string | undefined },
  subresource?: string,
): AccessAttributes {
  return {
    verb,
    group: resource.group,
    resource: resource.plural,
    subresource,
    namespace: object.namespace,
    name: object.name,
  };
}
