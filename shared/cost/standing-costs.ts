import type { FleetFile } from '../fleet-file/schema.ts';
import type { Cell } from './cells.ts';
import { sumOf } from './cells.ts';
import { lifeOfCluster, versionWindows } from './cluster-charges.ts';
import { hoursOf } from './cuts.ts';
import { overlap, type Span } from './days.ts';
import { DAY_MS, HOUR_MS, moneyOf } from './money.ts';
import { HOURS_PER_MONTH } from './outlook.ts';
import type { PriceBook } from './price-book.ts';

export type Bootstrap = {
  /** What the bootstrap nodes cost in the window, with their volumes and addresses. */
  readonly cost: string;
  readonly hours: string;
  /** The group as the drawings have it, at list prices less discounts, for a month of 730 hours; without volumes and control plane. */
  readonly example: { nodes: number; instanceType: string; region: string; perMonth: string }[];
};

const EXAMPLE = { nodes: 3, instanceType: 't3.medium' };

/** The bootstrap group apart from everything that Karpenter makes. */
export function bootstrapFigures(fleet: FleetFile, cells: readonly Cell[], book: PriceBook): Bootstrap {
  const { cost, instanceMs } = sumOf(cells.filter(({ role }) => role === 'bootstrap'));
  const regions = [...new Set(fleet.clusters.map(({ region }) => region))].sort();
  const example = regions.flatMap((region) => {
    const machine = { region, os: 'linux', tenancy: 'default', instanceType: EXAMPLE.instanceType };
    const rate = book.onDemandRate(machine);
    if (rate === undefined) return [];
    const perMonth = moneyOf(rate * BigInt(HOUR_MS) * HOURS_PER_MONTH * BigInt(EXAMPLE.nodes));
    return [{ ...EXAMPLE, region, perMonth }];
  });
  return { cost: moneyOf(cost), hours: hoursOf(instanceMs), example };
}

export type Support = {
  readonly cluster: string;
  readonly version: string;
  readonly supportType: 'STANDARD' | 'EXTENDED';
  readonly endOfStandardSupport: string;
  /** Whole days from the end of the window; negative when it is past. */
  readonly daysLeft: number;
  /** What extended support costs, or will, in a month of 730 hours; null where its price is not known. */
  readonly perMonth: string | null;
};

/** When each cluster's version leaves standard support, and what that costs. */
export function supportFigures(fleet: FleetFile, { toMs }: Span, book: PriceBook): Support[] {
  const rows = fleet.clusters.flatMap((cluster) => {
    const isThere = overlap(lifeOfCluster(cluster), { fromMs: toMs - 1, toMs });
    const current = versionWindows(cluster).findLast(({ fromMs }) => fromMs < toMs);
    if (!isThere || !current) return [];
    const rate = book.eksRate(cluster.region, 'extended-support');
    return [
      {
        cluster: cluster.cluster,
        version: current.version,
        supportType: cluster.supportType,
        endOfStandardSupport: new Date(current.standardUntilMs).toISOString(),
        daysLeft: Math.floor((current.standardUntilMs - toMs) / DAY_MS),
        perMonth: rate === undefined ? null : moneyOf(rate * BigInt(HOUR_MS) * HOURS_PER_MONTH),
      },
    ];
  });
  return rows.sort((a, b) => a.daysLeft - b.daysLeft || (a.cluster < b.cluster ? -1 : 1));
}

export type PoolLimit = {
  readonly cluster: string;
  readonly nodePool: string;
  readonly resource: 'CPU' | 'memory';
  /** With their units, for people. */
  readonly limit: string;
  readonly peak: string;
};

/** A limit that is more times what was ever used than this guards nothing. */
const LOOSE = 3;
const GIB_MIB = 1024;

/** Limits of pools that are far from what the pools ever used. */
export function looseLimits(
  fleet: FleetFile,
  pools: readonly { cluster: string; nodePool: string; peak: { vcpu: number; memoryMiB: number } }[],
): PoolLimit[] {
  return (fleet.nodePools ?? []).flatMap(({ cluster, nodePool, limits }) => {
    const used = pools.find((pool) => pool.cluster === cluster && pool.nodePool === nodePool);
    if (!used) return [];
    const memoryGib = used.peak.memoryMiB / GIB_MIB;
    const found = [
      { resource: 'CPU' as const, limit: limits.cpu, peak: used.peak.vcpu, unit: 'vCPU' },
      { resource: 'memory' as const, limit: limits.memoryGiB, peak: memoryGib, unit: 'GiB' },
    ];
    return found.flatMap(({ resource, limit, peak, unit }) =>
      limit === undefined || Number(limit) <= peak * LOOSE
        ? []
        : [{ cluster, nodePool, resource, limit: `${limit} ${unit}`, peak: `${Math.round(peak * 10) / 10} ${unit}` }],
    );
  });
}

/** A pool whose nodes something holds. */
export type Pinned = {
  readonly cluster: string;
  readonly nodePool: string;
  readonly blockers: NonNullable<NonNullable<FleetFile['nodePools']>[number]['blockers']>;
};

/** Pools whose nodes something was seen to hold. */
export function pinnedPools({ nodePools = [] }: FleetFile): Pinned[] {
  return nodePools.flatMap(({ cluster, nodePool, blockers = [] }) =>
    blockers.length === 0 ? [] : [{ cluster, nodePool, blockers }],
  );
}
