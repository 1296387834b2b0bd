import { METRICS } from './names.ts';
import type { Series } from './series.ts';

/** Series that a cluster may have in a minute: CloudWatch bills each. */
const OF_A_CLUSTER = 60;
const OF_A_POOL = 40;
/** One call takes so many metrics. */
const MOST = 1000;

export function seriesBudget(nodePools: number): number {
  return Math.min(MOST, OF_A_CLUSTER + OF_A_POOL * nodePools);
}

const OF_CLUSTER_ALONE = new Set(['Cluster', 'Phase', 'Part']);
const OFTEN_ASKED = new Set(['total', 'decision+launch']);

/**
 * The order in which series are given up, the first of these last: what is of the cluster as a whole; failures; what is one number
 * for each pool; what is one for each pool and capacity type; latency by pool, `total` and `decision+launch` before single phases;
 * scaling events.
 */
function rankOf({ name, dimensions }: Series): number {
  if (Object.keys(dimensions).every((key) => OF_CLUSTER_ALONE.has(key))) return 0;
  if (name === METRICS.provisioningFailures) return 1;
  if (name === METRICS.provisioning) return OFTEN_ASKED.has(dimensions['Phase'] ?? '') ? 4 : 5;
  if (dimensions['Reason'] !== undefined) return 6;
  return dimensions['CapacityType'] === undefined ? 2 : 3;
}

/** As many series as the budget allows, in order of what they are worth, and how many were given up. */
export function withinBudget(series: readonly Series[], budget: number): { kept: Series[]; dropped: number } {
  const kept = series.toSorted((left, right) => rankOf(left) - rankOf(right)).slice(0, budget);
  return { kept, dropped: series.length - kept.length };
}
