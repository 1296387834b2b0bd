import type { Letter } from '../../shared/aws/letters.ts';
import type { Fate, Replay } from './fate.ts';
import type { QueueName, RedriveRequest } from './request.ts';
import { type Counts, type SettlingDeps, settlementOf } from './settlement.ts';

/** A dead-letter queue, and what is done with what is in it. */
export type DeadLetters = {
  readonly queue: QueueName;
  /** Its name in the template. */
  readonly name: string;
  readonly url: string;
  readonly replay: Replay;
};

export type RedriveDeps = SettlingDeps & {
  /** Milliseconds until the invocation is cut off. */
  readonly remainingMs: () => number;
  readonly receive: (
    queueUrl: string,
    options: { readonly most: number; readonly hiddenSeconds: number },
  ) => Promise<readonly Letter[]>;
};

/** What was done with one dead-letter queue. In a dry run: what would be. */
type QueueReport = Counts & {
  readonly queue: QueueName;
  readonly deadLetters: string;
  /** It ended by its time or its limit, not because the queue had nothing more. */
  readonly more: boolean;
};

/** How many messages of SQS are in one call. */
const MOST_A_CALL = 10;
const WORKERS = 8;
/** Nothing new is begun when less time is left: what is under way must end, and be archived and deleted. */
const RESERVE_MS = 40_000;

/**
 * Sees to what is in dead-letter queues. A message leaves its queue only after it was sent, or was dropped and archived: whatever ends
 * this at whatever moment, what was not seen to is still there, and the worst that a second run does is to send something twice.
 */
export async function redrive(
  request: RedriveRequest,
  all: readonly DeadLetters[],
  deps: RedriveDeps,
): Promise<{ readonly dryRun: boolean; readonly reports: readonly QueueReport[]; readonly more: boolean }> {
  const budget = { left: request.limit };
  const reports: QueueReport[] = [];
  for (const source of all.filter(({ queue }) => request.queues.includes(queue)))
    reports.push(await redriveQueue(source, request.dryRun, budget, deps));
  return { dryRun: request.dryRun, reports, more: reports.some(({ more }) => more) };
}

async function redriveQueue(
  source: DeadLetters,
  dryRun: boolean,
  budget: { left: number },
  deps: RedriveDeps,
): Promise<QueueReport> {
  const settlement = settlementOf(source, dryRun, deps);
  // Nobody else gets them while this run may still be at them.
  const hiddenSeconds = Math.ceil(deps.remainingMs() / 1000) + 5;
  let isTimeUp = false;
  const work = async () => {
    while (budget.left > 0) {
      if (deps.remainingMs() < RESERVE_MS) {
        isTimeUp = true;
        return;
      }
      const most = Math.min(MOST_A_CALL, budget.left);
      budget.left -= most;
      const letters = await deps.receive(source.url, { most, hiddenSeconds });
      budget.left += most - letters.length;
      if (letters.length === 0) return;
      await settlement.settle(letters, await fatesOf(letters, source, dryRun, deps));
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: WORKERS }, work));
  const counts = await settlement.finish();
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  return { queue: source.queue, deadLetters: source.name, ...counts, more: isTimeUp || budget.left < 1 };
}

async function fatesOf(
  letters: readonly Letter[],
  { name, replay }: DeadLetters,
  dryRun: boolean,
  { warn }: RedriveDeps,
): Promise<readonly Fate[]> {
  try {
    return await replay(letters, { dryRun });
  } catch (error) {
    warn('messages stay: they could not be seen to', { queue: name, messages: letters.length, error });
    return letters.map(() => ({ state: 'kept', reason: 'failed' }));
  }
}
