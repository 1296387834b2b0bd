import { createHash } from 'node:crypto';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { readReportFiles, writeReportFiles } from '../ledger/cost-reports.ts';
import type { LedgerTable } from '../ledger/table.ts';
import { folderOf, type ReportRef } from '../reports/period.ts';
import type { DocumentPointer } from '../runs/run.ts';
import { toOpsError } from './errors.ts';

export type ReportFile = { readonly name: string; readonly body: string | Uint8Array };

export type StoredFiles = {
  /** Where a file that was stored is. */
  readonly pointer: (name: string) => DocumentPointer;
  /** Names of those that were not there with this content before. */
  readonly changed: readonly string[];
};

/** Stores files of a period's report on one cluster, or on the fleet where that is undefined. The same content is not written twice. */
export type StoreReportFiles = (
  report: ReportRef,
  cluster: string | undefined,
  files: readonly ReportFile[],
) => Promise<StoredFiles>;

const TYPES: Readonly<Record<string, string>> = {
  json: 'application/json',
  html: 'text/html; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
  txt: 'text/plain; charset=utf-8',
};

type Deps = {
  readonly s3: Pick<S3Client, 'send'>;
  readonly bucket: string;
  readonly table: LedgerTable;
  readonly clock: { now(): number };
};

export function reportFiles({ s3, bucket, table, clock }: Deps): StoreReportFiles {
  const put = async (Key: string, { name, body }: ReportFile): Promise<void> => {
    const command = new PutObjectCommand({
      Bucket: bucket,
      Key,
      Body: body,
      ContentType: TYPES[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream',
      ServerSideEncryption: 'AES256',
    });
    await s3.send(command).catch((error: unknown) => {
      throw toOpsError(error, `writing s3://${bucket}/${Key}`, { bucket, key: Key });
    });
  };
  return async (report, cluster, files) => {
    const part = cluster === undefined ? 'FLEET' : (`CLUSTER#${cluster}` as const);
    const known = await readReportFiles(table, report.key, part);
    const stored: Record<string, DocumentPointer> = { ...known };
    const changed: string[] = [];
    for (const file of files) {
      const key = `${folderOf(report, cluster)}/${file.name}`;
      const sha256 = createHash('sha256').update(file.body).digest('hex');
      const before = known[file.name];
      if (before?.sha256 === sha256 && before.key === key && before.bucket === bucket) continue;
      await put(key, file);
      stored[file.name] = { bucket, key, sha256 };
      changed.push(file.name);
    }
    if (changed.length > 0) await writeReportFiles({ table, clock }, report.key, part, stored);
    return {
      changed,
      pointer: (name) => {
        const found = stored[name];
        if (!found) throw new Error(`${name} was not stored`);
        return found;
      },
    };
  };
}
