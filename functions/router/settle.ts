import type { Decision } from '../../shared/events/decision.ts';
import { URGENT_KINDS } from '../../shared/events/event.ts';
import { deadlineMs } from '../../shared/events/timing.ts';
import { eventOf, type Item, type Outcome, type Verdict } from './item.ts';
import type { Sent } from './send-deliveries.ts';

/** Longest wait of an urgent item for its next receive. */
const LONGEST_WAIT_SECONDS = 10;
/** As the ingress queues have it. */
const VISIBILITY_SECONDS = 30;

/** What becomes of an item, by what became of its deliveries. */
export function outcomeOf(item: Item, verdict: Verdict, sent: readonly Sent[], nowMs: number): Outcome {
  const { decision } = verdict;
  if (verdict.state === 'postponed') return againOr(item, verdict.why, nowMs);
  if (decision.action === 'quarantine') return { state: 'dead', reason: decision.reason, detail: decision.detail };
  if (sent.some(({ state }) => state === 'failed')) return againOr(item, 'send-failed', nowMs);
  const refused = sent.findIndex(({ state }) => state === 'refused');
  if (refused < 0) return { state: 'done' };
  return { state: 'dead', reason: 'queue-gone', detail: refusalText(decision, sent) };
}

/** Another receive, soon for an urgent item; the dead-letter queue once its deadline has passed. */
function againOr(item: Item, why: Extract<Outcome, { state: 'retry' }>['why'], nowMs: number): Outcome {
  const event = eventOf(item);
  if (!event || !URGENT_KINDS.has(event.kind)) return { state: 'retry', why, seconds: bulkWait(item, why) };
  const deadline = deadlineMs(event);
  const leftMs = deadline === undefined ? Number.POSITIVE_INFINITY : deadline - nowMs;
  if (leftMs <= 0) {
    const detail = `not delivered before its deadline, after ${item.receiveCount} receives: ${why}`;
    return { state: 'dead', reason: 'too-late', detail };
  }
  const wait = Math.min(2 * item.receiveCount, LONGEST_WAIT_SECONDS);
  return { state: 'retry', why, seconds: Math.min(wait, Math.max(1, Math.floor(leftMs / 1000))) };
}

/** A send that failed is tried again soon, and ever later; the others wait for the visibility timeout. */
function bulkWait({ receiveCount }: Item, why: string): number | undefined {
  const wait = 2 ** receiveCount;
  return why === 'send-failed' && wait < VISIBILITY_SECONDS ? wait : undefined;
}

function refusalText({ deliveries }: Decision, sent: readonly Sent[]): string {
  const refused = sent.flatMap((one, index) =>
    one.state === 'refused' ? [`${deliveries[index]?.cluster ?? 'unknown'} (${one.code})`] : [],
  );
  return `refused by the queue of ${[...new Set(refused)].slice(0, 5).join(', ')}`;
}
