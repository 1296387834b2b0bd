import type { Simulation } from '../../../core/simulation.ts';
import { redrivePolicyOf, settingOf } from './attributes.ts';
import { type Message, type Queue, queueOfArn, type SqsState, sqsState } from './state.ts';

export const MAX_IN_FLIGHT = 120_000;

/** Who waits for messages. Kept by world: after a restore nobody from the world before may take anything. */
const waiting = new WeakMap<SqsState, Map<string, Set<() => void>>>();

/** Lets every ReceiveMessage that waits on this queue look again. */
export function wake(simulation: Simulation, queueName: string): void {
  const waiters = waiting.get(sqsState(simulation))?.get(queueName) ?? new Set();
  for (const look of [...waiters]) look();
}

/** Waits until something about the queue changed, or for so long at the most. */
export function waitForChange(simulation: Simulation, queueName: string, milliseconds: number): Promise<void> {
  const state = sqsState(simulation);
  const queues = waiting.get(state) ?? new Map<string, Set<() => void>>();
  const waiters = queues.get(queueName) ?? new Set();
  waiting.set(state, queues.set(queueName, waiters));
  return new Promise((resolve) => {
    const look = () => {
      clearTimeout(timer);
      waiters.delete(look);
      resolve();
    };
    const timer = setTimeout(look, milliseconds);
    waiters.add(look);
  });
}

/** Deletes what is older than the queue keeps. */
export function dropExpired(simulation: Simulation, queue: Queue): void {
  const oldestMs = simulation.now() - settingOf(queue, 'MessageRetentionPeriod') * 1000;
  if (queue.messages.some((message) => message.sentMs <= oldestMs))
    queue.messages = queue.messages.filter((message) => message.sentMs > oldestMs);
}

export function inFlight(simulation: Simulation, queue: Queue): number {
  const now = simulation.now();
  return queue.messages.filter((message) => message.visibleAtMs > now && message.receipt !== null).length;
}

/** Takes up to `limit` visible messages and hides them; those received too often go to the dead-letter queue instead. */
export function takeMessages(
  simulation: Simulation,
  queue: Queue,
  limit: number,
  visibilitySeconds: number,
  sourceArn: string,
): Message[] {
  dropExpired(simulation, queue);
  const now = simulation.now();
  const redrive = redrivePolicyOf(queue);
  const target = redrive && queueOfArn(simulation, redrive.deadLetterTargetArn);
  const taken: Message[] = [];
  const moved: Message[] = [];
  for (const message of queue.messages) {
    if (taken.length === limit) break;
    if (message.visibleAtMs > now) continue;
    if (redrive && target && message.receiveCount >= redrive.maxReceiveCount) moved.push(message);
    else taken.push(message);
  }
  if (target && moved.length > 0) {
    queue.messages = queue.messages.filter((message) => !moved.includes(message));
    for (const message of moved)
      target.messages.push({ ...message, deadLetterSource: sourceArn, visibleAtMs: now, receipt: null });
    wake(simulation, target.name);
  }
  for (const message of taken) {
    message.visibleAtMs = now + visibilitySeconds * 1000;
    message.receiveCount += 1;
    message.firstReceivedMs ??= now;
    message.receivedMs = now;
    message.receipt = simulation.nextId();
  }
  return taken;
}

/** When a message that is hidden now can next be seen; undefined when none is. */
export function nextVisibleMs(simulation: Simulation, queue: Queue): number | undefined {
  const now = simulation.now();
  const next = queue.messages.reduce(
    (least, { visibleAtMs }) => (visibleAtMs > now ? Math.min(least, visibleAtMs) : least),
    Infinity,
  );
  return next === Infinity ? undefined : next;
}
