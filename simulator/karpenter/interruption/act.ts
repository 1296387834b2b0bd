import type { Controller } from '../controller.ts';
import { markUnavailable } from '../instance-types/offerings.ts';
import { ANNOTATIONS, LABELS } from '../names.ts';
import { nodesOf } from '../node-claim/registration.ts';
import { claimRef, isGoing, type NodeClaim } from '../objects.ts';
import { countDisrupted } from '../reporting/claim-counters.ts';
import { type EventText, tell } from '../reporting/events.ts';
import type { MessageKind } from './messages.ts';

/** Kinds found by polling the status of instances, beside those of the queue. */
export type Cause = MessageKind | 'instance_status' | 'system_status' | 'event_status';

type Action = 'CordonAndDrain' | 'ForcefulTermination' | 'NoAction';

const EVENTS: Readonly<Partial<Record<Cause, EventText>>> = {
  spot_interrupted: { type: 'Warning', reason: 'SpotInterrupted', message: 'Spot interruption warning was triggered' },
  rebalance_recommendation: {
    type: 'Normal',
    reason: 'SpotRebalanceRecommendation',
    message: 'Spot rebalance recommendation was triggered',
  },
  instance_stopped: { type: 'Warning', reason: 'InstanceStopping', message: 'Instance is stopping' },
  instance_terminated: { type: 'Warning', reason: 'InstanceTerminating', message: 'Instance is terminating' },
  scheduled_change: {
    type: 'Warning',
    reason: 'InstanceUnhealthy',
    message: 'An unhealthy warning was triggered for the instance',
  },
  capacity_reservation_interrupted: {
    type: 'Warning',
    reason: 'CapacityReservationInstanceInterrupted',
    message: 'Capacity reservation interruption warning was triggered',
  },
  instance_status: { type: 'Warning', reason: 'InstanceUnhealthy', message: 'The status check of the instance fails' },
  system_status: { type: 'Warning', reason: 'InstanceUnhealthy', message: 'The system status check fails' },
  event_status: { type: 'Warning', reason: 'InstanceUnhealthy', message: 'A maintenance event is scheduled' },
};

function actionFor(cause: Cause): Action {
  if (cause === 'rebalance_recommendation' || cause === 'no_op') return 'NoAction';
  return cause === 'instance_status' || cause === 'system_status' ? 'ForcefulTermination' : 'CordonAndDrain';
}

/** Does what a cause asks for with one claim: tells of it, marks what has run out, and takes the claim down. */
export function act(controller: Controller, claim: NodeClaim, cause: Cause): void {
  const action = actionFor(cause);
  const event = EVENTS[cause];
  const objects = [claim, ...nodesOf(controller, claim)];
  if (event) for (const object of objects) tell(controller, object, event);
  const { labels = {}, name } = claim.metadata;
  if (cause === 'spot_interrupted') {
    const zone = labels[LABELS.zone] ?? '';
    markUnavailable(controller, labels[LABELS.instanceType] ?? '', { zone, capacityType: 'spot' });
  }
  if (action === 'NoAction' || isGoing(claim)) return;
  const message = 'Interruption triggered termination for the NodeClaim/Node';
  for (const object of objects)
    tell(controller, object, { type: 'Warning', reason: 'TerminatingOnInterruption', message });
  if (
    action === 'ForcefulTermination' &&
    claim.metadata.annotations?.[ANNOTATIONS.terminationTimestamp] === undefined
  ) {
    const annotations = { [ANNOTATIONS.terminationTimestamp]: controller.simulation.timestamp() };
    controller.api.mergePatch(claimRef(name), { metadata: { annotations } });
  }
  controller.api.delete(claimRef(name));
  countDisrupted(controller, claim, cause);
  controller.log('INFO', 'initiating delete from interruption message', {
    nodeClaim: name,
    messageKind: cause,
    action,
  });
}
