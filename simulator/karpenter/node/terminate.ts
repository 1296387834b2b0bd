import { conditionOf, type Node, type Taint } from '../../kubernetes/controllers/objects.ts';
import { isTrue, TRUE } from '../conditions.ts';
import type { Controller, Outcome } from '../controller.ts';
import { ANNOTATIONS, DISRUPTED_TAINT, FINALIZERS } from '../names.ts';
import { endInstance, findInstance } from '../node-claim/instance.ts';
import { claimOfProvider, latest, writeClaimStatus } from '../node-claim/status.ts';
import { claimRef, instanceIdOf, isGoing, type NodeClaim, nodeRef } from '../objects.ts';
import { tell } from '../reporting/events.ts';
import { drain } from './drain.ts';

const DRAIN_SECONDS = 5;
const POLL_SECONDS = 5;

/** Looks after one node of a claim: hurries its claim on, and takes a deleted node down. */
export async function reconcileNode(controller: Controller, name: string): Promise<Outcome> {
  const node = controller.api.get(nodeRef(name)) as Node | undefined;
  if (!node) return undefined;
  const claim = claimOfProvider(controller, node.spec.providerID);
  if (claim && !isTrue(claim, 'Ready')) controller.enqueue(`claim:${claim.metadata.name}`, 0.1);
  if (!isGoing(node) || !node.metadata.finalizers?.includes(FINALIZERS.core)) return undefined;
  return terminate(controller, node, claim);
}

async function terminate(controller: Controller, node: Node, claim: NodeClaim | undefined): Promise<Outcome> {
  if (claim && !isGoing(claim)) controller.api.delete(claimRef(claim.metadata.name));
  const instanceId = instanceIdOf(node.spec.providerID);
  const isReady = conditionOf(node, 'Ready')?.status === 'True';
  if (instanceId !== undefined && !isReady && !(await findInstance(controller, instanceId))) {
    return removeFinalizer(controller, node);
  }
  taint(controller, node);
  const deadlineMs = deadlineOf(claim);
  const isOverdue = deadlineMs !== undefined && deadlineMs <= controller.simulation.now();
  const left = drain(controller, node.metadata.name, deadlineMs);
  if (left.length > 0 && !isOverdue) {
    say(controller, claim, 'Drained', 'Draining');
    tell(controller, node, {
      type: 'Warning',
      reason: 'FailedDraining',
      message: `Failed to drain node, ${left.length} pods are waiting to be evicted`,
    });
    return { againAfterSeconds: DRAIN_SECONDS };
  }
  say(controller, claim, 'Drained');
  if (hasVolumes(controller, node) && !isOverdue) {
    say(controller, claim, 'VolumesDetached', 'AwaitingVolumeDetachment');
    return { againAfterSeconds: POLL_SECONDS };
  }
  say(controller, claim, 'VolumesDetached');
  if (instanceId !== undefined && !(await endInstance(controller, instanceId))) {
    say(controller, claim, 'InstanceTerminating');
    return { againAfterSeconds: POLL_SECONDS };
  }
  return removeFinalizer(controller, node);
}

function say(controller: Controller, claim: NodeClaim | undefined, type: string, waitingFor?: string): void {
  const present = claim && latest(controller, claim);
  if (!present) return;
  const verdict =
    waitingFor === undefined ? TRUE : ({ status: 'Unknown', reason: waitingFor, message: waitingFor } as const);
  writeClaimStatus(controller, present, { [type]: verdict });
}

/** When nothing is waited for any more. */
function deadlineOf(claim: NodeClaim | undefined): number | undefined {
  const at = claim?.metadata.annotations?.[ANNOTATIONS.terminationTimestamp];
  return at === undefined ? undefined : Date.parse(at);
}

function taint({ api }: Controller, node: Node): void {
  const present = api.get(nodeRef(node.metadata.name)) as Node | undefined;
  const taints = present?.spec.taints ?? [];
  const isOurs = ({ key, effect }: Taint) => key === DISRUPTED_TAINT.key && effect === DISRUPTED_TAINT.effect;
  if (!present || taints.some(isOurs)) return;
  api.mergePatch(nodeRef(node.metadata.name), { spec: { taints: [...taints, DISRUPTED_TAINT] } });
}

function hasVolumes({ api }: Controller, node: Node): boolean {
  return api
    .list('storage.k8s.io/v1', 'VolumeAttachment')
    .some((attachment) => attachment.spec?.['nodeName'] === node.metadata.name && !isGoing(attachment));
}

function removeFinalizer({ api, log, enqueue }: Controller, node: Node): Outcome {
  const present = api.get(nodeRef(node.metadata.name));
  if (!present) return undefined;
  const finalizers = (present.metadata.finalizers ?? []).filter((name) => name !== FINALIZERS.core);
  api.mergePatch(nodeRef(node.metadata.name), { metadata: { finalizers: finalizers.length > 0 ? finalizers : null } });
  log('INFO', 'deleted node', { node: node.metadata.name });
  enqueue('disruption', 1);
  return undefined;
}
