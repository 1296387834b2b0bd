import { isFinished, type Labels, type Node, type Pod, type Taint } from '../../kubernetes/controllers/objects.ts';
import type { ClusterView, NodeInfo } from '../../kubernetes/controllers/scheduler/cluster-view.ts';
import { isTrue } from '../conditions.ts';
import { type Controller, listClaims } from '../controller.ts';
import { DISRUPTED_TAINT, EPHEMERAL_TAINTS } from '../names.ts';
import { isGoing, type NodeClaim } from '../objects.ts';
import { isReschedulable } from './pending-pods.ts';

/** What is there before anything new is planned. */
export type Present = {
  /** Nodes, and claims whose node has not joined, that may take pods: initialized ones first. */
  readonly open: readonly NodeInfo[];
  readonly view: ClusterView;
  /** Pods that have to move because their node is on its way out. */
  readonly moving: readonly Pod[];
};

const isSame = (taint: Taint, other: Pick<Taint, 'key' | 'effect'>) =>
  taint.key === other.key && taint.effect === other.effect;

/** A node as it will be once it is initialized. */
function inDueTime(node: Node, claim: NodeClaim | undefined): Node {
  if (!claim || isTrue(claim, 'Initialized')) return node;
  const passing = [...EPHEMERAL_TAINTS, ...(claim.spec.startupTaints ?? [])];
  const taints = (node.spec.taints ?? []).filter((taint) => !passing.some((other) => isSame(taint, other)));
  const labels = { ...node.metadata.labels, ...claim.metadata.labels };
  return { ...node, metadata: { ...node.metadata, labels }, spec: { ...node.spec, taints } };
}

/** The node that a launched claim will become. */
function expectedNode(claim: NodeClaim): Node {
  const { name, labels = {} } = claim.metadata;
  const allocatable = claim.status?.allocatable ?? {};
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: { ...labels, 'kubernetes.io/hostname': name } },
    spec: { taints: [...(claim.spec.taints ?? [])] },
    status: { allocatable },
  };
}

export function presentState(controller: Controller): Present {
  const { api } = controller;
  const claims = listClaims(controller);
  const claimOf = new Map(claims.map((claim) => [claim.status?.providerID, claim]));
  const pods = (api.list('v1', 'Pod') as Pod[]).filter((pod) => pod.spec.nodeName && !isFinished(pod));
  const nodes = api.list('v1', 'Node') as Node[];
  const known = new Set(nodes.map((node) => node.spec.providerID));
  const isLeaving = (node: Node) => {
    const claim = claimOf.get(node.spec.providerID);
    const isTainted = (node.spec.taints ?? []).some((taint) => isSame(taint, DISRUPTED_TAINT));
    return isGoing(node) || isTainted || (claim !== undefined && isGoing(claim));
  };
  const infos = nodes.map((node) => ({
    node: inDueTime(node, claimOf.get(node.spec.providerID)),
    pods: pods.filter((pod) => pod.spec.nodeName === node.metadata.name),
    isLeaving: isLeaving(node),
    isInitialized: isInitialized(claimOf.get(node.spec.providerID)),
  }));
  const expected = claims
    .filter((claim) => !isGoing(claim) && claim.status?.providerID && !known.has(claim.status.providerID))
    .map((claim) => ({ node: expectedNode(claim), pods: [], isLeaving: false, isInitialized: false }));
  const staying = [...infos, ...expected].filter((info) => !info.isLeaving);
  staying.sort((left, right) => Number(right.isInitialized) - Number(left.isInitialized));
  const namespaces = Object.fromEntries(
    api.list('v1', 'Namespace').map((one): [string, Labels] => [one.metadata.name, one.metadata.labels ?? {}]),
  );
  const open = staying.map(({ node, pods: bound }): NodeInfo => ({ node, pods: bound }));
  return {
    open,
    view: { nodes: open, namespaces },
    moving: infos.filter((info) => info.isLeaving).flatMap((info) => info.pods.filter(isReschedulable)),
  };
}

/** A node that is no claim's needs no initialization. */
function isInitialized(claim: NodeClaim | undefined): boolean {
  return claim === undefined || isTrue(claim, 'Initialized');
}
