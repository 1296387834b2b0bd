import { toOpsError } from '../../shared/aws/errors.ts';
import type { Manifest } from '../../shared/kube/api.ts';
import { keepCounters } from '../../shared/ledger/collections.ts';
import type { LedgerTable } from '../../shared/ledger/table.ts';
import { addShares } from '../../shared/ledger/use.ts';
import { METRICS } from '../../shared/metrics/names.ts';
import type { Series } from '../../shared/metrics/series.ts';
import { type Readings, readingsOf } from '../../shared/utilisation/readings.ts';
import type { HourlyBudget, PriceLookup } from '../../shared/utilisation/run-rate.ts';
import type { Opened } from './open-ledger.ts';
import type { ClusterView, Missing } from './read-cluster.ts';

export type SpotPool = { readonly instanceType: string; readonly zone: string };

export type UseDeps = {
  readonly table: LedgerTable;
  /** Today's prices, of spot at least for these. */
  readonly pricesFor: (spot: readonly SpotPool[]) => Promise<PriceLookup>;
};

export type Use = { readonly series: readonly Series[]; readonly missing: readonly Missing[] };

export type Look = {
  readonly cluster: string;
  readonly startedMs: number;
  readonly hasBootstrapNodes: boolean;
  /** What the cluster may cost. */
  readonly budget: HourlyBudget | undefined;
  readonly opened: Opened | undefined;
};

/** What came since the last look. Two collections at once must not both tell it. */
const SINCE_LAST_LOOK: ReadonlySet<string> = new Set([METRICS.scalingEvents, METRICS.podSchedulingSeconds]);

/** What cannot be told without a part; with an empty one in its place it would be told wrongly. */
const OF_NODES: readonly string[] = [
  METRICS.cpuUtilisation,
  METRICS.memoryUtilisation,
  METRICS.podsPerNode,
  METRICS.nodes,
  METRICS.bootstrapNodes,
  METRICS.spotShare,
];
const OF_MACHINES: readonly string[] = [METRICS.runRate, METRICS.budgetUsed, METRICS.unpricedNodes];

/** How the cluster is used, as far as its parts could be read, and what instances gave since the last look. */
export async function readUse(view: ClusterView, look: Look, deps: UseDeps): Promise<Use> {
  const { cluster, startedMs, opened } = look;
  const missing: Missing[] = [];
  const noted = (part: Missing['part']) => (error: unknown) => {
    missing.push({ part, reason: toOpsError(error).message });
    return undefined;
  };
  const nodes = view.nodes ?? [];
  const prices = await deps.pricesFor(spotPoolsOf([...nodes, ...(view.nodeClaims ?? [])])).catch(noted('prices'));
  const readings = readingsOf({
    cluster,
    nowMs: startedMs,
    nodes,
    nodeClaims: view.nodeClaims ?? [],
    nodePools: view.nodePools,
    nodeClasses: view.nodeClasses ?? [],
    leader: view.leader,
    isLeaderKnown: view.isLeaderKnown,
    previous: opened?.counters.memory,
    prices: prices ?? (() => undefined),
    budget: look.budget,
    isUtilisationDue: view.isUtilisationDue,
  });
  const isKept =
    opened && view.leader ? await keep(cluster, opened, readings, deps.table).catch(noted('ledger')) : false;
  if (isKept) {
    const { failed } = await addShares(deps.table, readings.shares);
    for (const error of failed) noted('ledger')(error);
  }
  const untold = untoldWithout(view, look, prices !== undefined);
  return {
    series: readings.series.filter(({ name }) => !untold.has(name) && (isKept || !SINCE_LAST_LOOK.has(name))),
    missing,
  };
}

function keep(cluster: string, { counters }: Opened, { memory }: Readings, table: LedgerTable): Promise<boolean> {
  return keepCounters(table, cluster, { memory, version: counters.version });
}

function untoldWithout(
  { nodes, nodeClaims, nodeClasses }: ClusterView,
  { hasBootstrapNodes }: Look,
  arePricesKnown: boolean,
): ReadonlySet<string> {
  return new Set([
    ...(hasBootstrapNodes ? [] : [METRICS.bootstrapNodes]),
    ...(nodes ? [] : [...OF_NODES, ...OF_MACHINES]),
    ...(nodeClaims && arePricesKnown ? [] : OF_MACHINES),
    ...(nodeClasses ? [] : [METRICS.nodeClassesNotReady]),
  ]);
}

/** The kinds of spot machines that there are. */
function spotPoolsOf(machines: readonly Manifest[]): SpotPool[] {
  const pools = new Map<string, SpotPool>();
  for (const { metadata } of machines) {
    const { labels = {} } = metadata;
    const instanceType = labels['node.kubernetes.io/instance-type'];
    const zone = labels['topology.kubernetes.io/zone'];
    if (labels['karpenter.sh/capacity-type'] === 'spot' && instanceType && zone)
      pools.set(`${instanceType} ${zone}`, { instanceType, zone });
  }
  return [...pools.values()];
}
