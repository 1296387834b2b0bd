import * as z from 'zod/mini';
import type { DocumentPointer } from '../runs/run.ts';
import { ConditionFailed, type LedgerKey } from './condition-failed.ts';
import type { LedgerTable } from './table.ts';

/** 13 months of at most 31 days, as the ledger keeps instances. */
const KEPT_SECONDS = 403 * 86_400;

const pointer = z.object({ bucket: z.string(), key: z.string(), sha256: z.string() });
const cacheRow = z.object({ document: pointer, at: z.string() });
const filesRow = z.object({ files: z._default(z.record(z.string(), pointer), {}) });
const pricesRow = z.object({ document: pointer, covers: z.string() });

type Deps = { readonly table: LedgerTable; readonly clock: { now(): number } };
/** A part of what is made of a period: its prices, the report of a cluster, the report of the fleet. */
export type ReportPart = 'PRICES' | 'FLEET' | `CLUSTER#${string}`;

/** Where the newest prices of a Region are. */
export async function readPriceCache(table: LedgerTable, region: string): Promise<DocumentPointer | undefined> {
  const row = await table.get(cacheKey(region));
  return row && cacheRow.parse(row).document;
}

export async function writePriceCache(
  { table, clock }: Deps,
  region: string,
  document: DocumentPointer,
): Promise<void> {
  await table.put(cacheKey(region), { document, at: new Date(clock.now()).toISOString() });
}

/** The prices that a period's reports are made with; `covers` says for what they were fetched. */
export async function readReportPrices(
  table: LedgerTable,
  report: string,
): Promise<z.infer<typeof pricesRow> | undefined> {
  const row = await table.get(keyOf(report, 'PRICES'));
  return row && pricesRow.parse(row);
}

export async function writeReportPrices(
  { table, clock }: Deps,
  report: string,
  prices: z.infer<typeof pricesRow>,
): Promise<void> {
  await table.put(keyOf(report, 'PRICES'), { ...prices, expiresAt: expiryAt(clock.now()) });
}

/** What was written of a part of a period's reports, by file name. */
export async function readReportFiles(
  table: LedgerTable,
  report: string,
  part: ReportPart,
): Promise<Readonly<Record<string, DocumentPointer>>> {
  const row = await table.get(keyOf(report, part));
  return row ? filesRow.parse(row).files : {};
}

export async function writeReportFiles(
  { table, clock }: Deps,
  report: string,
  part: ReportPart,
  files: Readonly<Record<string, DocumentPointer>>,
): Promise<void> {
  await table.update(keyOf(report, part), {
    update: 'SET files = :files, expiresAt = :expiresAt',
    values: { ':files': files, ':expiresAt': expiryAt(clock.now()) },
  });
}

/** How long another execution may take to send what it said it would. */
const SENDING_MS = 600_000;

const noticeRow = z.object({
  noticed: z.optional(z.string()),
  noticedBy: z.optional(z.string()),
  noticedAt: z.optional(z.string()),
  isSent: z.optional(z.boolean()),
});

export type Notice = { readonly report: string; readonly says: string; readonly execution: string };

/**
 * Whether this execution is to tell people what the report says. No, if they were told the same, or another execution is about
 * to. An execution that comes back before it said `noticeSent` tells them, perhaps again.
 */
export async function claimNotice({ table, clock }: Deps, { report, says, execution }: Notice): Promise<boolean> {
  const key = keyOf(report, 'FLEET');
  const nowMs = clock.now();
  try {
    await table.update(key, {
      update: 'SET noticed = :says, noticedBy = :execution, noticedAt = :now, isSent = :no, expiresAt = :expiresAt',
      condition: 'attribute_not_exists(noticed) OR noticed <> :says OR (isSent = :no AND noticedAt < :gone)',
      values: {
        ':says': says,
        ':execution': execution,
        ':now': new Date(nowMs).toISOString(),
        ':gone': new Date(nowMs - SENDING_MS).toISOString(),
        ':no': false,
        ':expiresAt': expiryAt(nowMs),
      },
    });
    return true;
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
    const row = noticeRow.parse((await table.get(key)) ?? {});
    return row.isSent === false && row.noticedBy === execution;
  }
}

export async function noticeSent({ table }: Deps, { report }: Pick<Notice, 'report'>): Promise<void> {
  await table.update(keyOf(report, 'FLEET'), { update: 'SET isSent = :yes', values: { ':yes': true } });
}

function keyOf(report: string, part: ReportPart): LedgerKey {
  return { pk: `REPORT#${report}`, sk: part };
}

function cacheKey(region: string): LedgerKey {
  return { pk: 'PRICES', sk: region };
}

function expiryAt(nowMs: number): number {
  return Math.floor(nowMs / 1000) + KEPT_SECONDS;
}
