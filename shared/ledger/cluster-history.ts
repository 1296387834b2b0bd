import * as z from 'zod/mini';
import type { LedgerKey } from './condition-failed.ts';
import type { LedgerTable } from './table.ts';

const PARTITION = 'CLUSTERS';
/** 13 months of at most 31 days after the end, as the ledger keeps instances. */
const KEPT_SECONDS = 403 * 86_400;

const schema = z.object({
  cluster: z.string(),
  accountId: z.string(),
  region: z.string(),
  createdAt: z.string(),
  deletedAt: z.nullable(z.string()),
  supportType: z.enum(['STANDARD', 'EXTENDED']),
  versions: z.array(z.object({ version: z.string(), from: z.string(), endOfStandardSupport: z.string() })),
});

/** What is charged of a cluster itself, as it was found each time that somebody looked; it outlives the cluster. */
export type ClusterHistory = z.infer<typeof schema>;

/** Of a cluster that is deleted and made again, the present one. */
export async function readClusterHistory(table: LedgerTable, cluster: string): Promise<ClusterHistory | undefined> {
  const row = await table.get(keyOf(cluster));
  return row && schema.parse(row);
}

export async function writeClusterHistory(table: LedgerTable, history: ClusterHistory): Promise<void> {
  const { deletedAt } = history;
  const expiresAt = deletedAt === null ? undefined : Math.floor(Date.parse(deletedAt) / 1000) + KEPT_SECONDS;
  await table.put(keyOf(history.cluster), { ...history, expiresAt });
}

export async function listClusterHistories(table: LedgerTable): Promise<ClusterHistory[]> {
  const histories: ClusterHistory[] = [];
  for await (const row of table.list(PARTITION)) histories.push(schema.parse(row));
  return histories;
}

function keyOf(cluster: string): LedgerKey {
  return { pk: PARTITION, sk: cluster };
}
