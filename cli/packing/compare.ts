import { decimalOf, HOUR_MS, microsOf, percentOf } from '../../shared/cost/money.ts';
import type { PodsFile } from '../../shared/pods-file/schema.ts';
import type { PricesFile } from '../../shared/prices-file/schema.ts';
import { type Amounts, quantitiesOf, sum } from '../../simulator/karpenter/instance-types/resources.ts';
import { packByGroups } from './fixed-groups.ts';
import { packByKarpenter } from './karpenter-choice.ts';
import { marketOf } from './machines.ts';
import type { PackedNode, PackedPod, Packing } from './side.ts';

/** 365 x 24 / 12, as everywhere where a month of a rate is named. */
const HOURS_PER_MONTH = 730n;

type Counted = { readonly name: string; readonly count: number };
type NodeRow = {
  readonly source: string;
  readonly instanceType: string;
  readonly capacityType: string;
  readonly zone: string;
  /** Null where the prices file has none. */
  readonly perHour: string | null;
  readonly allocatable: Readonly<Record<string, string>>;
  /** By its pods and by DaemonSets. */
  readonly requested: Readonly<Record<string, string>>;
  readonly pods: readonly Counted[];
};
export type SideReport = {
  readonly nodes: number;
  /** What the pods request of what the nodes could give to pods, in percent; null without nodes. DaemonSets are no use. */
  readonly utilisation: { readonly cpu: number | null; readonly memory: number | null };
  /** Of the nodes that have a price. */
  readonly perHour: string;
  readonly perMonth: string;
  readonly complete: boolean;
  readonly unpriced: readonly Counted[];
  readonly unplaced: readonly (Counted & { readonly reason: string })[];
  readonly nodeList: readonly NodeRow[];
};
export type Comparison = {
  readonly region: string;
  readonly currency: string;
  readonly pricesAsOf: string;
  readonly pods: number;
  readonly fixed: SideReport;
  readonly karpenter: SideReport;
  /** Karpenter less fixed: negative where Karpenter takes less. Null where one side has pods or prices missing. */
  readonly difference: {
    readonly nodes: number;
    readonly perHour: string;
    readonly perMonth: string;
    readonly percent: number | null;
  } | null;
};

const perHourOf = (rate: bigint): bigint => microsOf(rate * BigInt(HOUR_MS));
const perMonthOf = (rate: bigint): bigint => microsOf(rate * BigInt(HOUR_MS) * HOURS_PER_MONTH);

function counted(names: readonly string[]): Counted[] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, count]) => ({ name, count }));
}

const requestsOf = (pods: readonly PackedPod[]): Amounts => pods.map(({ requests }) => requests).reduce(sum, {});

function rowOf(node: PackedNode): NodeRow {
  const { source, instanceType, capacityType, zone, rate, allocatable, daemons, pods } = node;
  return {
    source,
    instanceType,
    capacityType,
    zone,
    perHour: rate === undefined ? null : decimalOf(perHourOf(rate)),
    allocatable: quantitiesOf(allocatable),
    requested: quantitiesOf(sum(daemons, requestsOf(pods))),
    pods: counted(pods.map(({ kind }) => kind)),
  };
}

function utilisationOf(nodes: readonly PackedNode[], resource: 'cpu' | 'memory'): number | null {
  const used = nodes.reduce((total, { pods }) => total + (requestsOf(pods)[resource] ?? 0), 0);
  const all = nodes.reduce((total, { allocatable }) => total + (allocatable[resource] ?? 0), 0);
  return percentOf(BigInt(used), BigInt(all));
}

const rateOf = ({ nodes }: Packing): bigint => nodes.reduce((total, { rate = 0n }) => total + rate, 0n);

function sideOf(packing: Packing): SideReport {
  const { nodes, unplaced } = packing;
  const rate = rateOf(packing);
  const without = nodes.filter((node) => node.rate === undefined);
  const reasons = [...Map.groupBy(unplaced, ({ pod, reason }) => `${pod.kind} ${reason}`).values()];
  return {
    nodes: nodes.length,
    utilisation: { cpu: utilisationOf(nodes, 'cpu'), memory: utilisationOf(nodes, 'memory') },
    perHour: decimalOf(perHourOf(rate)),
    perMonth: decimalOf(perMonthOf(rate)),
    complete: without.length === 0 && unplaced.length === 0,
    unpriced: counted(without.map(({ instanceType, capacityType }) => `${instanceType} ${capacityType}`)),
    unplaced: reasons.map((same) => ({
      name: same[0]?.pod.kind ?? '',
      count: same.length,
      reason: same[0]?.reason ?? '',
    })),
    nodeList: nodes.map(rowOf),
  };
}

/** The same pods under fixed node groups and under Karpenter, at the prices of the file. */
export function comparePacking(file: PodsFile, prices: PricesFile): Comparison {
  const market = marketOf(file, prices);
  const [byGroups, byKarpenter] = [packByGroups(file, market), packByKarpenter(file, market)];
  const [fixed, karpenter] = [sideOf(byGroups), sideOf(byKarpenter)];
  const [before, after] = [rateOf(byGroups), rateOf(byKarpenter)];
  const isComparable = fixed.complete && karpenter.complete;
  return {
    region: file.region,
    currency: prices.currency,
    pricesAsOf: prices.asOf,
    pods: file.pods.reduce((total, { count }) => total + count, 0),
    fixed,
    karpenter,
    difference: isComparable
      ? {
          nodes: karpenter.nodes - fixed.nodes,
          perHour: decimalOf(perHourOf(after) - perHourOf(before)),
          perMonth: decimalOf(perMonthOf(after) - perMonthOf(before)),
          percent: percentOf(after - before, before),
        }
      : null,
  };
}
