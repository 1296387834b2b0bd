import { METRICS } from '../metrics/names.ts';
import type { Series } from '../metrics/series.ts';
import type { Delta } from './counters.ts';
import { FAMILIES } from './families.ts';

/** Karpenter's reasons for taking a NodeClaim away, in the few words that are a dimension; what is not here is `other`. */
const REASONS: Readonly<Record<string, string>> = {
  underutilized: 'consolidated',
  empty: 'consolidated',
  drifted: 'drifted',
  expired: 'expired',
  unhealthy: 'unhealthy',
  insufficient_capacity: 'launch-failed',
  nodeclass_not_ready: 'launch-failed',
  launch_timeout: 'launch-failed',
  registration_timeout: 'launch-failed',
  garbage_collected: 'garbage-collected',
  spot_interrupted: 'interrupted',
  capacity_reservation_interrupted: 'interrupted',
  scheduled_change: 'interrupted',
  rebalance_recommendation: 'interrupted',
  instance_stopped: 'interrupted',
  instance_terminated: 'interrupted',
  event_status: 'interrupted',
  instance_status: 'unhealthy',
  system_status: 'unhealthy',
};

/** What became more or less since the last look, by pool and reason. */
export function scalingEvents(cluster: string, deltas: readonly Delta[]): Series[] {
  const events = new Map<string, { dimensions: Series['dimensions']; count: number }>();
  for (const { name, labels, by } of deltas) {
    const reason = reasonOf(name, labels['reason'] ?? '');
    if (reason === undefined || by === 0) continue;
    const dimensions = { Cluster: cluster, NodePool: labels['nodepool'] || 'none', Reason: reason };
    const key = JSON.stringify(dimensions);
    events.set(key, { dimensions, count: by + (events.get(key)?.count ?? 0) });
  }
  return [...events.values()].map(({ dimensions, count }) => ({
    name: METRICS.scalingEvents,
    unit: 'Count',
    dimensions,
    values: [count],
  }));
}

function reasonOf(family: string, reason: string): string | undefined {
  if (family === FAMILIES.created) return 'launched';
  if (family === FAMILIES.terminated) return 'terminated';
  return family === FAMILIES.disrupted ? (REASONS[reason] ?? 'other') : undefined;
}
