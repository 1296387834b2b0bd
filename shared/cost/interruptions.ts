import type { ChargeOptions } from './charge.ts';
import { overlap, type Span } from './days.ts';
import type { Life } from './lives.ts';
import { moneyOf } from './money.ts';
import type { PriceBook } from './price-book.ts';
import { grossCost } from './run-cost.ts';

export type Interruptions = {
  readonly count: number;
  /** What interrupted instances cost from their notice to their end, while their pods moved; a part of the total. */
  readonly draining: string;
  /** What they cost from their launch until they could take pods: paid for in vain, and once more for the replacement; a part of the total. */
  readonly starting: string;
  readonly cost: string;
  /** First hours that EC2 did not charge: not in the total. */
  readonly freeHours: string;
};

const TAKEN: ReadonlySet<string | null> = new Set(['spot-interrupted', 'capacity-reservation-interrupted']);

/** What interruptions cost, as far as the ledger tells. */
export function interruptionCost(
  lives: readonly Life[],
  window: Span,
  book: PriceBook,
  reading?: ChargeOptions['spotReading'],
): Interruptions {
  let [count, draining, starting, free] = [0, 0n, 0n, 0n];
  for (const life of lives) {
    const { instance } = life;
    const run = life.runs.at(-1);
    if (!run || run.endMs === undefined) continue;
    const isTaken = TAKEN.has(instance.endReason) || instance.stateReason === 'Server.SpotInstanceTermination';
    const hasEnded = run.endMs >= window.fromMs && run.endMs < window.toMs;
    if (!isTaken || !hasEnded) continue;
    count += 1;
    const costOf = (fromMs: number, toMs: number) => {
      const span = overlap({ fromMs: Math.max(fromMs, run.startMs), toMs }, window);
      return span ? (grossCost(life, run, span, book, reading) ?? 0n) : 0n;
    };
    if (run.isFree) {
      free += costOf(run.startMs, run.endMs);
      continue;
    }
    const noticeMs = instance.noticeAt === null ? run.endMs : Date.parse(instance.noticeAt);
    // A notice that came before the node was ready makes all of its time one of the two, never both.
    const readyMs = instance.readyAt === null ? run.startMs : Math.min(Date.parse(instance.readyAt), noticeMs);
    starting += costOf(run.startMs, readyMs);
    draining += costOf(noticeMs, run.endMs);
  }
  return {
    count,
    draining: moneyOf(draining),
    starting: moneyOf(starting),
    cost: moneyOf(draining + starting),
    freeHours: moneyOf(free),
  };
}
