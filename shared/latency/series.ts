import { METRICS } from '../metrics/names.ts';
import type { Series } from '../metrics/series.ts';
import type { FailedClaim } from './follow.ts';
import type { Latency } from './phases.ts';

/** A claim whose latency was measured now, for the first time. */
export type MeasuredClaim = { readonly nodePool: string; readonly capacityType: string; readonly latency: Latency };

/** `decision+launch` is what is drawn against 30 s: from a pod that waits to a machine that boots. */
type DrawnPhase = keyof Latency['phases'] | 'decision+launch' | 'total';

/** Every phase of every claim, by cluster, and by pool and capacity type. */
export function latencySeries(cluster: string, claims: readonly MeasuredClaim[]): Series[] {
  const values = new Map<string, { dimensions: Record<string, string>; values: number[] }>();
  const add = (dimensions: Record<string, string>, seconds: number): void => {
    const key = JSON.stringify(dimensions);
    const found = values.get(key) ?? { dimensions, values: [] };
    values.set(key, found);
    found.values.push(seconds);
  };
  for (const { nodePool, capacityType, latency } of claims) {
    for (const [Phase, seconds] of drawnPhases(latency)) {
      add({ Cluster: cluster, Phase }, seconds);
      add({ Cluster: cluster, NodePool: nodePool, CapacityType: capacityType, Phase }, seconds);
    }
  }
  return [...values.values()].map((series) => ({ name: METRICS.provisioning, unit: 'Seconds', ...series }));
}

/** Without the time of the decision nothing is said of it, and nothing of the sum that it is the first part of. */
function drawnPhases({ phases, totalSeconds, isDecisionKnown }: Latency): [DrawnPhase, number][] {
  const { decision, launch, register, initialize, bind } = phases;
  const ofDecision: [DrawnPhase, number][] = [
    ['decision', decision],
    ['decision+launch', decision + launch],
  ];
  return [
    ...(isDecisionKnown ? ofDecision : []),
    ['launch', launch],
    ['register', register],
    ['initialize', initialize],
    ['bind', bind],
    ['total', totalSeconds],
  ];
}

export function failureSeries(cluster: string, failed: readonly FailedClaim[]): Series[] {
  const counts = new Map<string, Series & { values: [number] }>();
  for (const { claim, reason } of failed) {
    const dimensions = { Cluster: cluster, NodePool: claim.nodePool, Reason: reason };
    const key = JSON.stringify(dimensions);
    const count = (counts.get(key)?.values[0] ?? 0) + 1;
    counts.set(key, { name: METRICS.provisioningFailures, unit: 'Count', dimensions, values: [count] });
  }
  return [...counts.values()];
}
