import * as z from 'zod/mini';
import { REGISTRY_PARTITION } from '../../shared/ledger/keys.ts';
import type { LedgerTable } from '../../shared/ledger/table.ts';

const amount = z.coerce.number();
const budgetSchema = z.object({ budget: z.object({ dollarsPerMonth: amount }) });

/** What the cluster file allows for a month; undefined where it says nothing. */
export async function monthlyBudget(table: LedgerTable, cluster: string): Promise<number | undefined> {
  const parsed = budgetSchema.safeParse(await table.get({ pk: REGISTRY_PARTITION, sk: cluster }));
  return parsed.success ? parsed.data.budget.dollarsPerMonth : undefined;
}
