import type { Simulation } from '../../../../core/simulation.ts';
import { type BusActivity, tellBusActivity } from '../activity.ts';
import { type Delivery, type DeliveryFailure, eventsState } from '../state.ts';
import { failureOf } from './outcome.ts';
import { backoffSeconds, DELIVER, heldSeconds } from './queue.ts';
import { type BusPorts, handOver, sendToDeadLetters } from './targets.ts';

const SWEEP = 'eventbridge:sweep';
/** What a restored world cut off in the middle is taken up again after so long. */
const SWEEP_SECONDS = 10;
const DEFAULT_RETRY = { maximumRetryAttempts: 185, maximumEventAgeSeconds: 86_400 } as const;
const MAX_DEAD_LETTER_ATTEMPTS = 10;

/** Attempts under way in this world. A restore brings other objects, so what was cut off is not found here. */
const running = new WeakSet<Delivery>();

type Due = { readonly id: string };

/** Registers what the bus does by itself. */
export function registerDelivery(simulation: Simulation, ports: BusPorts): void {
  simulation.on<Due>(DELIVER, ({ id }) => attempt(simulation, ports, id));
  simulation.on<null>(SWEEP, () => sweep(simulation));
}

async function attempt(simulation: Simulation, ports: BusPorts, id: string): Promise<void> {
  const delivery = eventsState(simulation).deliveries[id];
  if (!delivery || running.has(delivery)) return;
  const held = heldSeconds(simulation, delivery);
  if (held > 0) return simulation.schedule(held, DELIVER, { id });
  running.add(delivery);
  delivery.startedMs = simulation.now();
  delivery.attempts += 1;
  armSweep(simulation);
  try {
    if (delivery.failure) await toDeadLetters(simulation, ports, delivery, delivery.failure);
    else await toTarget(simulation, ports, delivery);
  } finally {
    running.delete(delivery);
    delivery.startedMs = null;
  }
}

async function toTarget(simulation: Simulation, ports: BusPorts, delivery: Delivery): Promise<void> {
  try {
    await handOver(ports, delivery);
  } catch (error) {
    const { code, message, isTransient } = failureOf(error);
    const retries = delivery.attempts - 1;
    if (!isTransient) return giveUp(simulation, delivery, { code, message, exhausted: null, retries });
    const { maximumRetryAttempts, maximumEventAgeSeconds } = delivery.target.retry ?? DEFAULT_RETRY;
    if (retries >= maximumRetryAttempts)
      return giveUp(simulation, delivery, { code, message, exhausted: 'MaximumRetryAttempts', retries });
    tell(simulation, delivery, 'retried');
    const wait = backoffSeconds(simulation, delivery);
    const left = delivery.acceptedMs / 1000 + maximumEventAgeSeconds - simulation.now() / 1000;
    if (wait > left) {
      const failure = { code, message, exhausted: 'MaximumEventAgeInSeconds', retries } as const;
      return giveUp(simulation, delivery, failure, Math.max(0, left));
    }
    return simulation.schedule(wait, DELIVER, { id: delivery.id });
  }
  tell(simulation, delivery, 'delivered');
  forget(simulation, delivery);
}

function giveUp(simulation: Simulation, delivery: Delivery, failure: DeliveryFailure, afterSeconds = 0): void {
  tell(simulation, delivery, 'failed');
  delivery.failure = failure;
  delivery.attempts = 0;
  simulation.schedule(afterSeconds, DELIVER, { id: delivery.id });
}

async function toDeadLetters(
  simulation: Simulation,
  ports: BusPorts,
  delivery: Delivery,
  failure: DeliveryFailure,
): Promise<void> {
  const { deadLetterArn } = delivery.target;
  if (deadLetterArn === null) return lose(simulation, delivery, failure, 'the target has no dead-letter queue');
  try {
    await sendToDeadLetters(ports, delivery, deadLetterArn, failure);
  } catch (error) {
    const { message, isTransient } = failureOf(error);
    if (!isTransient || delivery.attempts >= MAX_DEAD_LETTER_ATTEMPTS)
      return lose(simulation, delivery, failure, message);
    return simulation.schedule(backoffSeconds(simulation, delivery), DELIVER, { id: delivery.id });
  }
  tell(simulation, delivery, 'dead-lettered');
  forget(simulation, delivery);
}

function lose(simulation: Simulation, delivery: Delivery, failure: DeliveryFailure, deadLetter: string): void {
  const { ruleArn, target, event } = delivery;
  const atMs = simulation.now();
  eventsState(simulation).lost.push({ ruleArn, targetArn: target.arn, event, failure, deadLetter, atMs });
  tell(simulation, delivery, 'lost');
  forget(simulation, delivery);
}

function forget(simulation: Simulation, { id }: Delivery): void {
  delete eventsState(simulation).deliveries[id];
}

function tell(simulation: Simulation, delivery: Delivery, kind: BusActivity['kind']): void {
  const { ruleArn, target, event, acceptedMs } = delivery;
  tellBusActivity(simulation, {
    kind,
    ruleName: ruleArn.slice(ruleArn.lastIndexOf('/') + 1),
    targetArn: target.arn,
    eventId: event.id,
    afterMs: simulation.now() - acceptedMs,
  });
}

function armSweep(simulation: Simulation): void {
  const state = eventsState(simulation);
  if (state.isSweeping) return;
  state.isSweeping = true;
  simulation.schedule(SWEEP_SECONDS, SWEEP, null);
}

function sweep(simulation: Simulation): void {
  const state = eventsState(simulation);
  state.isSweeping = false;
  const underWay = Object.values(state.deliveries).filter(({ startedMs }) => startedMs !== null);
  for (const delivery of underWay.filter((candidate) => !running.has(candidate)))
    simulation.schedule(0, DELIVER, { id: delivery.id });
  if (underWay.length > 0) armSweep(simulation);
}
