import type { FleetFile } from '../fleet-file/schema.ts';
import { chargeAll } from './all-charges.ts';
import { gather, type Ledger, sumOf } from './cells.ts';
import type { ChargeOptions } from './charge.ts';
import { dayOf, monthAround, type Span } from './days.ts';
import type { Life } from './lives.ts';
import { DAY_MS, HOUR_MS, microsOf, moneyOf } from './money.ts';
import type { PriceBook } from './price-book.ts';
import { type RunRate, runRateAt } from './run-rate.ts';

/** 365 x 24 / 12: for figures that are named run-rate, and for nothing else. */
export const HOURS_PER_MONTH = 730n;
const DAYS_CHECKED = 7;
const LEAST_DAYS = 7;
const THRESHOLD = 3.5;
/** Makes the MAD of a normal distribution its standard deviation. */
const MAD_SCALE = 1.4826;

export type Outlook = {
  readonly runRate: {
    readonly perHour: string;
    readonly perMonth: string;
    readonly complete: boolean;
    readonly pools: readonly { cluster: string; nodePool: string | null; perHour: string; perMonth: string }[];
  };
  readonly forecast: {
    readonly month: string;
    readonly soFar: string;
    readonly total: string;
    readonly complete: boolean;
    /** How wrong a forecast of one day by the run-rate at its start was, on average of the last days; null without whole days. */
    readonly errorPercent: number | null;
    readonly daysChecked: number;
  };
};

type Known = { fleet: FleetFile; lives: readonly Life[]; book: PriceBook; window: Span; options: ChargeOptions };

/** What each day cost. */
export function costsByDay({ days }: Ledger): ReadonlyMap<number, bigint> {
  return new Map([...days].map(([day, { cost }]) => [day, cost]));
}

type DayCosts = ReturnType<typeof costsByDay>;

export function wholeDays({ fromMs, toMs }: Span): number[] {
  const first = Math.ceil(fromMs / DAY_MS);
  return Array.from({ length: Math.max(0, dayOf(toMs) - first) }, (_, index) => first + index);
}

function forecastError({ fleet, lives, book, window }: Known, costs: DayCosts) {
  const errors = wholeDays(window)
    .slice(-DAYS_CHECKED)
    .flatMap((day) => {
      const actual = costs.get(day) ?? 0n;
      if (actual === 0n) return [];
      const expected = runRateAt(fleet, lives, book, day * DAY_MS).total * 24n;
      const difference = expected > actual ? expected - actual : actual - expected;
      return [Number((difference * 100_000n) / actual) / 1000];
    });
  const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
  return { errorPercent: errors.length === 0 ? null : Math.round(mean * 10) / 10, daysChecked: errors.length };
}

/** What it costs now, and what the month will have cost if that goes on. */
export function outlook(known: Known, costs: DayCosts, isComplete: boolean): Outlook {
  const { fleet, lives, book, window, options } = known;
  const nowMs = Math.min(window.toMs, fleet.exportedAt === undefined ? window.toMs : Date.parse(fleet.exportedAt));
  const rate: RunRate = runRateAt(fleet, lives, book, nowMs);
  const month = monthAround(window.toMs - 1);
  let soFar = { cost: 0n, isComplete };
  if (month.fromMs >= window.fromMs) {
    for (let day = dayOf(month.fromMs); day * DAY_MS < window.toMs; day += 1) soFar.cost += costs.get(day) ?? 0n;
  } else {
    const sofarWindow = { fromMs: month.fromMs, toMs: window.toMs };
    const ledger = gather((sink) => chargeAll(fleet, lives, { book, options, window: sofarWindow, sink }));
    soFar = { cost: sumOf(ledger.cells).cost, isComplete: ledger.unpriced.length === 0 };
  }
  const rest = (rate.total * BigInt(month.toMs - nowMs)) / BigInt(HOUR_MS);
  const pools = [...rate.pools]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, perHour]) => {
      const [cluster, nodePool] = JSON.parse(key) as [string, string | null];
      return { cluster, nodePool, perHour: moneyOf(perHour), perMonth: moneyOf(perHour * HOURS_PER_MONTH) };
    });
  return {
    runRate: {
      perHour: moneyOf(rate.total),
      perMonth: moneyOf(rate.total * HOURS_PER_MONTH),
      complete: rate.isComplete,
      pools,
    },
    forecast: {
      month: new Date(month.fromMs).toISOString().slice(0, 7),
      soFar: moneyOf(soFar.cost),
      total: moneyOf(soFar.cost + rest),
      complete: soFar.isComplete && rate.isComplete,
      ...forecastError(known, costs),
    },
  };
}

export type Anomaly = { readonly day: string; readonly cost: string; readonly median: string; readonly score: number };

const median = (sorted: readonly number[]): number => {
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
};
const inOrder = (values: readonly number[]) => [...values].sort((a, b) => a - b);

/** Whole days that cost much more or less than the others, by the median absolute deviation; none of fewer than seven days. */
export function anomalies(costs: DayCosts, window: Span): Anomaly[] {
  const days = wholeDays(window).map((day) => ({ day, micros: Number(microsOf(costs.get(day) ?? 0n)) }));
  if (days.length < LEAST_DAYS) return [];
  const middle = median(inOrder(days.map(({ micros }) => micros)));
  const deviation = median(inOrder(days.map(({ micros }) => Math.abs(micros - middle))));
  // Where most days cost the same to the cent, a deviation of nothing would make every cent an anomaly.
  const scale = Math.max(MAD_SCALE * deviation, middle / 100, 1);
  return days.flatMap(({ day, micros }) => {
    const score = Math.round(((micros - middle) / scale) * 10) / 10;
    if (Math.abs(score) <= THRESHOLD) return [];
    const text = (value: number) => (value / 1e6).toFixed(6);
    return [
      { day: new Date(day * DAY_MS).toISOString().slice(0, 10), cost: text(micros), median: text(middle), score },
    ];
  });
}
