import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import type { StoreReportFiles } from '../../shared/aws/report-files.ts';
import type { TopicPublication } from '../../shared/aws/topics.ts';
import { joinedReservations } from '../../shared/fleet/seen-reservation.ts';
import type { FleetFile } from '../../shared/fleet-file/schema.ts';
import type { Notice } from '../../shared/ledger/cost-reports.ts';
import { emfLines } from '../../shared/metrics/emf.ts';
import { METRICS } from '../../shared/metrics/names.ts';
import { pointerSchema, type ReportRef, reportRefSchema } from '../../shared/reports/period.ts';
import { rootCause } from '../../shared/runs/root-cause.ts';
import type { DocumentPointer } from '../../shared/runs/run.ts';
import {
  filesOf,
  type MissingCluster,
  reportOn,
  reportText,
  soundFleet,
  soundPrices,
  type WrittenReport,
} from './render.ts';

const notes = z._default(z.array(z.string()), []);
const clusterItem = z.object({
  cluster: z.string(),
  fleet: pointerSchema,
  prices: pointerSchema,
  report: reportRefSchema,
  notes,
});
const fleetItem = z.object({
  cluster: z.string(),
  fleet: z.optional(pointerSchema),
  made: z.optional(z.boolean()),
  notes,
  failure: z.optional(z.object({ Error: z.optional(z.string()), Cause: z.optional(z.string()) })),
});
const request = z.discriminatedUnion('scope', [
  z.object({ scope: z.literal('cluster'), item: clusterItem }),
  z.object({
    scope: z.literal('fleet'),
    report: reportRefSchema,
    prices: pointerSchema,
    notes,
    clusters: z.array(fleetItem),
  }),
]);
type ClusterRequest = z.infer<typeof clusterItem>;
type FleetRequest = Extract<z.infer<typeof request>, { scope: 'fleet' }>;

export type MakeReportDeps = {
  readonly clock: { now(): number };
  readonly get: (pointer: DocumentPointer) => Promise<unknown>;
  readonly store: StoreReportFiles;
  /** What the month may cost; undefined: there is no budget. */
  readonly monthlyBudget: (cluster: string) => Promise<number | undefined>;
  readonly claimNotice: (notice: Notice) => Promise<boolean>;
  readonly noticeSent: (notice: Notice) => Promise<void>;
  readonly publish: (message: TopicPublication) => Promise<void>;
  readonly writeLine: (line: string) => void;
};

/** Makes the report on one cluster, or on the fleet of those that are there. Making it again changes and tells nothing. */
export async function makeReport(event: unknown, deps: MakeReportDeps): Promise<object> {
  const parsed = request.parse(event);
  return parsed.scope === 'cluster' ? onCluster(parsed.item, deps) : onFleet(parsed, deps);
}

async function onCluster(item: ClusterRequest, deps: MakeReportDeps): Promise<object> {
  const { cluster, report } = item;
  const fleet = soundFleet(await deps.get(item.fleet));
  const prices = soundPrices(await deps.get(item.prices));
  const written = reportOn(fleet, prices, report, { notes: item.notes, missing: [] });
  const { changed } = await deps.store(report, cluster, filesOf(fleet, prices, written));
  if (isScheduled(report)) {
    count(deps, { Cluster: cluster }, METRICS.reportsMade);
    await compareWithBudget(cluster, written, deps);
  }
  const { total, complete } = written;
  return { cluster, fleet: item.fleet, notes: item.notes, made: true, total, complete, changed: changed.length };
}

async function compareWithBudget(cluster: string, report: WrittenReport, deps: MakeReportDeps): Promise<void> {
  const budget = await deps.monthlyBudget(cluster);
  if (budget === undefined || budget <= 0) return;
  const used = (Number(report.forecast.total) / budget) * 100;
  const metrics = [{ name: METRICS.forecastBudgetUsed, unit: 'Percent' as const, values: used }];
  const timestampMs = deps.clock.now();
  for (const line of emfLines({ timestampMs, dimensions: { Cluster: cluster }, metrics })) deps.writeLine(line);
}

