import type { FleetInstance } from '../fleet-file/schema.ts';
import { instanceType } from '../instance-types/catalogue.ts';
import type { ChargeOptions } from './charge.ts';
import { hoursOf } from './cuts.ts';
import { overlap, type Span } from './days.ts';
import type { Life } from './lives.ts';
import { moneyOf, percentOf, scaled } from './money.ts';
import type { PriceBook } from './price-book.ts';
import { grossCost } from './run-cost.ts';

/** How much of a machine's price a CPU bears against a GiB of memory: the weights of AWS's split cost allocation. */
const CPU_WEIGHT = 9;
const BILLION = 1_000_000_000n;

export type IdlePool = {
  readonly cluster: string;
  readonly nodePool: string | null;
  /** What nobody asked for, in money. */
  readonly idle: bigint;
  /** Of what was measured. */
  readonly measured: bigint;
  readonly uncoveredMs: number;
};

/** The share of a node's time that was measured, and the share of its price that was idle in that time; in billionths. */
function idleShares({ instance, runs }: Life, knownToMs: number): { covered: bigint; idle: bigint } | undefined {
  const { requested, allocatable } = instance;
  const seconds = requested.coveredSeconds;
  const lifeMs = runs.reduce((sum, { startMs, endMs }) => sum + Math.max(0, (endMs ?? knownToMs) - startMs), 0);
  if (!allocatable || seconds <= 0 || lifeMs <= 0) return undefined;
  const free = (used: string, capacity: string) => {
    const most = Number(capacity) * seconds;
    return most === 0 ? 0 : Math.max(0, 1 - Number(used) / most);
  };
  const type = instanceType(instance.instanceType);
  const cpus = CPU_WEIGHT * (type?.vcpu ?? Number(allocatable.cpu));
  const gib = type ? type.memoryMiB / 1024 : Number(allocatable.memoryGiB);
  const weight = cpus + gib;
  if (weight === 0) return undefined;
  const idle =
    (cpus * free(requested.cpuSeconds, allocatable.cpu) +
      gib * free(requested.memoryGiBSeconds, allocatable.memoryGiB)) /
    weight;
  return { covered: scaled(Math.min(1, (seconds * 1000) / lifeMs).toFixed(9), 9), idle: scaled(idle.toFixed(9), 9) };
}

/** What of an instance's cost is known to have been idle, rounded down; undefined where nothing was measured. */
export function idlePart(life: Life, cost: bigint, knownToMs: number): bigint | undefined {
  const shares = idleShares(life, knownToMs);
  return shares && (cost * shares.covered * shares.idle) / (BILLION * BILLION);
}

/**
 * What sat idle, by pool. The ledger has one sum of requests for each instance: its shares are taken to be the same all its life.
 * What still runs is measured up to the end of the window, or of the ledger.
 */
export function idlePools(
  lives: readonly Life[],
  window: Span,
  book: PriceBook,
  knownToMs: number,
  reading?: ChargeOptions['spotReading'],
): IdlePool[] {
  const pools = new Map<string, { idle: bigint; measured: bigint; uncoveredMs: number; of: FleetInstance }>();
  for (const life of lives) {
    const { instance, runs } = life;
    const shares = idleShares(life, knownToMs);
    for (const run of runs) {
      const span = overlap({ fromMs: run.startMs, toMs: run.billedToMs }, window);
      if (!span) continue;
      const key = JSON.stringify([instance.cluster, instance.nodePool]);
      const pool = pools.get(key) ?? { idle: 0n, measured: 0n, uncoveredMs: 0, of: instance };
      pools.set(key, pool);
      const ms = span.toMs - span.fromMs;
      const cost = run.isFree ? 0n : grossCost(life, run, span, book, reading);
      if (!shares || cost === undefined) {
        pool.uncoveredMs += ms;
        continue;
      }
      const measured = (cost * shares.covered) / BILLION;
      pool.measured += measured;
      pool.idle += (measured * shares.idle) / BILLION;
      pool.uncoveredMs += Number((BigInt(ms) * (BILLION - shares.covered)) / BILLION);
    }
  }
  return [...pools]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { of, ...pool }]) => ({ cluster: of.cluster, nodePool: of.nodePool, ...pool }));
}

export type Idle = {
  readonly total: string;
  readonly pools: readonly {
    readonly cluster: string;
    readonly nodePool: string | null;
    readonly idle: string;
    readonly measured: string;
    readonly percent: number | null;
    readonly uncoveredHours: string;
  }[];
};

export function idleFigures(pools: readonly IdlePool[]): Idle {
  return {
    total: moneyOf(pools.reduce((sum, { idle }) => sum + idle, 0n)),
    pools: pools.map(({ cluster, nodePool, idle, measured, uncoveredMs }) => ({
      cluster,
      nodePool,
      idle: moneyOf(idle),
      measured: moneyOf(measured),
      percent: percentOf(idle, measured),
      uncoveredHours: hoursOf(uncoveredMs),
    })),
  };
}
