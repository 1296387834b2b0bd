import * as z from 'zod/mini';
import type { LedgerTable } from './table.ts';

const KEY = { pk: 'FLEET', sk: 'RECONCILED' };

const schema = z.object({ at: z.string(), clusters: z.array(z.string()) });

/**
 * The last reconciliation that looked at everything. What the ledger says runs did run when it began; `clusters` had instances
 * then, whether they are registered or not.
 */
export type LastReconciliation = z.infer<typeof schema>;

export async function readReconciliation(table: LedgerTable): Promise<LastReconciliation | undefined> {
  const row = await table.get(KEY);
  return row && schema.parse(row);
}

export async function recordReconciliation(table: LedgerTable, last: LastReconciliation): Promise<void> {
  await table.put(KEY, last);
}
