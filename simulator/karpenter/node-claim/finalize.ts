import { conditionIn, isTrue, TRUE } from '../conditions.ts';
import type { Controller, Outcome } from '../controller.ts';
import { ANNOTATIONS, FINALIZERS, LABELS } from '../names.ts';
import { claimRef, instanceIdOf, isGoing, type NodeClaim, nodeRef } from '../objects.ts';
import { countTerminated } from '../reporting/claim-counters.ts';
import { durationSeconds } from '../settings.ts';
import { endInstance } from './instance.ts';
import { nodesOf } from './registration.ts';
import { latest, writeClaimStatus } from './status.ts';

const POLL_SECONDS = 5;
/** What EC2 launched may be unknown to DescribeInstances for a moment. */
const CONSISTENCY_SECONDS = 5;

/** Deletes what belongs to a claim: first its node (which is drained by its own finalizer), then the instance. */
export async function finalizeClaim(controller: Controller, claim: NodeClaim): Promise<Outcome> {
  if (!claim.metadata.finalizers?.includes(FINALIZERS.core)) return undefined;
  const marked = markDeadline(controller, claim);
  const nodes = nodesOf(controller, marked);
  for (const node of nodes.filter((one) => !isGoing(one))) controller.api.delete(nodeRef(node.metadata.name));
  const left = nodes.filter((node) => controller.api.get(nodeRef(node.metadata.name)));
  if (left.length > 0) return { againAfterSeconds: POLL_SECONDS };
  const instanceId = instanceIdOf(marked.status?.providerID);
  if (instanceId !== undefined) {
    const age = secondsSinceLaunch(controller, marked);
    if (age < CONSISTENCY_SECONDS) return { againAfterSeconds: CONSISTENCY_SECONDS - age };
    const isOver = await endInstance(controller, instanceId);
    const present = latest(controller, marked);
    if (!present) return undefined;
    if (!isTrue(present, 'InstanceTerminating')) writeClaimStatus(controller, present, { InstanceTerminating: TRUE });
    if (!isOver) return { againAfterSeconds: POLL_SECONDS };
  }
  removeFinalizer(controller, marked);
  return undefined;
}

function secondsSinceLaunch({ simulation }: Controller, claim: NodeClaim): number {
  const launched = conditionIn(claim, 'Launched')?.lastTransitionTime;
  return (simulation.now() - Date.parse(launched ?? '1970-01-01T00:00:00Z')) / 1000;
}

/** With a grace period the moment is fixed after which nothing is waited for. One that is set already stays. */
function markDeadline({ api }: Controller, claim: NodeClaim): NodeClaim {
  const seconds = durationSeconds(claim.spec.terminationGracePeriod);
  const { annotations = {}, deletionTimestamp = '' } = claim.metadata;
  if (seconds === undefined || annotations[ANNOTATIONS.terminationTimestamp] !== undefined) return claim;
  const at = new Date(Date.parse(deletionTimestamp) + seconds * 1000).toISOString().replace(/\.\d{3}Z$/, 'Z');
  const metadata = { annotations: { [ANNOTATIONS.terminationTimestamp]: at } };
  return api.mergePatch(claimRef(claim.metadata.name), { metadata }) as NodeClaim;
}

function removeFinalizer(controller: Controller, claim: NodeClaim): void {
  const present = latest(controller, claim);
  if (!present) return;
  const finalizers = (present.metadata.finalizers ?? []).filter((name) => name !== FINALIZERS.core);
  controller.api.mergePatch(claimRef(claim.metadata.name), { metadata: { finalizers } });
  delete controller.state().emptySince[claim.metadata.name];
  countTerminated(controller, claim);
  controller.log('INFO', 'deleted nodeclaim', { nodeClaim: claim.metadata.name });
  controller.enqueue(`pool:${claim.metadata.labels?.[LABELS.nodePool] ?? ''}`, 0.1);
  controller.enqueue(`class:${claim.spec.nodeClassRef.name}`, 0.1);
}
