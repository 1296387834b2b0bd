import { HOUR_MS } from './money.ts';
import type { Units } from './tally.ts';

/** Changes of price in any order; a price is a whole number of its smallest unit, which floating point holds exactly. */
export type Points = {
  readonly atMs: Float64Array;
  readonly prices: Float64Array;
  /** What divides every one of the prices. */
  readonly unit: number;
};

/** The spot price of one type in one zone: a step function, unknown before its first point. */
export type SpotSeries = {
  readonly atMs: Float64Array;
  /** Whole numbers of the unit. */
  readonly prices: Float64Array;
  readonly unit: bigint;
  /** Price times milliseconds from the first point to each: as numbers where all of them are exact so. */
  readonly sums: Float64Array | readonly bigint[];
  readonly dearest: number;
  readonly marks: Marks;
};

/** The last point at or before each of many moments that are equally far apart: where a search begins. */
type Marks = { readonly everyMs: number; readonly points: Uint32Array };
const POINTS_PER_MARK = 8;

/** A sum of numbers up to this is exact, however large: one price alone is less than the largest safe integer. */
const BIG_ENOUGH = Number.MAX_SAFE_INTEGER;

/** Of two prices of one moment the higher counts: what a report says is never too little. */
export function seriesOf(points: Points): SpotSeries {
  const { atMs, prices } = inOrder(points);
  const { unit } = points;
  if (unit !== 1) for (let index = 0; index < prices.length; index += 1) prices[index] = (prices[index] ?? 0) / unit;
  const dearest = prices.reduce((most, price) => Math.max(most, price), 0);
  return { atMs, prices, unit: BigInt(unit), sums: sumsOf(atMs, prices, dearest), dearest, marks: marksOf(atMs) };
}

function isRising(atMs: Float64Array): boolean {
  for (let index = 1; index < atMs.length; index += 1) if ((atMs[index - 1] ?? 0) >= (atMs[index] ?? 0)) return false;
  return true;
}

function inOrder({ atMs, prices }: Points): Pick<Points, 'atMs' | 'prices'> {
  if (isRising(atMs)) return { atMs, prices };
  const order = Uint32Array.from(atMs, (_, index) => index);
  order.sort((a, b) => (atMs[a] ?? 0) - (atMs[b] ?? 0) || (prices[a] ?? 0) - (prices[b] ?? 0));
  const distinct = order.filter((point, index) => atMs[order[index + 1] ?? -1] !== atMs[point]);
  return {
    atMs: Float64Array.from(distinct, (point) => atMs[point] ?? 0),
    prices: Float64Array.from(distinct, (point) => prices[point] ?? 0),
  };
}

function marksOf(atMs: Float64Array): Marks {
  const firstMs = atMs[0] ?? 0;
  const spanMs = (atMs.at(-1) ?? 0) - firstMs;
  const everyMs = Math.max(1, Math.ceil((spanMs * POINTS_PER_MARK) / atMs.length));
  const points = new Uint32Array(Math.floor(spanMs / everyMs) + 1);
  let point = 0;
  for (let mark = 0; mark < points.length; mark += 1) {
    const ms = firstMs + mark * everyMs;
    while (point + 1 < atMs.length && (atMs[point + 1] ?? 0) <= ms) point += 1;
    points[mark] = point;
  }
  return { everyMs, points };
}

function sumsOf(atMs: Float64Array, prices: Float64Array, dearest: number): Float64Array | bigint[] {
  const spanMs = (atMs.at(-1) ?? 0) - (atMs[0] ?? 0);
  // None is more than the dearest price all the time.
  if (dearest * spanMs <= BIG_ENOUGH) {
    const sums = new Float64Array(atMs.length);
    let sum = 0;
    for (let index = 1; index < atMs.length; index += 1) {
      sum += (prices[index - 1] ?? 0) * ((atMs[index] ?? 0) - (atMs[index - 1] ?? 0));
      sums[index] = sum;
    }
    return sums;
  }
  let sum = 0n;
  return Array.from(atMs, (at, index) => {
    if (index > 0) sum += BigInt(prices[index - 1] ?? 0) * BigInt(at - (atMs[index - 1] ?? 0));
    return sum;
  });
}

export const firstMs = ({ atMs }: SpotSeries): number => atMs[0] ?? Number.POSITIVE_INFINITY;

/** The last point at or before a moment; the first for any moment before it. */
function indexAt({ atMs, marks: { everyMs, points } }: SpotSeries, ms: number): number {
  const mark = Math.max(0, Math.floor((ms - (atMs[0] ?? 0)) / everyMs));
  let low = points[mark] ?? points.at(-1) ?? 0;
  let high = points[mark + 1] ?? atMs.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if ((atMs[middle] ?? 0) <= ms) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The price in force; undefined before the first point. */
export function priceAt(series: SpotSeries, ms: number): bigint | undefined {
  return ms < firstMs(series) ? undefined : BigInt(series.prices[indexAt(series, ms)] ?? 0) * series.unit;
}

/** Price times milliseconds from the first point to a moment at or after it, in the unit; as a number where that is exact. */
function upTo({ atMs, prices, sums }: SpotSeries, index: number, ms: number): Units {
  const [price, after] = [prices[index] ?? 0, ms - (atMs[index] ?? 0)];
  const sum = sums[index] ?? 0;
  if (typeof sum === 'number') {
    const end = sum + price * after;
    if (end <= BIG_ENOUGH) return end;
  }
  return BigInt(sum) + BigInt(price) * BigInt(after);
}

/** Price times milliseconds in the unit of the series, of the price in force each moment; the series must have begun. */
export function unitsBetween(series: SpotSeries, fromMs: number, toMs: number): Units {
  const start = upTo(series, indexAt(series, fromMs), fromMs);
  const end = upTo(series, indexAt(series, toMs), toMs);
  return typeof start === 'number' && typeof end === 'number' ? end - start : BigInt(end) - BigInt(start);
}

/** The same in the smallest unit of a price. */
export function integral(series: SpotSeries, fromMs: number, toMs: number): bigint {
  return BigInt(unitsBetween(series, fromMs, toMs)) * series.unit;
}

/**
 * Price times milliseconds in the unit of the series, of the price in force when each hour of the run began. Of an hour that began before the
 * series did, the first known price counts.
 */
export function hourStartUnits(series: SpotSeries, runStartMs: number, fromMs: number, toMs: number): Units {
  const { prices, dearest } = series;
  // None is more than the dearest price all the time.
  const isExact = dearest * (toMs - fromMs) <= BIG_ENOUGH;
  let sum = 0;
  let large = 0n;
  let hourMs = runStartMs + Math.floor((fromMs - runStartMs) / HOUR_MS) * HOUR_MS;
  for (; hourMs < toMs; hourMs += HOUR_MS) {
    const price = prices[indexAt(series, hourMs)] ?? 0;
    const ms = Math.min(hourMs + HOUR_MS, toMs) - Math.max(hourMs, fromMs);
    if (isExact) sum += price * ms;
    else large += BigInt(price) * BigInt(ms);
  }
  return isExact ? sum : large;
}

/** The same in the smallest unit of a price. */
export function hourStartIntegral(series: SpotSeries, runStartMs: number, fromMs: number, toMs: number): bigint {
  return BigInt(hourStartUnits(series, runStartMs, fromMs, toMs)) * series.unit;
}
