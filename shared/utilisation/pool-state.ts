import type { Manifest } from '../kube/api.ts';
import { conditionsOf } from '../kube/conditions.ts';
import { METRICS } from '../metrics/names.ts';
import type { Series } from '../metrics/series.ts';
import { amountOf } from './fleet-nodes.ts';
import { oneValue } from './series-of.ts';

/** How full each pool is: of the resources with a limit the one that is used most. A limit of 0 is full. */
export function limitUsed(cluster: string, pools: readonly Manifest[]): Series[] {
  return pools.flatMap((pool) => {
    const { limits } = (pool['spec'] ?? {}) as { readonly limits?: Readonly<Record<string, string | number>> };
    const { resources } = (pool['status'] ?? {}) as { readonly resources?: Readonly<Record<string, string>> };
    const shares = Object.entries(limits ?? {}).map(([resource, limit]) => {
      const most = amountOf(limit);
      return most > 0 ? (100 * amountOf(resources?.[resource])) / most : 100;
    });
    if (shares.length === 0) return [];
    const dimensions = { Cluster: cluster, NodePool: pool.metadata.name };
    return [oneValue(METRICS.limitUsed, 'Percent', dimensions, Math.max(...shares))];
  });
}

export function notReady(cluster: string, pools: readonly Manifest[], classes: readonly Manifest[]): Series[] {
  const count = (objects: readonly Manifest[]) => objects.filter((object) => !isReady(object)).length;
  const dimensions = { Cluster: cluster };
  return [
    oneValue(METRICS.nodePoolsNotReady, 'Count', dimensions, count(pools)),
    oneValue(METRICS.nodeClassesNotReady, 'Count', dimensions, count(classes)),
  ];
}

function isReady(object: Manifest): boolean {
  return conditionsOf(object).some(({ type, status }) => type === 'Ready' && status === 'True');
}
