import type { KubeObject, KubeUser } from '../../types.ts';
import { type LabelSelector, matchesLabelSelector } from '../selectors.ts';
import type { Store } from '../store.ts';

/** A rule of a Role or ClusterRole. */
export type PolicyRule = {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
};

export type RoleRef = { readonly apiGroup?: string; readonly kind: string; readonly name: string };
export type Subject = { readonly kind: string; readonly name: string; readonly namespace?: string };

const RBAC = 'rbac.authorization.k8s.io';
export const CLUSTER_ROLES_KEY = `${RBAC}/clusterroles`;
export const ROLES_KEY = `${RBAC}/roles`;
const CLUSTER_BINDINGS_KEY = `${RBAC}/clusterrolebindings`;
const BINDINGS_KEY = `${RBAC}/rolebindings`;

/** The rules of a role as it stands; an aggregated ClusterRole has those of the roles that its selectors pick. */
export function rulesOfRole(store: Store, role: KubeObject, seen: ReadonlySet<string> = new Set()): PolicyRule[] {
  const aggregation = role['aggregationRule'] as { clusterRoleSelectors?: LabelSelector[] } | undefined;
  if (!aggregation) return (role['rules'] ?? []) as PolicyRule[];
  const selectors = aggregation.clusterRoleSelectors ?? [];
  const visited = new Set([...seen, role.metadata.name]);
  return store
    .list(CLUSTER_ROLES_KEY)
    .filter((other) => !visited.has(other.metadata.name))
    .filter((other) => selectors.some((selector) => matchesLabelSelector(selector, other.metadata.labels ?? {})))
    .flatMap((other) => rulesOfRole(store, other, visited));
}

/** The rules that a roleRef stands for; none when the role does not exist. */
export function rulesOfRef(store: Store, ref: RoleRef, namespace: string | undefined): PolicyRule[] {
  const isCluster = ref.kind === 'ClusterRole';
  const role = isCluster
    ? store.get(CLUSTER_ROLES_KEY, undefined, ref.name)
    : store.get(ROLES_KEY, namespace, ref.name);
  return role ? rulesOfRole(store, role) : [];
}

/** The groups of a user, with those that every authenticated user and every service account is in. */
export function groupsOf(user: KubeUser): Set<string> {
  const groups = new Set(user.groups);
  if (user.username !== 'system:anonymous') groups.add('system:authenticated');
  const [, namespace] = /^system:serviceaccount:([^:]+):[^:]+$/.exec(user.username) ?? [];
  if (namespace) {
    groups.add('system:serviceaccounts');
    groups.add(`system:serviceaccounts:${namespace}`);
  }
  return groups;
}

function isSubject(
  subject: Subject,
  user: KubeUser,
  groups: Set<string>,
  bindingNamespace: string | undefined,
): boolean {
  if (subject.kind === 'User') return subject.name === user.username;
  if (subject.kind === 'Group') return groups.has(subject.name);
  const namespace = subject.namespace ?? bindingNamespace;
  return subject.kind === 'ServiceAccount' && user.username === `system:serviceaccount:${namespace}:${subject.name}`;
}

/** Every rule that applies to the user: cluster-wide ones, and those of one namespace where one is given. */
export function rulesOfUser(store: Store, user: KubeUser, namespace: string | undefined): PolicyRule[] {
  const groups = groupsOf(user);
  const bindings = store.list(CLUSTER_BINDINGS_KEY);
  if (namespace !== undefined) bindings.push(...store.list(BINDINGS_KEY, namespace));
  return bindings.flatMap((binding) => {
    const subjects = (binding['subjects'] ?? []) as Subject[];
    if (!subjects.some((subject) => isSubject(subject, user, groups, binding.metadata.namespace))) return [];
    return rulesOfRef(store, binding['roleRef'] as RoleRef, binding.metadata.namespace);
  });
}
