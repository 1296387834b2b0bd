import type { NodePool } from '../objects.ts';
import { type Family, gauge } from './families.ts';
import { amounts, resourceType } from './node-gauges.ts';

/** What each pool uses and may use. */
export function poolFamilies(pools: readonly NodePool[]): Family[] {
  const family = (
    name: string,
    of: (pool: NodePool) => Readonly<Record<string, string | number>> | undefined,
  ): Family =>
    gauge(
      `karpenter_nodepools_${name}`,
      pools.flatMap((pool) =>
        Object.entries(amounts(of(pool))).map(
          ([resource, amount]) =>
            [{ nodepool: pool.metadata.name, resource_type: resourceType(resource) }, amount] as const,
        ),
      ),
    );
  return [family('usage', ({ status }) => status?.resources), family('limit', ({ spec }) => spec.limits)];
}
