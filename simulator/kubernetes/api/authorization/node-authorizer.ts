import type { KubeUser } from '../../types.ts';
import type { Store } from '../store.ts';
import type { AccessAttributes } from './authorize.ts';
import { CLUSTER_ROLES_KEY, type PolicyRule, rulesOfRole } from './rules.ts';

const NODE_USER = /^system:node:(.+)$/;

/** The node that a kubelet's user name stands for. */
export function nodeNameOf(user: KubeUser): string | undefined {
  return user.groups.includes('system:nodes') ? NODE_USER.exec(user.username)?.[1] : undefined;
}

/**
 * Kubelets get the rules of the ClusterRole system:node without any binding. As NodeRestriction has it, a kubelet changes
 * its own Node, Lease and CSINode only, and pods that run on it.
 */
export function nodeAuthorizerRules(store: Store, user: KubeUser, wanted: AccessAttributes): PolicyRule[] {
  const nodeName = nodeNameOf(user);
  const role = store.get(CLUSTER_ROLES_KEY, undefined, 'system:node');
  if (nodeName === undefined || !role) return [];
  return isOwnAffair(store, nodeName, wanted) ? rulesOfRole(store, role) : [];
}

const READING = ['get', 'list', 'watch'];
const NAMED_AFTER_NODE = ['nodes', 'csinodes', 'leases'];

function isOwnAffair(store: Store, nodeName: string, wanted: AccessAttributes): boolean {
  if (READING.includes(wanted.verb) || wanted.name === undefined) return true;
  if (NAMED_AFTER_NODE.includes(wanted.resource)) return wanted.name === nodeName;
  if (wanted.resource !== 'pods') return true;
  const pod = store.get('/pods', wanted.namespace, wanted.name);
  return pod === undefined || pod.spec?.['nodeName'] === nodeName;
}
