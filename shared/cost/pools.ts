import { keyed } from './keyed.ts';
import type { Life } from './lives.ts';

/** The nodes of one NodePool, or the bootstrap nodes of one cluster, of which the pool is null. */
export type Pool = { readonly cluster: string; readonly nodePool: string | null; readonly lives: readonly Life[] };

/** By cluster and pool, in the order of their names. */
export function poolsOf(lives: readonly Life[]): Pool[] {
  const known = keyed<{ cluster: string; nodePool: string | null; lives: Life[] }>();
  const pools = new Set<{ cluster: string; nodePool: string | null; lives: Life[] }>();
  for (const life of lives) {
    const { cluster, nodePool } = life.instance;
    const pool = known.get([cluster, nodePool], () => ({ cluster, nodePool, lives: [] }));
    pools.add(pool);
    pool.lives.push(life);
  }
  return [...pools]
    .map((pool) => ({ pool, key: JSON.stringify([pool.cluster, pool.nodePool]) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ pool }) => pool);
}
