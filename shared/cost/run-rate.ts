import type { FleetFile } from '../fleet-file/schema.ts';
import { extendedSpans, lifeOfCluster } from './cluster-charges.ts';
import { dayOf, monthMsOf } from './days.ts';
import type { Life } from './lives.ts';
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
  const { instance, runs, volumes } = life;
  const isUp = runs.some(({ startMs, endMs }) => startMs <= ms && ms < (endMs ?? Number.POSITIVE_INFINITY));
  let sum = isUp ? count(computeRateAt(life, ms, book)) : 0n;
  if (isUp && instance.publicIpv4Count > 0) {
    sum += count(book.ipv4Rate(instance.region, instance.capacityType)) * BigInt(instance.publicIpv4Count);
  }
  if (ms < volumes.fromMs || ms >= volumes.toMs) return sum;
  for (const volume of instance.volumes) sum += count(book.volumeRate(instance, volume, monthMsOf(dayOf(ms))));
  return sum;
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
