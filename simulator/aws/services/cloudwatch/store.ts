import type { Simulation } from '../../../core/simulation.ts';
import { NotSimulatedError } from '../../errors.ts';
import { addBucket, addStatistics, addValue, emptyBucket } from './buckets.ts';
import { type Bucket, cloudWatchState, type MetricName, nameKey, type Series, seriesKey } from './state.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 3600_000;
export const EVALUATE = 'cloudwatch:evaluate';

/** How long points of each width are kept: minutes, five minutes, hours. */
const KEPT = [
  { minutes: 5, afterMs: 15 * DAY_MS },
  { minutes: 60, afterMs: 63 * DAY_MS },
] as const;
const KEPT_AT_ALL_MS = 455 * DAY_MS;

export type MetricPoint = MetricName & {
  readonly unit?: string;
  /** When it happened; now, unless it says so. */
  readonly atMs?: number;
} & (
    | { readonly value?: number; readonly count?: number }
    | { readonly values: readonly (readonly [value: number, count: number])[] }
    | { readonly statistics: { count: number; sum: number; min: number; max: number } }
  );

/** Puts a point into its series; by default one occurrence of the value 1. This is how services count what they do. */
export function countMetric(simulation: Simulation, point: MetricPoint): void {
  const atMs = point.atMs ?? simulation.now();
  const bucket = bucketAt(seriesOf(simulation, point), atMs);
  if ('statistics' in point) addStatistics(bucket, point.statistics);
  else if ('values' in point) for (const [value, count] of point.values) addValue(bucket, value, count);
  else addValue(bucket, point.value ?? 1, point.count ?? 1);
  const state = cloudWatchState(simulation);
  state.lastDataMs = Math.max(state.lastDataMs, simulation.now());
  wakeEvaluation(simulation);
}

/** Sets what a gauge showed in a minute. Wakes nobody: what moves a gauge is counted too. */
export function setGauge(simulation: Simulation, metric: MetricName, atMs: number, value: number): void {
  const series = seriesOf(simulation, { ...metric, value });
  const bucket = emptyBucket();
  addValue(bucket, value, 1);
  Object.assign(bucketAt(series, atMs), bucket);
}

/** Has the alarms looked at on each full minute from now on; they stop by themselves when nothing can change any more. */
export function wakeEvaluation(simulation: Simulation): void {
  const state = cloudWatchState(simulation);
  if (state.isTicking || state.watchedSinceMs === null) return;
  state.isTicking = true;
  scheduleEvaluation(simulation);
}

export function scheduleEvaluation(simulation: Simulation): void {
  simulation.schedule((MINUTE_MS - (simulation.now() % MINUTE_MS)) / 1000, EVALUATE, null);
}

/** Everything that a series holds in a window, as one bucket; empty where it holds nothing. Its values only where they are asked for. */
export function bucketBetween(
  simulation: Simulation,
  metric: MetricName,
  window: { readonly startMs: number; readonly endMs: number },
  withValues: boolean,
): Bucket {
  const series = cloudWatchState(simulation).series[seriesKey(metric)];
  const whole = emptyBucket();
  if (!series) return whole;
  const { minutes, buckets } = series;
  for (let at = firstFrom(minutes, window.startMs / MINUTE_MS); at < minutes.length; at += 1) {
    const minute = minutes[at] ?? 0;
    if (minute >= window.endMs / MINUTE_MS) break;
    const bucket = buckets[minute];
    if (bucket && withValues) addBucket(whole, bucket);
    else if (bucket) addStatistics(whole, bucket);
  }
  return whole;
}

function seriesOf(simulation: Simulation, point: MetricPoint): Series {
  const { series, seriesByName } = cloudWatchState(simulation);
  const key = seriesKey(point);
  const unit = point.unit ?? 'None';
  if (series[key] === undefined) {
    const name = nameKey(point);
    seriesByName[name] ??= [];
    seriesByName[name].push(key);
  }
  series[key] ??= {
    namespace: point.namespace,
    name: point.name,
    dimensions: { ...point.dimensions },
    unit,
    buckets: {},
    minutes: [],
    thinnedMs: simulation.now(),
  };
  const found = series[key];
  if (point.unit !== undefined && found.unit !== unit)
    throw new NotSimulatedError(`CloudWatch ${point.namespace} ${point.name} in ${found.unit} and in ${unit}`);
  if (simulation.now() - found.thinnedMs > DAY_MS) thin(found, simulation.now());
  return found;
}

function bucketAt(series: Series, atMs: number): Bucket {
  const minute = Math.floor(atMs / MINUTE_MS);
  const key = String(minute);
  if (series.buckets[key] === undefined) series.minutes.splice(firstFrom(series.minutes, minute), 0, minute);
  series.buckets[key] ??= emptyBucket();
  return series.buckets[key];
}

/** Where the first minute is that is not before the one given. */
function firstFrom(minutes: readonly number[], minute: number): number {
  let [low, high] = [0, minutes.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((minutes[middle] ?? 0) < minute) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Puts old points together and drops the oldest, as CloudWatch does. */
function thin(series: Series, nowMs: number): void {
  series.thinnedMs = nowMs;
  for (const [key, bucket] of Object.entries(series.buckets)) {
    const minute = Number(key);
    const ageMs = nowMs - minute * MINUTE_MS;
    const width = KEPT.findLast(({ afterMs }) => ageMs > afterMs)?.minutes ?? 1;
    const start = String(minute - (minute % width));
    if (ageMs > KEPT_AT_ALL_MS) delete series.buckets[key];
    else if (start !== key) {
      delete series.buckets[key];
      series.buckets[start] ??= emptyBucket();
      addBucket(series.buckets[start], bucket);
    }
  }
  series.minutes = Object.keys(series.buckets)
    .map(Number)
    .toSorted((a, b) => a - b);
}
