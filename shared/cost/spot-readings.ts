import { overlap, type Span } from './days.ts';
import { spotUnits } from './instance-charges.ts';
import type { Life } from './lives.ts';
import { HOUR_MS, moneyOf } from './money.ts';
import type { PriceBook } from './price-book.ts';
import { firstMs } from './spot-series.ts';
import { count, newTally, product, totalOf } from './tally.ts';

export type SpotReadings = { readonly integral: string; readonly hourStart: string; readonly difference: string };
export type FreeHour = {
  readonly instanceId: string;
  readonly cluster: string;
  readonly nodePool: string | null;
  readonly hours: number;
  /** What the time in the window costs, or would have cost. */
  readonly amount: string;
};
export type SpotFigures = {
  readonly spotReadings: SpotReadings;
  /** Ended by EC2 in their first hour, and not charged. */
  readonly freeHours: readonly FreeHour[];
  /** Charged, and to be credited if EC2 ended them: nobody knows. */
  readonly possibleCredits: readonly FreeHour[];
};

/** What spot instances cost by either reading of AWS's rule, and what their first hours gave or may give back. */
export function spotFigures(lives: readonly Life[], window: Span, book: PriceBook): SpotFigures {
  const [integralSum, hourSum] = [newTally(), newTally()];
  const freeHours: FreeHour[] = [];
  const possibleCredits: FreeHour[] = [];
  for (const { instance, kind, runs } of lives) {
    if (instance.capacityType !== 'spot') continue;
    const { series, spotRate } = book.ofKind(kind);
    if (!series) continue;
    for (const run of runs) {
      const span = overlap({ fromMs: Math.max(run.startMs, firstMs(series)), toMs: run.billedToMs }, window);
      if (!span) continue;
      const gross = spotUnits(series, run, span.fromMs, span.toMs);
      if (!run.isFree) {
        count(integralSum, spotRate, gross);
        count(hourSum, spotRate, spotUnits(series, run, span.fromMs, span.toMs, 'hour-start'));
      }
      if (!run.isFree && !run.mayBeFree) continue;
      const { instanceId, cluster, nodePool } = instance;
      const hours = (span.toMs - span.fromMs) / HOUR_MS;
      const entry = { instanceId, cluster, nodePool, hours, amount: moneyOf(product(spotRate, gross)) };
      (run.isFree ? freeHours : possibleCredits).push(entry);
    }
  }
  const [integral, hourStart] = [totalOf(integralSum), totalOf(hourSum)];
  const byId = (a: FreeHour, b: FreeHour) => (a.instanceId < b.instanceId ? -1 : 1);
  return {
    spotReadings: {
      integral: moneyOf(integral),
      hourStart: moneyOf(hourStart),
      difference: moneyOf(hourStart - integral),
    },
    freeHours: freeHours.sort(byId),
    possibleCredits: possibleCredits.sort(byId),
  };
}