async function onFleet(input: FleetRequest, deps: MakeReportDeps): Promise<object> {
  const { report, clusters } = input;
  const made = clusters.filter((item) => item.made === true && item.fleet);
  const missing = clusters.filter((item) => !made.includes(item)).map(missingOf);
  const fleets: FleetFile[] = [];
  for (const { fleet } of made) if (fleet) fleets.push(soundFleet(await deps.get(fleet)));
  const prices = soundPrices(await deps.get(input.prices));
  const fleet = joined(fleets);
  const all = [...input.notes, ...made.flatMap((item) => item.notes)];
  const written = reportOn(fleet, prices, report, { notes: all, missing });
  const stored = await deps.store(report, undefined, filesOf(fleet, prices, written));
  const told = await tell(report, written, stored.pointer('report.html'), deps);
  if (isScheduled(report)) count(deps, {}, METRICS.reportsMade);
  for (const { cluster } of missing) count(deps, { Cluster: cluster }, METRICS.reportsFailed);
  const { total, complete } = written;
  return {
    report: report.key,
    total,
    complete,
    clusters: made.length,
    missing,
    changed: stored.changed.length,
    told,
    at: stored.pointer('report.json'),
  };
}

/** A window that somebody asked for is no sign that the schedules work, and its forecast may be of any month. */
const isScheduled = ({ key }: ReportRef) => !key.startsWith('window/');

function missingOf({ cluster, failure }: FleetRequest['clusters'][number]): MissingCluster {
  const { error, message } = rootCause({ Error: failure?.Error, Cause: failure?.Cause });
  return { cluster, reason: `${error}: ${message}` };
}

function joined(fleets: readonly FleetFile[]): FleetFile {
  const times = fleets.flatMap(({ exportedAt }) => exportedAt ?? []).sort();
  return {
    clusters: fleets.flatMap(({ clusters }) => clusters),
    instances: fleets.flatMap(({ instances }) => instances),
    overhead: fleets.flatMap(({ overhead }) => overhead),
    nodePools: fleets.flatMap(({ nodePools = [] }) => nodePools),
    reservations: joinedReservations(fleets.flatMap(({ reservations = [] }) => reservations)),
    ...(times[0] === undefined ? {} : { exportedAt: times[0] }),
  };
}

/** People hear of a period once, and again when its dollars are others. */
async function tell(
  report: ReportRef,
  written: WrittenReport,
  html: DocumentPointer,
  deps: MakeReportDeps,
): Promise<boolean> {
  const costs = written.by.cluster.map(({ key, cost, unpricedHours }) => [key, cost, unpricedHours]);
  const { total, complete, missingClusters } = written;
  const figures = JSON.stringify([total, complete, costs, missingClusters.map(({ cluster }) => cluster)]);
  const says = createHash('sha256').update(figures).digest('hex');
  const notice = { report: report.key, says, execution: report.execution };
  if (!(await deps.claimNotice(notice))) return false;
  const state = complete ? '' : ' (incomplete)';
  await deps.publish({
    subject: `Joinery: cost of ${report.key}: ${Number(total).toFixed(2)} ${written.currency}${state}`.slice(0, 100),
    text: `${reportText(written)}\n\nThe report: s3://${html.bucket}/${html.key}`,
    attributes: { kind: 'cost-report', cluster: 'several', digest: 'true' },
  });
  await deps.noticeSent(notice);
  return true;
}

function count({ clock, writeLine }: MakeReportDeps, dimensions: Readonly<Record<string, string>>, name: string): void {
  const metrics = [{ name, unit: 'Count' as const, values: 1 }];
  for (const line of emfLines({ timestampMs: clock.now(), dimensions, metrics })) writeLine(line);
}
