import { instanceType } from '../instance-types/catalogue.ts';
import type { ChargeOptions } from './charge.ts';
import { hoursOf } from './cuts.ts';
import { overlap, type Span } from './days.ts';
import type { Life } from './lives.ts';
import { moneyOf, percentOf, scaled } from './money.ts';
import type { Pool } from './pools.ts';
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

type Shares = { readonly covered: bigint; readonly idle: bigint };

/** The share of a node's time that was measured, and the share of its price that was idle in that time; in billionths. */
function idleShares({ instance, runs }: Life, knownToMs: number): Shares | undefined {
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
  return { covered: billionths(Math.min(1, (seconds * 1000) / lifeMs)), idle: billionths(idle) };
}

/** Rounded as text is; the number is only as good where it is not halfway between two, where it would be one off. */
function billionths(share: number): bigint {
  const units = share * 1e9;
  const nearest = Math.round(units);
  return Math.abs(units - nearest) < 0.499_999 ? BigInt(nearest) : scaled(share.toFixed(9), 9);
}

/** Rounded down. */
function partOf(value: bigint, share: bigint): bigint {
  if (share === BILLION) return value;
  return share === 0n ? 0n : (value * share) / BILLION;
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
  pools: readonly Pool[],
  window: Span,
  book: PriceBook,
  knownToMs: number,
  reading?: ChargeOptions['spotReading'],
): IdlePool[] {
  return pools.flatMap(({ cluster, nodePool, lives }): IdlePool[] => {
    const sum = { idle: 0n, measured: 0n, uncoveredMs: 0 };
    let hasRun = false;
    for (const life of lives) {
      let shares: Shares | undefined;
      let isFirst = true;
      for (const run of life.runs) {
        const span = overlap({ fromMs: run.startMs, toMs: run.billedToMs }, window);
        if (!span) continue;
        if (isFirst) shares = idleShares(life, knownToMs);
        isFirst = false;
        hasRun = true;
        const ms = span.toMs - span.fromMs;
        const cost = run.isFree ? 0n : grossCost(life, run, span, book, reading);
        if (!shares || cost === undefined) {
          sum.uncoveredMs += ms;
          continue;
        }
        const measured = partOf(cost, shares.covered);
        sum.measured += measured;
        sum.idle += partOf(measured, shares.idle);
        sum.uncoveredMs += Number(partOf(BigInt(ms), BILLION - shares.covered));
      }
    }
    return hasRun ? [{ cluster, nodePool, ...sum }] : [];
  });
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
