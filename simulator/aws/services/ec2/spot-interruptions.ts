import type { Simulation } from '../../../core/simulation.ts';
import { emitEvent } from '../eventbridge/bus.ts';
import { rebalanceRecommendation, spotInterruption } from '../eventbridge/events/ec2.ts';
import { wholeSeconds } from '../eventbridge/events/envelope.ts';
import { SPOT_STOP, SPOT_TERMINATION, stopInstance, terminateInstance, unknownInstance } from './instance-lifecycle.ts';
import { ec2World, type Instance } from './world.ts';

const WARN = 'ec2:spot-warning';
const TAKE_BACK = 'ec2:spot-interruption';
/** From the notice to the end. A hibernation begins at once. */
const NOTICE_SECONDS = 120;

type Action = 'terminate' | 'stop' | 'hibernate';
type Due = { readonly instanceId: string; readonly action: Action };

export function registerSpotInterruptions(simulation: Simulation): void {
  simulation.on<Due>(WARN, ({ instanceId, action }) => {
    if (isUp(ec2World(simulation).instances[instanceId])) warn(simulation, instanceId, action);
  });
  simulation.on<Due>(TAKE_BACK, ({ instanceId, action }) => {
    if (!isUp(ec2World(simulation).instances[instanceId])) return;
    if (action === 'terminate') terminateInstance(simulation, instanceId, SPOT_TERMINATION);
    else stopInstance(simulation, instanceId, SPOT_STOP);
  });
}

/**
 * EC2 takes a spot instance back: two minutes after the notice it ends, unless it is gone by then. With `rebalanceFirst` the
 * recommendation comes now, and the notice so many seconds after it.
 */
export function interruptSpotInstance(
  simulation: Simulation,
  instanceId: string,
  { action = 'terminate', rebalanceFirst }: { action?: Action; rebalanceFirst?: number } = {},
): void {
  if (rebalanceFirst === undefined) warn(simulation, instanceId, action);
  else {
    recommendRebalance(simulation, instanceId);
    simulation.schedule(rebalanceFirst, WARN, { instanceId, action });
  }
}

/** EC2 thinks that a spot instance may be taken back soon. */
export function recommendRebalance(simulation: Simulation, instanceId: string): void {
  const instance = spotInstance(simulation, instanceId);
  instance.notices = { ...instance.notices, rebalance: { noticeTime: wholeSeconds(simulation.now()) } };
  emitEvent(simulation, rebalanceRecommendation(instance.zone, instanceId));
}

function warn(simulation: Simulation, instanceId: string, action: Action): void {
  const instance = spotInstance(simulation, instanceId);
  const seconds = action === 'hibernate' ? 0 : NOTICE_SECONDS;
  const time = wholeSeconds(simulation.now() + seconds * 1000);
  instance.notices = { ...instance.notices, instanceAction: { action, time } };
  emitEvent(simulation, spotInterruption(instance.zone, instanceId, action));
  simulation.schedule(seconds, TAKE_BACK, { instanceId, action });
}

function spotInstance(simulation: Simulation, instanceId: string): Instance {
  const instance = ec2World(simulation).instances[instanceId];
  if (!instance) throw unknownInstance(instanceId);
  if (instance.capacityType !== 'spot') throw new Error(`${instanceId} is not a spot instance`);
  if (!isUp(instance)) throw new Error(`${instanceId} is ${instance.state}: there is nothing to interrupt`);
  return instance;
}

function isUp(instance: Instance | undefined): boolean {
  return instance?.state === 'pending' || instance?.state === 'running';
}
