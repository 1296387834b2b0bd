import type { ReportFile } from '../../shared/aws/report-files.ts';
import type { Fault } from '../../shared/clusters/fault.ts';
import { type CostReport, costReport } from '../../shared/cost/cost-report.ts';
import { readFleetFile, readPricesFile } from '../../shared/cost/read-inputs.ts';
import { focusLines } from '../../shared/cost/render/focus.ts';
import { reportHtml } from '../../shared/cost/render/html.ts';
import { noticeText } from '../../shared/cost/render/notice.ts';
import { OpsError } from '../../shared/errors/ops-error.ts';
import type { FleetFile } from '../../shared/fleet-file/schema.ts';
import type { PricesFile } from '../../shared/prices-file/schema.ts';

/** A cluster that is not in the report on the fleet, and why. */
export type MissingCluster = { readonly cluster: string; readonly reason: string };

/** What a person must know to read the figures. */
export type Caveats = { readonly notes: readonly string[]; readonly missing: readonly MissingCluster[] };

export type WrittenReport = CostReport & {
  readonly missingClusters: readonly MissingCluster[];
  readonly notes: readonly string[];
};

export type Window = { readonly from: string; readonly to: string };

/** The report on a fleet, incomplete also where a cluster is missing. */
export function reportOn(fleet: FleetFile, prices: PricesFile, { from, to }: Window, caveats: Caveats): WrittenReport {
  const report = costReport(fleet, prices, from, to);
  const { missing, notes } = caveats;
  return { ...report, complete: report.complete && missing.length === 0, missingClusters: missing, notes };
}

export function reportText(report: WrittenReport): string {
  return [noticeText(report).trimEnd(), ...caveatLines(report)].join('\n');
}

/** The files that a person, a program and a spreadsheet read. */
export function filesOf(fleet: FleetFile, prices: PricesFile, report: WrittenReport): ReportFile[] {
  return [
    { name: 'report.json', body: `${JSON.stringify(report, null, 2)}\n` },
    { name: 'report.html', body: reportHtml(report, caveatLines(report)) },
    { name: 'report.csv', body: bytesOf(focusLines(fleet, prices, report)) },
    { name: 'notice.txt', body: `${reportText(report)}\n` },
  ];
}

function caveatLines({ missingClusters, notes }: WrittenReport): string[] {
  const missing = missingClusters.map(({ cluster, reason }) => `NOT IN IT: cluster ${cluster}: ${reason}`);
  return [...missing, ...notes.map((note) => `Note: ${note}`)];
}

/** A string has an end before a large fleet's rows do. */
function bytesOf(lines: Iterable<string>): Uint8Array {
  const chunks: Buffer[] = [];
  let chunk = '';
  for (const line of lines) {
    chunk += line;
    if (chunk.length < CHUNK) continue;
    chunks.push(Buffer.from(chunk));
    chunk = '';
  }
  return Buffer.concat([...chunks, Buffer.from(chunk)]);
}
const CHUNK = 1_000_000;

export function soundPrices(value: unknown): PricesFile {
  const checked = readPricesFile(value);
  if (checked.ok) return checked.value;
  throw new OpsError('PricesUnsound', `the prices cannot be used: ${faultsText(checked.faults)}`);
}

export function soundFleet(value: unknown): FleetFile {
  const checked = readFleetFile(value);
  if (checked.ok) return checked.value;
  throw new OpsError(
    'LedgerUnsound',
    `the ledger cannot be reported on: ${faultsText(checked.faults)}. Look at the rows INSTANCE# of those instances.`,
  );
}

function faultsText(faults: readonly Fault[]): string {
  const first = faults.slice(0, 5).map(({ path, message }) => `${path} ${message}`);
  return `${first.join('; ')}${faults.length > first.length ? `, and ${faults.length - first.length} more` : ''}`;
}
