import type { Bucket } from './state.ts';

/** So many different values are kept as they are; beyond that they are rounded to one part in a hundred, so that a bucket stays small. */
const MAX_DISTINCT = 300;
const ROUNDING = 0.01;

export function emptyBucket(): Bucket {
  return { count: 0, sum: 0, min: Infinity, max: -Infinity, values: {}, distinct: 0 };
}

/** Adds so many occurrences of a value. */
export function addValue(bucket: Bucket, value: number, count: number): void {
  bucket.count += count;
  bucket.sum += value * count;
  bucket.min = Math.min(bucket.min, value);
  bucket.max = Math.max(bucket.max, value);
  addToValues(bucket, value, count);
}

/** Adds a statistic set, which takes the percentiles away. */
export function addStatistics(bucket: Bucket, set: { count: number; sum: number; min: number; max: number }): void {
  bucket.count += set.count;
  bucket.sum += set.sum;
  bucket.min = Math.min(bucket.min, set.min);
  bucket.max = Math.max(bucket.max, set.max);
  bucket.values = null;
}

export function addBucket(into: Bucket, from: Bucket): void {
  if (from.values === null) {
    addStatistics(into, from);
    return;
  }
  into.count += from.count;
  into.sum += from.sum;
  into.min = Math.min(into.min, from.min);
  into.max = Math.max(into.max, from.max);
  for (const [value, count] of Object.entries(from.values)) addToValues(into, Number(value), count);
}

function addToValues(bucket: Bucket, value: number, count: number): void {
  const { values } = bucket;
  if (values === null) return;
  const key = String(bucket.distinct > MAX_DISTINCT ? rounded(value) : value);
  if (values[key] === undefined) bucket.distinct += 1;
  values[key] = (values[key] ?? 0) + count;
  if (bucket.distinct === MAX_DISTINCT + 1) roundAll(bucket, values);
}

function roundAll(bucket: Bucket, values: Readonly<Record<string, number>>): void {
  const coarse: Record<string, number> = {};
  for (const [key, count] of Object.entries(values)) {
    const at = String(rounded(Number(key)));
    coarse[at] = (coarse[at] ?? 0) + count;
  }
  bucket.values = coarse;
  // Stays above the bound, whatever came together: new values are rounded from now on.
  bucket.distinct = Math.max(Object.keys(coarse).length, MAX_DISTINCT + 2);
}

function rounded(value: number): number {
  if (value === 0) return 0;
  const size = Math.exp(Math.round(Math.log(Math.abs(value)) / ROUNDING) * ROUNDING);
  return Math.sign(value) * size;
}

const PLAIN: Readonly<Record<string, (bucket: Bucket) => number>> = {
  SampleCount: ({ count }) => count,
  Sum: ({ sum }) => sum,
  Average: ({ sum, count }) => sum / count,
  Minimum: ({ min }) => min,
  Maximum: ({ max }) => max,
};

export const isPercentile = (name: string): boolean => percentileOf(name) !== undefined;

/** Whether a statistic is one that can be read here: the five plain ones and percentiles. Trimmed means and the like are not. */
export function isStatistic(name: string): boolean {
  return Object.hasOwn(PLAIN, name) || isPercentile(name);
}

/** A statistic of what a bucket holds; undefined where it holds nothing, or a percentile cannot be told any more. */
export function statisticOf(bucket: Bucket, name: string): number | undefined {
  if (bucket.count === 0) return undefined;
  const plain = PLAIN[name];
  return plain ? plain(bucket) : percentile(bucket, percentileOf(name) ?? Number.NaN);
}

function percentileOf(name: string): number | undefined {
  const percent = /^p(\d{1,2}(?:\.\d{0,10})?|100)$/.exec(name)?.[1];
  return percent === undefined ? undefined : Number(percent);
}

function percentile({ values, count, min, max }: Bucket, percent: number): number | undefined {
  if (values === null) return min === max ? min : undefined;
  const sorted = Object.entries(values)
    .map(([value, times]) => [Number(value), times] as const)
    .sort(([a], [b]) => a - b);
  const rank = Math.max(1, Math.ceil((percent / 100) * count));
  let seen = 0;
  for (const [value, times] of sorted) {
    seen += times;
    // A rounded value must not lie outside of what was measured.
    if (seen >= rank) return Math.min(max, Math.max(min, value));
  }
  return max;
}
