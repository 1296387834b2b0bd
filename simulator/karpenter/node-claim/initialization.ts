import { conditionOf, type Node, type Taint } from '../../kubernetes/controllers/objects.ts';
import { TRUE, type Verdict } from '../conditions.ts';
import type { Controller } from '../controller.ts';
import { EPHEMERAL_TAINTS, LABELS } from '../names.ts';
import { amountsOf } from '../node-pool/reconcile.ts';
import { type NodeClaim, nodeRef } from '../objects.ts';
import { nodesOf } from './registration.ts';
import { writeClaimStatus } from './status.ts';

const same = (left: Taint, right: Pick<Taint, 'key' | 'effect'>) =>
  left.key === right.key && left.effect === right.effect;

const unknown = (reason: string, message: string): Verdict => ({ status: 'Unknown', reason, message });

/** Counts a claim as initialized when its node can do what pods were planned for. */
export function initialize(controller: Controller, claim: NodeClaim): NodeClaim {
  const [node] = nodesOf(controller, claim);
  const verdict = node ? judge(claim, node) : unknown('NodeNotFound', 'Node not registered with cluster');
  if (node && verdict.status === 'True') {
    controller.api.mergePatch(nodeRef(node.metadata.name), { metadata: { labels: { [LABELS.initialized]: 'true' } } });
    controller.log('INFO', 'initialized nodeclaim', { nodeClaim: claim.metadata.name, node: node.metadata.name });
    controller.enqueue('disruption', 1);
  }
  const resources = node && verdict.status === 'True' ? { ...node.status } : {};
  const capacity = resources['capacity'] as Record<string, string> | undefined;
  const more = capacity
    ? {
        capacity: { ...claim.status?.capacity, ...capacity },
        allocatable: { ...claim.status?.allocatable, ...resources.allocatable },
      }
    : {};
  return writeClaimStatus(controller, claim, { Initialized: verdict }, more);
}

function judge(claim: NodeClaim, node: Node): Verdict {
  if (conditionOf(node, 'Ready')?.status !== 'True') {
    return unknown('NodeNotReady', 'Node status is NotReady');
  }
  const taints = node.spec.taints ?? [];
  const startup = (claim.spec.startupTaints ?? []).find((taint) => taints.some((other) => same(other, taint)));
  if (startup) return unknown('StartupTaintsExist', `StartupTaint "${startup.key}:${startup.effect}" still exists`);
  const ephemeral = EPHEMERAL_TAINTS.find((taint) => taints.some((other) => same(other, taint)));
  if (ephemeral) {
    return unknown(
      'KnownEphemeralTaintsExist',
      `KnownEphemeralTaint "${ephemeral.key}:${ephemeral.effect}" still exists`,
    );
  }
  const offered = amountsOf(node.status?.allocatable);
  const missing = Object.entries(amountsOf(claim.spec.resources?.requests)).find(
    ([resource, amount]) => amount > 0 && (offered[resource] ?? 0) === 0,
  );
  if (missing) return unknown('ResourceNotRegistered', `Resource "${missing[0]}" was requested but not registered`);
  return TRUE;
}
