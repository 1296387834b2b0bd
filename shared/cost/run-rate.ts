import type { FleetFile } from '../fleet-file/schema.ts';
import { extendedSpans, lifeOfCluster } from './cluster-charges.ts';
import { dayOf, monthMsOf } from './days.ts';
import { type Life, volumeSpan } from './lives.ts';
import { HOUR_MS } from './money.ts';
import type { PriceBook } from './price-book.ts';
import { computeRateAt } from './run-cost.ts';

/** What runs at a moment, in atoms an hour. */
export type RunRate = {
  readonly total: bigint;
  readonly pools: ReadonlyMap<string, bigint>;
  readonly isComplete: boolean;
};

const PER_HOUR = BigInt(HOUR_MS);

type Count = (rate: bigint | undefined) => bigint;

function nodeRate(life: Life, book: PriceBook, ms: number, count: Count): bigint {
  // An instance has its volumes whenever it runs.
  const { fromMs, toMs } = volumeSpan(life);
  if (ms < fromMs || ms >= toMs) return 0n;
  const { runs, kind } = life;
  const { addresses, volumes } = book.ofKind(kind);
  const isUp = runs.some(({ startMs, endMs }) => startMs <= ms && ms < (endMs ?? Number.POSITIVE_INFINITY));
  let sum = isUp ? count(computeRateAt(life, ms, book)) : 0n;
  if (isUp && kind.machine.publicIpv4Count > 0) sum += count(addresses);
  if (volumes.unpriced.length > 0) count(undefined);
  return sum + count(volumes.rateIn(monthMsOf(dayOf(ms))));
}

function clusterRate(cluster: FleetFile['clusters'][number], book: PriceBook, ms: number, count: Count): bigint {
  const { fromMs, toMs } = lifeOfCluster(cluster);
  if (ms < fromMs || ms >= toMs) return 0n;
  const plane = count(book.eksRate(cluster.region, 'control-plane'));
  const isExtended = extendedSpans(cluster).some((span) => span.fromMs <= ms && ms < span.toMs);
  return isExtended ? plane + count(book.eksRate(cluster.region, 'extended-support')) : plane;
}

/** What runs at a moment costs in an hour: nodes with their volumes and addresses, and control planes. */
export function runRateAt(fleet: FleetFile, lives: readonly Life[], book: PriceBook, ms: number): RunRate {
  let total = 0n;
  let isComplete = true;
  const pools = new Map<string, bigint>();
  const count: Count = (rate) => {
    if (rate === undefined) isComplete = false;
    return (rate ?? 0n) * PER_HOUR;
  };
  for (const life of lives) {
    const rate = nodeRate(life, book, ms, count);
    if (rate === 0n) continue;
    total += rate;
    const key = JSON.stringify([life.instance.cluster, life.instance.nodePool]);
    pools.set(key, (pools.get(key) ?? 0n) + rate);
  }
  for (const cluster of fleet.clusters) total += clusterRate(cluster, book, ms, count);
  return { total, pools, isComplete };
}
