import { METRICS } from '../metrics/names.ts';
import type { Series } from '../metrics/series.ts';
import type { Delta } from './counters.ts';
import { FAMILIES } from './families.ts';

/** Three for each of Karpenter's 45 buckets keep a datum below the 150 values that CloudWatch takes. */
const POINTS = 3;

/**
 * How long pods waited that were bound since the last look. A histogram tells how many fell between two bounds and not where: they
 * are spread evenly, at up to three points in the middle of as many equal parts of the bucket. What is above the last bound is put
 * on it, as Prometheus does: it took at least so long.
 */
export function podSchedulingSeconds(cluster: string, deltas: readonly Delta[]): Series[] {
  const buckets = deltas
    .filter(({ name }) => name === FAMILIES.boundBuckets)
    .map(({ labels, by }) => ({ bound: boundOf(labels['le']), by }))
    .filter(({ bound }) => !Number.isNaN(bound))
    .toSorted((a, b) => (a.bound < b.bound ? -1 : 1));
  const points = pointsOf(buckets);
  if (points.length === 0) return [];
  return [
    {
      name: METRICS.podSchedulingSeconds,
      unit: 'Seconds',
      dimensions: { Cluster: cluster },
      values: points.map(({ value }) => value),
      counts: points.map(({ count }) => count),
    },
  ];
}

type Point = { readonly value: number; readonly count: number };

/** `buckets` by their bound, each with what is in it and in all before it. */
function pointsOf(buckets: readonly { readonly bound: number; readonly by: number }[]): Point[] {
  const points: Point[] = [];
  let lower = 0;
  let counted = 0;
  for (const { bound, by } of buckets) {
    points.push(...spread(lower, bound, Math.max(0, by - counted)));
    counted = Math.max(counted, by);
    if (Number.isFinite(bound)) lower = bound;
  }
  return points;
}

function spread(lower: number, upper: number, count: number): Point[] {
  if (count === 0) return [];
  if (!Number.isFinite(upper)) return [{ value: lower, count }];
  const parts = Math.min(POINTS, count);
  return Array.from({ length: parts }, (_, part) => ({
    value: lower + ((upper - lower) * (part + 0.5)) / parts,
    count: Math.floor((count * (part + 1)) / parts) - Math.floor((count * part) / parts),
  }));
}

function boundOf(le: string | undefined): number {
  return le === '+Inf' ? Infinity : Number(le ?? NaN);
}
