import type { Manifest } from '../kube/api.ts';
import type { LeaderMetrics } from '../kube/leader-metrics.ts';
import { METRICS } from '../metrics/names.ts';
import type { Series } from '../metrics/series.ts';
import { type CounterMemory, countersSince, NO_MEMORY } from './counters.ts';
import { FAMILIES } from './families.ts';
import { fleetNodes } from './fleet-nodes.ts';
import { gaugesByNode, isStateExported } from './gauges.ts';
import { bootstrapNodes, nodeCounts, spotShare } from './node-counts.ts';
import { limitUsed, notReady } from './pool-state.ts';
import { type HourlyBudget, type PriceLookup, runRate } from './run-rate.ts';
import { scalingEvents } from './scaling-events.ts';
import { podSchedulingSeconds } from './scheduling-latency.ts';
import { finiteOnly, oneValue } from './series-of.ts';
import { type InstanceShare, sharesOf } from './shares.ts';
import { type Used, usedByClaims, usedByGauges, utilisationSeries } from './utilisation.ts';

export type ReadingsInput = {
  readonly cluster: string;
  readonly nowMs: number;
  readonly nodes: readonly Manifest[];
  readonly nodeClaims: readonly Manifest[];
  readonly nodePools: readonly Manifest[];
  readonly nodeClasses: readonly Manifest[];
  /** Undefined: there is none, or it was not read. */
  readonly leader?: LeaderMetrics | undefined;
  /** False: whether there is a leader is not known, since its page could not be read for another reason. */
  readonly isLeaderKnown?: boolean;
  /** What the last look at this cluster left, whichever process led then. */
  readonly previous?: CounterMemory | undefined;
  readonly prices: PriceLookup;
  readonly budget?: HourlyBudget | undefined;
  readonly isUtilisationDue: boolean;
};

export type Readings = {
  readonly series: readonly Series[];
  readonly memory: CounterMemory;
  readonly shares: readonly InstanceShare[];
  /** Where requests come from: the leader's gauges, or what each NodeClaim was launched for. Null: they were not read. */
  readonly utilisationFrom: 'leader' | 'node-claims' | null;
};

/** What one look at a cluster says in figures. No name of a node, an instance or a pod is a dimension. */
export function readingsOf(input: ReadingsInput): Readings {
  const { cluster, nowMs, leader, previous = NO_MEMORY, nodePools } = input;
  const dimensions = { Cluster: cluster };
  const nodes = fleetNodes(input.nodes, input.nodeClaims);
  const counted = leader ? countersSince(leader, previous, nowMs) : { deltas: [], memory: previous };
  const isExported = leader && isStateExported(leader.samples);
  const { used, utilisationFrom } = usedOf(input, nodes, isExported);
  const isMeasured = utilisationFrom === 'leader';
  const series = [
    bootstrapNodes(cluster, nodes),
    ...nodeCounts(cluster, nodes, nodePools),
    ...spotShare(cluster, nodes, nodePools),
    ...runRate(
      cluster,
      { nodes, nodePools: nodePools.map(({ metadata }) => metadata.name) },
      input.prices,
      input.budget,
    ),
    ...limitUsed(cluster, nodePools),
    ...notReady(cluster, nodePools, input.nodeClasses),
    ...(leader || input.isLeaderKnown !== false
      ? [oneValue(METRICS.controllerLeader, 'Count', dimensions, leader ? 1 : 0)]
      : []),
    ...(isExported === undefined
      ? []
      : [oneValue(METRICS.stateObservabilityDisabled, 'Count', dimensions, isExported ? 0 : 1)]),
    ...(leader && isExported ? [oneValue(METRICS.pendingPods, 'Count', dimensions, pendingPods(leader))] : []),
    ...scalingEvents(cluster, counted.deltas),
    ...podSchedulingSeconds(cluster, counted.deltas),
    ...utilisationSeries(cluster, used),
  ];
  return {
    series: finiteOnly(series),
    memory: isMeasured
      ? { ...counted.memory, utilisationAtMs: Math.max(nowMs, previous.utilisationAtMs ?? 0) }
      : counted.memory,
    shares: isMeasured ? sharesOf(used, previous.utilisationAtMs, nowMs) : [],
    utilisationFrom,
  };
}

function usedOf(
  { leader, nodeClaims, isUtilisationDue }: ReadingsInput,
  nodes: ReturnType<typeof fleetNodes>,
  isExported: boolean | undefined,
): { readonly used: readonly Used[]; readonly utilisationFrom: Readings['utilisationFrom'] } {
  if (!leader || !isUtilisationDue || isExported === undefined) return { used: [], utilisationFrom: null };
  if (!isExported) return { used: usedByClaims(nodes, nodeClaims), utilisationFrom: 'node-claims' };
  return { used: usedByGauges(nodes, gaugesByNode(leader.samples)), utilisationFrom: 'leader' };
}

/** Pods that wait for a node, and those that have one and did not start yet: Karpenter lists both until they start. */
function pendingPods({ samples }: LeaderMetrics): number {
  return samples.filter(({ name }) => name === FAMILIES.pending).length;
}
