import { overlap, type Span } from './days.ts';
import { spotSum } from './instance-charges.ts';
import type { Life } from './lives.ts';
import { HOUR_MS, hourlyRate, moneyOf } from './money.ts';
import type { PriceBook } from './price-book.ts';
import { firstMs } from './spot-series.ts';

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
  let integralSum = 0n;
  let hourSum = 0n;
  const freeHours: FreeHour[] = [];
  const possibleCredits: FreeHour[] = [];
  const share = book.share('compute', 'spot');
  for (const { instance, runs } of lives) {
    if (instance.capacityType !== 'spot') continue;
    const series = book.spot(instance);
    if (!series) continue;
    for (const run of runs) {
      const span = overlap({ fromMs: Math.max(run.startMs, firstMs(series)), toMs: run.billedToMs }, window);
      if (!span) continue;
      const gross = spotSum(series, run, span.fromMs, span.toMs);
      if (!run.isFree) {
        integralSum += gross;
        hourSum += spotSum(series, run, span.fromMs, span.toMs, 'hour-start');
      }
      if (!run.isFree && !run.mayBeFree) continue;
      const { instanceId, cluster, nodePool } = instance;
      const hours = (span.toMs - span.fromMs) / HOUR_MS;
      const entry = { instanceId, cluster, nodePool, hours, amount: moneyOf(hourlyRate(gross, share)) };
      (run.isFree ? freeHours : possibleCredits).push(entry);
    }
  }
  const [integral, hourStart] = [hourlyRate(integralSum, share), hourlyRate(hourSum, share)];
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
