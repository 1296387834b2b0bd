import { METRICS } from '../metrics/names.ts';
import type { Series } from '../metrics/series.ts';

/** The 90th percentile of how long claims took in all, as a gauge: Metrics Insights has no percentiles. None without claims. */
export function provisioningGauge(cluster: string, totals: readonly number[]): Series[] {
  const sorted = totals.toSorted((left, right) => left - right);
  const p90 = sorted[Math.ceil(0.9 * sorted.length) - 1];
  if (p90 === undefined) return [];
  return [{ name: METRICS.provisioningP90, unit: 'Seconds', dimensions: { Cluster: cluster }, values: [p90] }];
}
