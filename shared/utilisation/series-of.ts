import type { Series } from '../metrics/series.ts';

export function oneValue(name: string, unit: Series['unit'], dimensions: Series['dimensions'], value: number): Series {
  return { name, unit, dimensions, values: [value] };
}

/** The whole, by Cluster, and then each NodePool's part of it; what has no pool is only in the whole. */
export function byPool<Item>(
  cluster: string,
  items: readonly Item[],
  poolOf: (item: Item) => string | undefined,
): { readonly dimensions: Series['dimensions']; readonly nodePool?: string; readonly items: readonly Item[] }[] {
  const pools = new Map<string, Item[]>();
  for (const item of items) {
    const pool = poolOf(item);
    if (pool === undefined) continue;
    const known = pools.get(pool);
    if (known) known.push(item);
    else pools.set(pool, [item]);
  }
  return [
    { dimensions: { Cluster: cluster }, items },
    ...[...pools]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([nodePool, part]) => ({ dimensions: { Cluster: cluster, NodePool: nodePool }, nodePool, items: part })),
  ];
}

/** Without what is no finite number: CloudWatch takes none, and a figure that nobody can compute is no figure. */
export function finiteOnly(series: readonly Series[]): Series[] {
  return series.flatMap((one) => {
    if (one.values.every(Number.isFinite)) return one.values.length === 0 ? [] : [one];
    const kept = one.values.map(Number.isFinite);
    const values = one.values.filter((_, at) => kept[at]);
    const counts = one.counts?.filter((_, at) => kept[at]);
    return values.length === 0 ? [] : [{ ...one, values, ...(counts ? { counts } : {}) }];
  });
}
