import { isTrue, TRUE } from '../conditions.ts';
import { type Controller, isAwsError, type Outcome } from '../controller.ts';
import { classHash } from '../hashes.ts';
import { nodeLabels } from '../instance-types/offerings.ts';
import { quantitiesOf } from '../instance-types/resources.ts';
import { ANNOTATIONS, CLASS_HASH_VERSION } from '../names.ts';
import { claimRef, classRef, isGoing, type NodeClaim, type NodeClass } from '../objects.ts';
import { countDisrupted } from '../reporting/claim-counters.ts';
import { tell } from '../reporting/events.ts';
import { requirementsOf, singleValues } from '../requirements.ts';
import { InsufficientCapacityError, type Launched, LaunchFailedError, launchFleet } from './fleet.ts';
import { latest, writeClaimStatus } from './status.ts';

/** Seconds from a claim's creation to the call that launches its instance: queueing and batching of calls. */
function dueMs({ simulation }: Controller, claim: NodeClaim): number {
  const seconds = simulation.between(`karpenter:launch:${claim.metadata.uid}`, 1.7, 4.5);
  return Date.parse(claim.metadata.creationTimestamp ?? '') + seconds * 1000;
}

/** Launches the instance of a claim, once. Gives the claim when it is launched, or when to come again. */
export async function launch(
  controller: Controller,
  claim: NodeClaim,
): Promise<{ claim: NodeClaim } | { outcome: Outcome }> {
  const waitMs = dueMs(controller, claim) - controller.simulation.now();
  if (waitMs > 0) return { outcome: { againAfterSeconds: waitMs / 1000 } };
  const nodeClass = controller.api.get(classRef(claim.spec.nodeClassRef.name)) as NodeClass | undefined;
  if (!nodeClass || isGoing(nodeClass) || !isTrue(nodeClass, 'Ready')) {
    return giveUp(
      controller,
      claim,
      'nodeclass_not_ready',
      `EC2NodeClass ${claim.spec.nodeClassRef.name} is not ready`,
    );
  }
  let launched: Launched;
  try {
    launched = await launchFleet(controller, claim, nodeClass);
  } catch (error) {
    if (error instanceof InsufficientCapacityError) {
      return giveUp(controller, claim, 'insufficient_capacity', error.message);
    }
    if (!(error instanceof LaunchFailedError) && !isAwsError(error)) throw error;
    const reason = error instanceof LaunchFailedError ? error.reason : error.name;
    const present = latest(controller, claim);
    const message = `creating instance, ${error.message}`;
    if (present) writeClaimStatus(controller, present, { Launched: { status: 'Unknown', reason, message } });
    throw error;
  }
  return { claim: record(controller, claim, nodeClass, launched) };
}

/** Nothing lies between EC2's answer and this, so a claim that was launched says so. */
function record(controller: Controller, claim: NodeClaim, nodeClass: NodeClass, launched: Launched): NodeClaim {
  const { api } = controller;
  const { type, offering, instanceId } = launched;
  const present = latest(controller, claim) ?? claim;
  const labels = { ...singleValues(requirementsOf(claim.spec.requirements)), ...nodeLabels(type, offering) };
  const annotations = {
    [ANNOTATIONS.classHash]: classHash(nodeClass),
    [ANNOTATIONS.classHashVersion]: CLASS_HASH_VERSION,
  };
  const labelled = writeClaimStatus(
    controller,
    present,
    { Launched: TRUE },
    {
      providerID: `aws:///${offering.zone}/${instanceId}`,
      imageID: type.image.id,
      capacity: quantitiesOf(type.resources.capacity),
      allocatable: quantitiesOf(type.resources.allocatable),
    },
  );
  const marked = api.mergePatch(claimRef(labelled.metadata.name), { metadata: { labels, annotations } }) as NodeClaim;
  controller.log('INFO', 'launched nodeclaim', {
    nodeClaim: marked.metadata.name,
    instanceType: type.name,
    zone: offering.zone,
    capacityType: offering.capacityType,
    instance: instanceId,
  });
  controller.enqueue('provisioner', 0.5);
  return marked;
}

/** A claim that cannot be launched is deleted; its pods are pending still and get another one. */
function giveUp(controller: Controller, claim: NodeClaim, reason: string, message: string): { outcome: Outcome } {
  controller.log('ERROR', 'failed launching nodeclaim', { nodeClaim: claim.metadata.name, reason, error: message });
  tell(controller, claim, {
    type: 'Warning',
    reason: reason === 'insufficient_capacity' ? 'InsufficientCapacityError' : 'NodeClassNotReady',
    message: `NodeClaim ${claim.metadata.name} event: ${message}`,
  });
  controller.api.delete(claimRef(claim.metadata.name));
  countDisrupted(controller, claim, reason);
  return { outcome: { againAfterSeconds: 0 } };
}
