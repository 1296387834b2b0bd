import type { Manifest } from '../kube/api.ts';
import { METRICS } from '../metrics/names.ts';
import type { Series } from '../metrics/series.ts';
import { capacityTypesOf } from '../nodepools/capacity-types.ts';
import type { FleetNode } from './fleet-nodes.ts';
import { byPool, oneValue } from './series-of.ts';

/** Karpenter's nodes by pool and capacity type: 0 where a pool may have such nodes and has none. */
export function nodeCounts(cluster: string, nodes: readonly FleetNode[], pools: readonly Manifest[]): Series[] {
  const counts = new Map<string, number>();
  for (const pool of pools)
    for (const type of capacityTypesOf(pool)) {
      // Hardly any pool that may use reservations has one: no series for them all.
      if (type !== 'reserved') counts.set(JSON.stringify([pool.metadata.name, type]), 0);
    }
  for (const { name, nodePool, capacityType } of nodes) {
    if (name === undefined || nodePool === undefined) continue;
    const key = JSON.stringify([nodePool, capacityType]);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].map(([key, count]) => {
    const [NodePool = '', CapacityType = ''] = JSON.parse(key) as string[];
    return oneValue(METRICS.nodes, 'Count', { Cluster: cluster, NodePool, CapacityType }, count);
  });
}

export function bootstrapNodes(cluster: string, nodes: readonly FleetNode[]): Series {
  const ready = nodes.filter(({ isBootstrap, isReady }) => isBootstrap && isReady).length;
  return oneValue(METRICS.bootstrapNodes, 'Count', { Cluster: cluster }, ready);
}

/**
 * The part of Karpenter's vCPUs that is spot, in percent. Pools that may have none count in the cluster's figure and have none of
 * their own; where no pool may have any there is no figure at all, and neither where there are no nodes.
 */
export function spotShare(cluster: string, nodes: readonly FleetNode[], pools: readonly Manifest[]): Series[] {
  const withSpot = new Set(
    pools.filter((pool) => capacityTypesOf(pool).includes('spot')).map(({ metadata }) => metadata.name),
  );
  if (withSpot.size === 0) return [];
  const karpenters = nodes.filter(({ name, nodePool }) => name !== undefined && nodePool !== undefined);
  return byPool(cluster, karpenters, ({ nodePool }) => nodePool).flatMap(({ dimensions, nodePool, items }) => {
    const all = items.reduce((sum, { cpus }) => sum + cpus, 0);
    if (all === 0 || (nodePool !== undefined && !withSpot.has(nodePool))) return [];
    const spot = items.reduce((sum, { cpus, capacityType }) => sum + (capacityType === 'spot' ? cpus : 0), 0);
    return [oneValue(METRICS.spotShare, 'Percent', dimensions, (100 * spot) / all)];
  });
}
