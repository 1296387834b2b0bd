import type { FleetInstance } from '../fleet-file/schema.ts';
import { instanceType } from '../instance-types/catalogue.ts';
import { overlap, type Span } from './days.ts';
import type { Life } from './lives.ts';
import { moneyOf } from './money.ts';
import type { PriceBook } from './price-book.ts';

export type FixedPool = {
  readonly cluster: string;
  readonly nodePool: string;
  readonly peak: { readonly vcpu: number; readonly memoryMiB: number; readonly nodes: number };
  /** The fixed group that would have held the peak all the time; null where no type of the pool has a price and known size. */
  readonly group: { readonly instanceType: string; readonly nodes: number } | null;
  readonly cost: bigint;
  /** What the pool's compute cost. */
  readonly actual: bigint;
};

type Size = { readonly vcpu: number; readonly memoryMiB: number };

const poolKey = ({ cluster, nodePool }: FleetInstance) => JSON.stringify([cluster, nodePool]);

/** What EC2 says of the type; what Kubernetes may allocate on the node where the type is not known. */
function sizeOf({ instanceType: name, allocatable }: FleetInstance): Size | undefined {
  const type = instanceType(name);
  if (type) return type;
  if (!allocatable) return undefined;
  return { vcpu: Math.ceil(Number(allocatable.cpu)), memoryMiB: Math.ceil(Number(allocatable.memoryGiB) * 1024) };
}

function peakOf(lives: readonly Life[], window: Span): Size & { nodes: number } {
  const steps = lives.flatMap(({ instance, runs }) => {
    const { vcpu, memoryMiB } = sizeOf(instance) ?? { vcpu: 0, memoryMiB: 0 };
    return runs.flatMap((run) => {
      const span = overlap({ fromMs: run.startMs, toMs: run.billedToMs }, window);
      if (!span) return [];
      return [
        { atMs: span.fromMs, sign: 1, vcpu, memoryMiB },
        { atMs: span.toMs, sign: -1, vcpu, memoryMiB },
      ];
    });
  });
  steps.sort((a, b) => a.atMs - b.atMs || a.sign - b.sign);
  const now = { vcpu: 0, memoryMiB: 0, nodes: 0 };
  const peak = { ...now };
  for (const { sign, vcpu, memoryMiB } of steps) {
    now.vcpu += sign * vcpu;
    now.memoryMiB += sign * memoryMiB;
    now.nodes += sign;
    peak.vcpu = Math.max(peak.vcpu, now.vcpu);
    peak.memoryMiB = Math.max(peak.memoryMiB, now.memoryMiB);
    peak.nodes = Math.max(peak.nodes, now.nodes);
  }
  return peak;
}

function cheapestGroup(lives: readonly Life[], peak: Size, windowMs: number, book: PriceBook) {
  let best: { instanceType: string; nodes: number; cost: bigint } | undefined;
  const machines = new Map(lives.map(({ instance }) => [instance.instanceType, instance]));
  for (const machine of [...machines.values()].sort((a, b) => (a.instanceType < b.instanceType ? -1 : 1))) {
    const size = sizeOf(machine);
    const rate = book.onDemandRate(machine);
    if (!size || rate === undefined) continue;
    const nodes = Math.max(Math.ceil(peak.vcpu / size.vcpu), Math.ceil(peak.memoryMiB / size.memoryMiB));
    const cost = rate * BigInt(nodes) * BigInt(windowMs);
    if (!best || cost < best.cost) best = { instanceType: machine.instanceType, nodes, cost };
  }
  return best;
}

/** Each Karpenter pool as a fixed group of its cheapest on-demand type that holds the peak of the window all the time. */
export function fixedPools(
  lives: readonly Life[],
  window: Span,
  book: PriceBook,
  actualOf: (cluster: string, nodePool: string) => bigint,
): FixedPool[] {
  const dynamic = lives.filter(
    ({ instance, runs }) =>
      instance.nodePool !== null && runs.some((run) => overlap({ fromMs: run.startMs, toMs: run.billedToMs }, window)),
  );
  const pools = [...Map.groupBy(dynamic, ({ instance }) => poolKey(instance))].sort(([a], [b]) => (a < b ? -1 : 1));
  return pools.map(([key, members]) => {
    const [cluster, nodePool] = JSON.parse(key) as [string, string];
    const peak = peakOf(members, window);
    const group = cheapestGroup(members, peak, window.toMs - window.fromMs, book);
    return {
      cluster,
      nodePool,
      peak,
      group: group ? { instanceType: group.instanceType, nodes: group.nodes } : null,
      cost: group?.cost ?? 0n,
      actual: actualOf(cluster, nodePool),
    };
  });
}

export type FixedCapacity = {
  readonly cost: string;
  readonly actual: string;
  readonly savings: string;
  readonly pools: readonly (Omit<FixedPool, 'cost' | 'actual'> & {
    cost: string | null;
    actual: string;
    savings: string | null;
  })[];
};

/** As it is shown: only pools for which a fixed group could be priced are in the sums. */
export function fixedCapacity(pools: readonly FixedPool[]): FixedCapacity {
  const priced = pools.filter(({ group }) => group !== null);
  const cost = priced.reduce((sum, pool) => sum + pool.cost, 0n);
  const actual = priced.reduce((sum, pool) => sum + pool.actual, 0n);
  return {
    cost: moneyOf(cost),
    actual: moneyOf(actual),
    savings: moneyOf(cost - actual),
    pools: pools.map((pool) => ({
      ...pool,
      cost: pool.group ? moneyOf(pool.cost) : null,
      actual: moneyOf(pool.actual),
      savings: pool.group ? moneyOf(pool.cost - pool.actual) : null,
    })),
  };
}
