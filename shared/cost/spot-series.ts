import { DAY_MS, HOUR_MS } from './money.ts';

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
  /** The integral over whole days, as they are asked for. */
  readonly days: Map<number, bigint>;
};

/** A sum of numbers up to this is exact, however large: one price alone is less than the largest safe integer. */
const BIG_ENOUGH = Number.MAX_SAFE_INTEGER;

/** Of two prices of one moment the higher counts: what a report says is never too little. */
export function seriesOf(points: Points): SpotSeries {
  const { atMs, prices } = inOrder(points);
  const { unit } = points;
  if (unit !== 1) for (let index = 0; index < prices.length; index += 1) prices[index] = (prices[index] ?? 0) / unit;
  return { atMs, prices, unit: BigInt(unit), sums: sumsOf(atMs, prices), days: new Map() };
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

function sumsOf(atMs: Float64Array, prices: Float64Array): Float64Array | bigint[] {
  const dearest = prices.reduce((most, price) => Math.max(most, price), 0);
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
function indexAt({ atMs }: SpotSeries, ms: number, from = 0): number {
  let low = from;
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
  return ms < firstMs(series) ? undefined : BigInt(series.prices[indexAt(series, ms)] ?? 0) * series.unit;
}

function between({ atMs, prices, sums }: SpotSeries, from: number, fromMs: number, to: number, toMs: number): bigint {
  const [before, after] = [fromMs - (atMs[from] ?? 0), toMs - (atMs[to] ?? 0)];
  const [first, last] = [prices[from] ?? 0, prices[to] ?? 0];
  if (sums instanceof Float64Array) {
    // Sums rise: when the larger of the two is exact, all four are.
    const end = (sums[to] ?? 0) + last * after;
    if (end <= BIG_ENOUGH) return BigInt(end - ((sums[from] ?? 0) + first * before));
  }
  const upTo = (index: number, price: number, ms: number) => BigInt(sums[index] ?? 0) + BigInt(price) * BigInt(ms);
  return upTo(to, last, after) - upTo(from, first, before);
}

/** Price times milliseconds, of the price in force each moment; the series must have begun. */
export function integral(series: SpotSeries, fromMs: number, toMs: number): bigint {
  const isDay = toMs - fromMs === DAY_MS && fromMs % DAY_MS === 0;
  const known = isDay ? series.days.get(fromMs) : undefined;
  if (known !== undefined) return known;
  const from = indexAt(series, fromMs);
  const value = between(series, from, fromMs, indexAt(series, toMs, from), toMs) * series.unit;
  if (isDay) series.days.set(fromMs, value);
  return value;
}

/**
 * Price times milliseconds, of the price in force when each hour of the run began. Of an hour that began before the series did, the
 * first known price counts.
 */
export function hourStartIntegral(series: SpotSeries, runStartMs: number, fromMs: number, toMs: number): bigint {
  const { atMs, prices, unit } = series;
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
  return (parts + (wholeHours + BigInt(sum)) * BigInt(HOUR_MS)) * unit;
}
