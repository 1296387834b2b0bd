import { DAY_MS, HOUR_MS } from './money.ts';

/** Changes of price in any order. A price is a whole number of its smallest unit, which floating point holds exactly. */
export type Points = { readonly atMs: number[]; readonly prices: number[] };

/** The spot price of one type in one zone: a step function, unknown before its first point. */
export type SpotSeries = {
  readonly atMs: Float64Array;
  readonly prices: Float64Array;
  /** Price times milliseconds from the first point to each. */
  readonly sums: readonly bigint[];
  /** The integral over whole days, as they are asked for. */
  readonly days: Map<number, bigint>;
};

/** A sum of numbers up to this is exact, however large: one price alone is less than the largest safe integer. */
const BIG_ENOUGH = Number.MAX_SAFE_INTEGER;

/** Of two prices of one moment the higher counts: what a report says is never too little. */
export function seriesOf({ atMs, prices }: Points): SpotSeries {
  const order = Uint32Array.from(atMs.keys());
  const isSorted = atMs.every((at, index) => index === 0 || (atMs[index - 1] ?? 0) < at);
  if (!isSorted) order.sort((a, b) => (atMs[a] ?? 0) - (atMs[b] ?? 0) || (prices[a] ?? 0) - (prices[b] ?? 0));
  const distinct = order.filter((point, index) => atMs[order[index + 1] ?? -1] !== atMs[point]);
  const sums: bigint[] = [];
  let sum = 0n;
  distinct.forEach((point, index) => {
    const before = distinct[index - 1];
    if (before !== undefined) sum += BigInt(prices[before] ?? 0) * BigInt((atMs[point] ?? 0) - (atMs[before] ?? 0));
    sums.push(sum);
  });
  return {
    atMs: Float64Array.from(distinct, (point) => atMs[point] ?? 0),
    prices: Float64Array.from(distinct, (point) => prices[point] ?? 0),
    sums,
    days: new Map(),
  };
}

export const firstMs = ({ atMs }: SpotSeries): number => atMs[0] ?? Number.POSITIVE_INFINITY;

/** The last point at or before a moment; the first for any moment before it. */
function indexAt({ atMs }: SpotSeries, ms: number): number {
  let low = 0;
  let high = atMs.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if ((atMs[middle] ?? 0) <= ms) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The price in force; undefined before the first point. */
export function priceAt(series: SpotSeries, ms: number): bigint | undefined {
  return ms < firstMs(series) ? undefined : BigInt(series.prices[indexAt(series, ms)] ?? 0);
}

function sumTo(series: SpotSeries, ms: number): bigint {
  const index = indexAt(series, ms);
  return (series.sums[index] ?? 0n) + BigInt(series.prices[index] ?? 0) * BigInt(ms - (series.atMs[index] ?? 0));
}

/** Price times milliseconds, of the price in force each moment; the series must have begun. */
export function integral(series: SpotSeries, fromMs: number, toMs: number): bigint {
  const isDay = toMs - fromMs === DAY_MS && fromMs % DAY_MS === 0;
  const known = isDay ? series.days.get(fromMs) : undefined;
  if (known !== undefined) return known;
  const value = sumTo(series, toMs) - sumTo(series, fromMs);
  if (isDay) series.days.set(fromMs, value);
  return value;
}

/**
 * Price times milliseconds, of the price in force when each hour of the run began. Of an hour that began before the series did, the
 * first known price counts.
 */
export function hourStartIntegral(series: SpotSeries, runStartMs: number, fromMs: number, toMs: number): bigint {
  const { atMs, prices } = series;
  let hourMs = runStartMs + Math.floor((fromMs - runStartMs) / HOUR_MS) * HOUR_MS;
  let index = indexAt(series, hourMs);
  let parts = 0n;
  // Whole hours are summed as numbers, for as long as those are exact.
  let wholeHours = 0n;
  let sum = 0;
  for (; hourMs < toMs; hourMs += HOUR_MS) {
    while (index + 1 < prices.length && (atMs[index + 1] ?? 0) <= hourMs) index += 1;
    const price = prices[index] ?? 0;
    if (hourMs < fromMs || hourMs + HOUR_MS > toMs) {
      parts += BigInt(price) * BigInt(Math.min(hourMs + HOUR_MS, toMs) - Math.max(hourMs, fromMs));
      continue;
    }
    if (sum + price > BIG_ENOUGH) {
      wholeHours += BigInt(sum);
      sum = 0;
    }
    sum += price;
  }
  return parts + (wholeHours + BigInt(sum)) * BigInt(HOUR_MS);
}
