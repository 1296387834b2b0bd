import { toOpsError } from '../../shared/aws/errors.ts';
import type { CollectorMessage } from '../../shared/clusters/collector-message.ts';
import { keepState } from '../../shared/ledger/collections.ts';
import { seriesBudget, withinBudget } from '../../shared/metrics/budget.ts';
import { METRICS } from '../../shared/metrics/names.ts';
import type { Series } from '../../shared/metrics/series.ts';
import type { MetricSink } from '../../shared/metrics/sink.ts';
import { type Findings, type LookDeps, lookInto } from './look-into.ts';
import { type Opened, openLedger } from './open-ledger.ts';
import type { Patience } from './patience.ts';
import { type Published, publish } from './publish.ts';
import { type CollectorKube, type Missing, readCluster } from './read-cluster.ts';

export type CollectDeps = Patience &
  LookDeps & {
    readonly connect: (cluster: string) => Promise<CollectorKube>;
    readonly sink: MetricSink;
  };

export type Collection = {
  readonly cluster: string;
  /** `repeated`: this round of the cluster was taken before, or a later one. */
  readonly outcome: 'collected' | 'unreachable' | 'repeated';
  /** NodeClaims that were counted now. */
  readonly ready: number;
  readonly failed: number;
  readonly series: number;
  readonly published: Published | null;
  /** What had to be done without, and why. */
  readonly missing: readonly Missing[];
};

/** The function ends after 55 s. */
const PUBLISH_MS = 50_000;
/** What says how a collection went is not counted in it: it comes on top. */
const OWN_SERIES = 3;

const NOTHING: Findings = { series: [], ready: 0, failed: 0, nodePools: 0, missing: [], state: {} };

/** Measures one cluster, and publishes what is known; what is not is counted, and the result says why. */
export async function collectCluster(message: CollectorMessage, deps: CollectDeps): Promise<Collection> {
  const { cluster, hasBootstrapNodes, budget } = message;
  const startedMs = deps.clock.now();
  const ledger = await openLedger(message, startedMs, deps.table);
  if (ledger === 'repeated')
    return { cluster, outcome: 'repeated', ready: 0, failed: 0, series: 0, published: null, missing: [] };
  const opened = 'reason' in ledger ? undefined : ledger;
  const utilisationAtMs = opened?.counters.memory?.utilisationAtMs ?? undefined;
  const view = await readCluster({ ...message, startedMs, utilisationAtMs }, deps);
  const isReachable = !('reason' in view);
  const found = isReachable
    ? await lookInto(view, { cluster, startedMs, hasBootstrapNodes, budget, opened }, deps)
    : NOTHING;
  const missing: Missing[] = [
    ...('reason' in ledger ? [ledger] : []),
    ...(isReachable ? [] : [view]),
    ...found.missing,
  ];
  const series = tellingAll(cluster, { found, missing, isReachable, opened });
  const published = await publish(
    series,
    { publication: opened?.publication, atMs: startedMs, untilMs: startedMs + PUBLISH_MS },
    deps,
  );
  if (opened)
    await keepState(deps.table, cluster, found.state).catch((error: unknown) => {
      missing.push({ part: 'ledger', reason: toOpsError(error).message });
    });
  const outcome = isReachable ? 'collected' : 'unreachable';
  return { cluster, outcome, ready: found.ready, failed: found.failed, series: series.length, published, missing };
}

type Told = {
  readonly found: Findings;
  readonly missing: readonly Missing[];
  readonly isReachable: boolean;
  readonly opened: Opened | undefined;
};

/** Everything that is sent of a collection, as far as the budget goes. The heartbeat comes last: then the rest was sent before it. */
function tellingAll(cluster: string, { found, missing, isReachable, opened }: Told): Series[] {
  const dimensions = { Cluster: cluster };
  const parts = Map.groupBy(missing, ({ part }) => part);
  const { kept, dropped } = withinBudget(
    [
      countOf(METRICS.clustersUnreachable, dimensions, isReachable ? 0 : 1),
      ...(opened ? [countOf(METRICS.unconfirmedBatches, dimensions, opened.unconfirmed)] : []),
      ...[...parts]
        .filter(([part]) => part !== 'cluster')
        .map(([part, all]) => countOf(METRICS.partialCollections, { ...dimensions, Part: part }, all.length)),
      ...found.series,
    ],
    seriesBudget(found.nodePools) - OWN_SERIES,
  );
  return [
    ...kept,
    ...(dropped > 0 ? [countOf(METRICS.partialCollections, { ...dimensions, Part: 'series' }, dropped)] : []),
    countOf(METRICS.metricSeries, dimensions, kept.length + (dropped > 0 ? 3 : 2)),
    countOf(METRICS.collectorRuns, dimensions, 1),
  ];
}

function countOf(name: string, dimensions: Series['dimensions'], value: number): Series {
  return { name, unit: 'Count', dimensions, values: [value] };
}
