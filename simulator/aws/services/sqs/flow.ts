import type { Simulation } from '../../../core/simulation.ts';
import { countQueue } from '../cloudwatch/counters.ts';
import { redrivePolicyOf, settingOf } from './attributes.ts';
import { type Message, type Queue, queueOfArn, type SqsState, sqsState } from './state.ts';
import {
  addMessage,
  firstHiddenMs,
  messageCounts,
  oldestMessage,
  removeMessage,
  replaceMessage,
  takeFirst,
} from './store.ts';

export const MAX_IN_FLIGHT = 120_000;

/** Who waits for messages. Kept by world: after a restore nobody from the world before may take anything. */
const waiting = new WeakMap<SqsState, Map<string, Set<() => void>>>();

const listeners = new WeakMap<Simulation, ((queueName: string) => void)[]>();

/** Tells of every change that can make a message visible, in this world and in those restored later. */
export function onQueueChange(simulation: Simulation, listener: (queueName: string) => void): void {
  listeners.set(simulation, [...(listeners.get(simulation) ?? []), listener]);
}

/** Lets everybody who waits for something in this queue look again. */
export function wake(simulation: Simulation, queueName: string): void {
  const waiters = waiting.get(sqsState(simulation))?.get(queueName);
  if (waiters) for (const look of [...waiters]) look();
  for (const listener of listeners.get(simulation) ?? []) listener(queueName);
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
  const now = simulation.now();
  const oldestMs = now - settingOf(queue, 'MessageRetentionPeriod') * 1000;
  for (let oldest = oldestMessage(queue, now); oldest; oldest = oldestMessage(queue, now)) {
    if (oldest.sentMs > oldestMs) return;
    removeMessage(queue, oldest, now);
  }
}

/** How many messages a receive could take now. */
export function visibleCount(simulation: Simulation, queue: Queue): number {
  dropExpired(simulation, queue);
  return messageCounts(queue, simulation.now()).visible;
}

export function inFlight(simulation: Simulation, queue: Queue): number {
  return messageCounts(queue, simulation.now()).inFlight;
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
  let moved = 0;
  while (taken.length < limit) {
    const message = takeFirst(queue, now);
    if (!message) break;
    if (redrive && target && message.receiveCount >= redrive.maxReceiveCount) {
      removeMessage(queue, message, now);
      addMessage(target, { ...message, deadLetterSource: sourceArn, visibleAtMs: now, receipt: null }, now);
      moved += 1;
    } else taken.push(message);
  }
  if (target && moved > 0) wake(simulation, target.name);
  if (taken.length > 0) countQueue(simulation, queue.name, 'NumberOfMessagesReceived', taken.length);
  for (const message of taken) {
    message.visibleAtMs = now + visibilitySeconds * 1000;
    message.receiveCount += 1;
    message.firstReceivedMs ??= now;
    message.receivedMs = now;
    message.receipt = simulation.nextId();
    replaceMessage(queue, message, now);
  }
  return taken;
}

/** When a message that is hidden now can next be seen; undefined when none is. */
export function nextVisibleMs(simulation: Simulation, queue: Queue): number | undefined {
  return firstHiddenMs(queue, simulation.now());
}
