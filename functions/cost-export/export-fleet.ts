import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod/mini';
import type { ClusterFacts } from '../../shared/aws/cluster-support.ts';
import type { StoreReportFiles } from '../../shared/aws/report-files.ts';
import { fleetInstanceOf } from '../../shared/fleet/fleet-instance.ts';
import type { InstanceRecord } from '../../shared/fleet/instance-record.ts';
import { monthsBetween } from '../../shared/fleet/months.ts';
import { poolsOver } from '../../shared/fleet/pool-holds.ts';
import { reservationsOver } from '../../shared/fleet/seen-reservation.ts';
import type { FleetFile, FleetInstance } from '../../shared/fleet-file/schema.ts';
import { type ClusterHistory, readClusterHistory, writeClusterHistory } from '../../shared/ledger/cluster-history.ts';
import { listHours } from '../../shared/ledger/hourly-looks.ts';
import { listMonth } from '../../shared/ledger/instance-records.ts';
import type { LedgerTable } from '../../shared/ledger/table.ts';
import { type ReportRef, reportRefSchema } from '../../shared/reports/period.ts';
import type { DocumentPointer } from '../../shared/runs/run.ts';
import { historyAfter } from './cluster-history.ts';

const request = z.object({ cluster: z.string(), report: reportRefSchema });

export type ExportDeps = {
  readonly table: LedgerTable;
  readonly clock: { now(): number };
  readonly clusterFacts: (cluster: string) => Promise<ClusterFacts | undefined>;
  readonly supportDates: () => Promise<ReadonlyMap<string, string>>;
  readonly store: StoreReportFiles;
};

export type ExportedFleet = {
  readonly cluster: string;
  readonly report: ReportRef;
  readonly fleet: DocumentPointer;
  readonly instances: number;
  readonly notes: readonly string[];
};

/** The ledger of one cluster as a fleet file in the documents bucket, as far back as a report needs it. */
export async function exportFleet(event: unknown, deps: ExportDeps): Promise<ExportedFleet> {
  const { cluster, report } = request.parse(event);
  const { table, clock, store } = deps;
  const history = await lookAt(cluster, deps);
  const byId = new Map<string, FleetInstance>();
  for (const month of monthsBetween(Date.parse(report.needsFrom), Date.parse(report.to) - 1))
    for await (const record of listMonth(table, cluster, month))
      if (isWanted(record, report)) byId.set(record.instanceId, fleetInstanceOf(record));
  const instances = [...byId.values()].sort((a, b) => (a.instanceId < b.instanceId ? -1 : 1));
  const looks = await listHours(table, cluster, Date.parse(report.needsFrom), Date.parse(report.to));
  const now = new Date(clock.now()).toISOString();
  const fleet: FleetFile = {
    clusters: history ? [history] : [],
    instances,
    overhead: [],
    nodePools: poolsOver(
      cluster,
      looks.flatMap(({ atMs, pools }) => (atMs < Date.parse(report.from) ? [] : [pools])),
    ),
    reservations: history ? reservationsOver(history, looks, instances) : [],
    ...(now < report.to ? { exportedAt: now } : {}),
  };
  const files = await store(report, cluster, [{ name: 'fleet.json', body: JSON.stringify(fleet) }]);
  const notes = history ? [] : [`EKS has no cluster ${cluster}: its control plane is not in the report`];
  return { cluster, report, fleet: files.pointer('fleet.json'), instances: instances.length, notes };
}

/** What came later is not in it, so that the same period gives the same file. */
function isWanted({ launchedAt, endedAt }: InstanceRecord, { needsFrom, to }: ReportRef): boolean {
  return launchedAt < to && (endedAt === null || endedAt >= needsFrom);
}

async function lookAt(cluster: string, deps: ExportDeps): Promise<ClusterHistory | undefined> {
  const [known, facts, supportDates] = await Promise.all([
    readClusterHistory(deps.table, cluster),
    deps.clusterFacts(cluster),
    deps.supportDates(),
  ]);
  const now = new Date(deps.clock.now()).toISOString();
  const history = historyAfter(known, { cluster, facts, supportDates, now });
  if (history && !isDeepStrictEqual(history, known)) await writeClusterHistory(deps.table, history);
  return history;
}
