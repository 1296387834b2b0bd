import type { Simulation } from '../../../../core/simulation.ts';
import type { Envelope } from '../events/envelope.ts';
import { busFaults, type Delivery, eventsState, type Rule, type Target } from '../state.ts';

/** The agenda kind of a delivery that is due. */
export const DELIVER = 'eventbridge:deliver';

/** What EventBridge itself takes before it calls a target: p50 about 0.14 s, p99 0.43 s; the call comes on top. */
const MEDIAN_SECONDS = 0.14;
const SPREAD = 0.48;
const LONGEST_BACKOFF_SECONDS = 600;

/** Starts the delivery of an event to one target, twice when the world is one of duplicates. */
export function begin(simulation: Simulation, rule: Rule, target: Target, event: Envelope): void {
  const state = eventsState(simulation);
  const key = `${state.accepted}:${rule.name}:${target.id}`;
  const isTwice = simulation.between(`eventbridge:twice:${key}`, 0, 1) < state.faults.duplicateShare;
  for (const copy of isTwice ? [0, 1] : [0]) {
    const delivery: Delivery = {
      id: `${key}:${copy}`,
      ruleArn: rule.arn,
      target,
      event,
      acceptedMs: simulation.now(),
      attempts: 0,
      failure: null,
      startedMs: null,
    };
    state.deliveries[delivery.id] = delivery;
    simulation.schedule(latency(simulation, delivery), DELIVER, { id: delivery.id });
  }
}

function latency(simulation: Simulation, { id }: Delivery): number {
  const { extraLatencySeconds, reorderWindowSeconds } = busFaults(simulation);
  const draw = (what: string) => simulation.between(`eventbridge:${what}:${id}`, 0, 1);
  const normal = Math.sqrt(-2 * Math.log(1 - draw('radius'))) * Math.cos(2 * Math.PI * draw('angle'));
  const late = reorderWindowSeconds > 0 ? draw('reorder') * reorderWindowSeconds : 0;
  return MEDIAN_SECONDS * Math.exp(SPREAD * normal) + extraLatencySeconds + late;
}

/** How long an outage still holds a delivery back, with its turn in the rush that follows; 0 when there is none. */
export function heldSeconds(simulation: Simulation, { id }: Delivery): number {
  const { outage } = busFaults(simulation);
  const now = simulation.now();
  if (!outage || now < outage.fromMs || now >= outage.untilMs) return 0;
  return (outage.untilMs - now) / 1000 + simulation.between(`eventbridge:rush:${id}`, 0, 2);
}

/** Before the next attempt: doubling, with jitter. 185 attempts take most of a day. */
export function backoffSeconds(simulation: Simulation, { id, attempts }: Delivery): number {
  const longest = Math.min(LONGEST_BACKOFF_SECONDS, 2 ** Math.min(attempts - 1, 20));
  return longest * simulation.between(`eventbridge:backoff:${id}:${attempts}`, 0.5, 1);
}
