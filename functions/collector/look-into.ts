import { toOpsError } from '../../shared/aws/errors.ts';
import { lookAtPools } from '../../shared/fleet/pool-holds.ts';
import { type SeenReservation, selectedReservations } from '../../shared/fleet/seen-reservation.ts';
import { lookAtDecisions } from '../../shared/latency/decisions.ts';
import { provisioningGauge } from '../../shared/latency/gauge.ts';
import { listTotals } from '../../shared/ledger/claims.ts';
import type { CollectionState } from '../../shared/ledger/collections.ts';
import { HOUR_MS, recordHour } from '../../shared/ledger/hourly-looks.ts';
import type { LedgerTable } from '../../shared/ledger/table.ts';
import type { Series } from '../../shared/metrics/series.ts';
import { followNodes } from './follow-nodes.ts';
import type { ClusterView, Missing } from './read-cluster.ts';
import { type Look, readUse, type UseDeps } from './read-use.ts';

export type Findings = {
  readonly series: readonly Series[];
  readonly ready: number;
  readonly failed: number;
  readonly nodePools: number;
  readonly missing: readonly Missing[];
  /** What the next look starts from. */
  readonly state: Partial<CollectionState>;
};

export type LookDeps = UseDeps & {
  readonly table: LedgerTable;
  readonly reservations: () => Promise<SeenReservation[]>;
};

/** A claim may be listed as ready some time after it was: clocks differ, and a list from a cache is old. */
const OVERLAP_MS = 120_000;
/** What the gauge looks back on. */
const QUARTER_MS = 15 * 60_000;

/** Everything that is known of a cluster now. */
export async function lookInto(view: ClusterView, look: Look, deps: LookDeps): Promise<Findings> {
  const { cluster, startedMs, opened } = look;
  const { table } = deps;
  const missing: Missing[] = [...view.missing];
  const noted = (part: Missing['part']) => (error: unknown) => {
    missing.push({ part, reason: toOpsError(error).message });
    return undefined;
  };
  const decisions = view.leader
    ? lookAtDecisions(view.leader, startedMs, opened?.state.decisions)
    : opened?.state.decisions;
  const followed =
    opened && view.nodeClaims
      ? await followNodes(
          {
            cluster,
            nodeClaims: view.nodeClaims,
            sinceMs: opened.state.claimsMs - OVERLAP_MS,
            nowMs: startedMs,
            decisions,
            publication: opened.publication.id,
          },
          { table, kube: view.kube },
        ).catch(noted('claims'))
      : undefined;
  for (const reason of [...(followed?.troubles ?? []), ...(followed?.unmeasured ?? [])])
    missing.push({ part: 'claims', reason });
  const use = await readUse(view, look, deps);
  missing.push(...use.missing);
  const hourMs = await keepHour(view, look, deps, noted);
  const totals = await listTotals(table, cluster, startedMs - QUARTER_MS).catch(noted('ledger'));
  const isComplete = followed !== undefined && followed.troubles.length === 0;
  return {
    series: [...(followed?.series ?? []), ...provisioningGauge(cluster, totals ?? []), ...use.series],
    ready: followed?.ready ?? 0,
    failed: followed?.failed ?? 0,
    nodePools: view.nodePools.length,
    missing,
    state: {
      ...(isComplete ? { claimsMs: startedMs } : {}),
      ...(decisions ? { decisions } : {}),
      ...(hourMs === undefined ? {} : { hourMs }),
    },
  };
}

/** Once an hour, what the cost report says beside instances; when that was done, undefined where it was not: then the next look does it. */
async function keepHour(
  { nodePools, nodeClasses, nodeClaims, nodes }: ClusterView,
  { cluster, startedMs, opened }: Look,
  deps: LookDeps,
  noted: (part: Missing['part']) => (error: unknown) => undefined,
): Promise<number | undefined> {
  if (!opened || !nodeClasses || !nodeClaims || !nodes) return undefined;
  const hourOf = (ms: number) => Math.floor(ms / HOUR_MS);
  const lastMs = opened.state.hourMs;
  if (lastMs !== undefined && hourOf(lastMs) >= hourOf(startedMs)) return undefined;
  const selected = selectedReservations(nodeClasses);
  // Asked for also where none is selected: a call that is refused is found before the first reservation is paid for.
  const all = await deps.reservations().catch(noted('reservations'));
  if (!all) return undefined;
  const look = {
    atMs: startedMs,
    pools: lookAtPools({ nodePools, nodeClaims, nodes }, startedMs),
    reservations: all.filter(({ id }) => selected.has(id)),
  };
  return recordHour(deps.table, cluster, look).then(() => startedMs, noted('ledger'));
}
