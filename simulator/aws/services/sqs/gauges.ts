import type { Simulation } from '../../../core/simulation.ts';
import { dropExpired } from './flow.ts';
import { type Queue, sqsState } from './state.ts';
import { messageCounts, oldestMessage } from './store.ts';

/** A message that was received so often without being deleted no longer counts for the age of a queue: SQS puts it to the back. */
const RECEIVES_THAT_COUNT = 3;

export type QueueGauges = { readonly queueName: string; readonly values: Readonly<Record<string, number>> };

/** What SQS shows of each queue in CloudWatch, by the metrics' names. */
export function queueGauges(simulation: Simulation): QueueGauges[] {
  const now = simulation.now();
  return Object.values(sqsState(simulation).queues).map((queue) => {
    dropExpired(simulation, queue);
    const { visible, inFlight, delayed } = messageCounts(queue, now);
    return {
      queueName: queue.name,
      values: {
        ApproximateNumberOfMessagesVisible: visible,
        ApproximateNumberOfMessagesNotVisible: inFlight,
        ApproximateNumberOfMessagesDelayed: delayed,
        ApproximateAgeOfOldestMessage: Math.floor((now - oldestThatCountsMs(queue, now)) / 1000),
      },
    };
  });
}

function oldestThatCountsMs(queue: Queue, now: number): number {
  const first = oldestMessage(queue, now);
  if (!first || first.receiveCount <= RECEIVES_THAT_COUNT) return first?.sentMs ?? now;
  return Object.values(queue.messages).reduce(
    (oldest, { sentMs, receiveCount }) => (receiveCount > RECEIVES_THAT_COUNT ? oldest : Math.min(oldest, sentMs)),
    now,
  );
}
