import type { KarpenterState } from '../state.ts';
import type { Family, Line } from './families.ts';

/** Upper bounds of Karpenter's duration histograms, in seconds. */
const BOUNDS = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.25, 1.5, 1.75, 2,
  2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9, 10, 15, 20, 25, 30, 40, 50, 60, 120, 150, 300, 450, 600,
] as const;

/** How many observations fell below each bound and above the one before; the last: above all. */
export type Histogram = { counts: number[]; sum: number };

export function observe({ histograms }: KarpenterState, name: string, seconds: number): void {
  const histogram = histograms[name] ?? { counts: [...BOUNDS, Infinity].map(() => 0), sum: 0 };
  histograms[name] = histogram;
  const found = BOUNDS.findIndex((bound) => seconds <= bound);
  const at = found < 0 ? BOUNDS.length : found;
  histogram.counts[at] = (histogram.counts[at] ?? 0) + 1;
  histogram.sum += seconds;
}

/** The family of a histogram: cumulative buckets, the sum and the count. */
export function histogramFamily(name: string, { counts, sum }: Histogram): Family {
  let below = 0;
  const buckets = counts.map((count, at): Line => {
    below += count;
    return { name: `${name}_bucket`, labels: { le: String(BOUNDS[at] ?? '+Inf') }, value: below };
  });
  const totals = [
    { name: `${name}_sum`, labels: {}, value: sum },
    { name: `${name}_count`, labels: {}, value: below },
  ];
  return { name, type: 'histogram', lines: [...buckets, ...totals] };
}
