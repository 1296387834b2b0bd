import type { FleetInstance } from '../fleet-file/schema.ts';
import { instanceType } from '../instance-types/catalogue.ts';
import { overlap, type Span } from './days.ts';
import type { Life } from './lives.ts';
import { moneyOf } from './money.ts';
import type { Pool } from './pools.ts';
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

/** What EC2 says of the type; what Kubernetes may allocate on the node where the type is not known. */
function sizeOf({ instanceType: name, allocatable }: FleetInstance): Size | undefined {
  const type = instanceType(name);
  if (type) return type;
  if (!allocatable) return undefined;
  return { vcpu: Math.ceil(Number(allocatable.cpu)), memoryMiB: Math.ceil(Number(allocatable.memoryGiB) * 1024) };
}

/** More kinds of machine than EC2 has. */
const KINDS = 4096;

/**
 * The most at one time. Each start and end is one number, of its moment, whether it is a start, and the kind of machine: those are sorted
 * many times faster than objects. Ends come before starts of the same moment.
 */
function peakOf(lives: readonly Life[], { fromMs, toMs }: Span): Size & { nodes: number } {
  const sizes: Size[] = [];
  // By type where it is known, else by what the node says of itself.
  const known = new Map<string, number>();
  const kinds = new Map<string, number>();
  const steps: number[] = [];
  for (const { instance, runs } of lives) {
    let kind = known.get(instance.instanceType);
    if (kind === undefined) {
      const isKnown = instanceType(instance.instanceType) !== undefined;
      const key = isKnown ? instance.instanceType : JSON.stringify([instance.instanceType, instance.allocatable]);
      const of = isKnown ? known : kinds;
      kind = of.get(key);
      if (kind === undefined) {
        kind = sizes.length;
        of.set(key, kind);
        sizes.push(sizeOf(instance) ?? { vcpu: 0, memoryMiB: 0 });
      }
    }
    if (kind >= KINDS) throw new Error(`there are more than ${KINDS} kinds of machine`);
    for (const run of runs) {
      const start = Math.max(run.startMs, fromMs);
      const end = Math.min(run.billedToMs, toMs);
      if (start < end) steps.push(((start - fromMs) * 2 + 1) * KINDS + kind, (end - fromMs) * 2 * KINDS + kind);
    }
  }
  const now = { vcpu: 0, memoryMiB: 0, nodes: 0 };
  const peak = { ...now };
  for (const step of new Float64Array(steps).sort()) {
    const { vcpu, memoryMiB } = sizes[step % KINDS] ?? { vcpu: 0, memoryMiB: 0 };
    const sign = Math.floor(step / KINDS) % 2 === 1 ? 1 : -1;
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
  pools: readonly Pool[],
  window: Span,
  book: PriceBook,
  actualOf: (cluster: string, nodePool: string) => bigint,
): FixedPool[] {
  return pools.flatMap(({ cluster, nodePool, lives }): FixedPool[] => {
    const members = lives.filter(({ runs }) =>
      runs.some((run) => overlap({ fromMs: run.startMs, toMs: run.billedToMs }, window)),
    );
    if (nodePool === null || members.length === 0) return [];
    const peak = peakOf(members, window);
    const group = cheapestGroup(members, peak, window.toMs - window.fromMs, book);
    return [
      {
        cluster,
        nodePool,
        peak,
        group: group ? { instanceType: group.instanceType, nodes: group.nodes } : null,
        cost: group?.cost ?? 0n,
        actual: actualOf(cluster, nodePool),
      },
    ];
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
