import { METRICS } from '../metrics/names.ts';
import type { Series } from '../metrics/series.ts';
import type { FleetNode } from './fleet-nodes.ts';
import { byPool, oneValue } from './series-of.ts';

/** Dollars an hour of a machine, at the price of the day; undefined where none is known. */
export type PriceLookup = (instanceType: string, zone: string, capacityType: string) => number | undefined;

/** What a cluster and its pools may cost, in dollars an hour, as the cluster file has it. */
export type HourlyBudget = {
  readonly dollarsPerHour?: string | undefined;
  readonly nodePools?: Readonly<Record<string, { readonly dollarsPerHour: string }>>;
};

/**
 * What the machines cost an hour, launched and not yet registered ones included, and how much of the budget that is. A machine
 * without a price is in no sum, and counted; where none has a price there is no sum.
 */
export function runRate(
  cluster: string,
  { nodes, nodePools }: { readonly nodes: readonly FleetNode[]; readonly nodePools: readonly string[] },
  prices: PriceLookup,
  budget: HourlyBudget = {},
): Series[] {
  const priced = nodes.map((node) => {
    // Prices are of Linux; Windows costs more, and on spot otherwise.
    const price = node.os === 'linux' ? prices(node.instanceType, node.zone, node.capacityType) : undefined;
    return { node, price: Number.isFinite(price) ? price : undefined };
  });
  const groups = byPool(cluster, priced, ({ node }) => node.nodePool);
  const empty = nodePools
    .filter((pool) => !groups.some(({ nodePool }) => nodePool === pool))
    .map((nodePool) => ({ dimensions: { Cluster: cluster, NodePool: nodePool }, nodePool, items: [] }));
  const unpriced = priced.filter(({ price }) => price === undefined).length;
  return [
    oneValue(METRICS.unpricedNodes, 'Count', { Cluster: cluster }, unpriced),
    ...[...groups, ...empty].flatMap(({ dimensions, nodePool, items }) => {
      const known = items.flatMap(({ price }) => (price === undefined ? [] : [price]));
      if (known.length === 0 && items.length > 0) return [];
      const rate = known.reduce((sum, price) => sum + price, 0);
      const limit = Number(
        nodePool === undefined ? budget.dollarsPerHour : budget.nodePools?.[nodePool]?.dollarsPerHour,
      );
      return [
        oneValue(METRICS.runRate, 'None', dimensions, rate),
        ...(limit > 0 ? [oneValue(METRICS.budgetUsed, 'Percent', dimensions, (100 * rate) / limit)] : []),
      ];
    }),
  ];
}
