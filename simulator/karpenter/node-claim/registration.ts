import type { Node, Taint } from '../../kubernetes/controllers/objects.ts';
import { TRUE, type Verdict } from '../conditions.ts';
import type { Controller } from '../controller.ts';
import { FINALIZERS, LABELS, UNREGISTERED_TAINT } from '../names.ts';
import { setRegistrationHealth } from '../node-pool/reconcile.ts';
import { type NodeClaim, nodeRef } from '../objects.ts';
import { writeClaimStatus } from './status.ts';

const same = (left: Taint, right: Pick<Taint, 'key' | 'effect'>) =>
  left.key === right.key && left.effect === right.effect;

export function nodesOf({ api }: Controller, claim: NodeClaim): Node[] {
  const { providerID } = claim.status ?? {};
  if (!providerID) return [];
  return (api.list('v1', 'Node') as Node[]).filter((node) => node.spec.providerID === providerID);
}

/** Takes the node that joined for a claim over: gives it the claim's labels, annotations and taints, and lets pods onto it. */
export function register(controller: Controller, claim: NodeClaim): NodeClaim {
  const nodes = nodesOf(controller, claim);
  const [node] = nodes;
  if (!node)
    return say(controller, claim, {
      status: 'Unknown',
      reason: 'NodeNotFound',
      message: 'Node not registered with cluster',
    });
  if (nodes.length > 1) {
    const message = 'Invariant violated, matched multiple nodes';
    return say(controller, claim, { status: 'False', reason: 'MultipleNodesFound', message });
  }
  takeOver(controller, claim, node);
  setRegistrationHealth(controller, claim.metadata.labels?.[LABELS.nodePool] ?? '', TRUE);
  controller.log('INFO', 'registered nodeclaim', { nodeClaim: claim.metadata.name, node: node.metadata.name });
  controller.enqueue(`tag:${claim.metadata.name}`, 1);
  return writeClaimStatus(controller, claim, { Registered: TRUE }, { nodeName: node.metadata.name });
}

function say(controller: Controller, claim: NodeClaim, verdict: Verdict): NodeClaim {
  return writeClaimStatus(controller, claim, { Registered: verdict });
}

function takeOver({ api }: Controller, claim: NodeClaim, node: Node): void {
  const { metadata } = node;
  const own = (node.spec.taints ?? []).filter((taint) => !same(taint, UNREGISTERED_TAINT));
  const wanted = [...(claim.spec.taints ?? []), ...(claim.spec.startupTaints ?? [])];
  const taints = [...own, ...wanted.filter((taint) => !own.some((other) => same(other, taint)))];
  const owner = {
    apiVersion: claim.apiVersion,
    kind: claim.kind,
    name: claim.metadata.name,
    uid: claim.metadata.uid ?? '',
    blockOwnerDeletion: true,
  };
  const owners = (metadata.ownerReferences ?? []).filter(({ uid }) => uid !== owner.uid);
  api.mergePatch(nodeRef(metadata.name), {
    metadata: {
      labels: { ...claim.metadata.labels, [LABELS.registered]: 'true' },
      annotations: { ...claim.metadata.annotations },
      finalizers: [...new Set([...(metadata.finalizers ?? []), FINALIZERS.core])],
      ownerReferences: [...owners, owner],
    },
    spec: { taints: taints.length > 0 ? taints : null },
  });
}
