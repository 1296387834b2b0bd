import * as z from 'zod/mini';
import { listClusterHistories } from '../../shared/ledger/cluster-history.ts';
import { readReconciliation } from '../../shared/ledger/reconciliation.ts';
import { listRegistry } from '../../shared/ledger/registry.ts';
import type { LedgerTable } from '../../shared/ledger/table.ts';
import { type ReportRef, reportOf } from '../../shared/reports/period.ts';

const request = z.object({ execution: z.string(), input: z.unknown() });

type Deps = { readonly table: LedgerTable; readonly clock: { now(): number } };

export type ReportPlan = {
  readonly report: ReportRef;
  readonly clusters: readonly { readonly cluster: string; readonly report: ReportRef }[];
};

/** Which period, and every cluster that may have cost something in it: registered, with instances, or remembered. */
export async function planReport(event: unknown, { table, clock }: Deps): Promise<ReportPlan> {
  const { execution, input } = request.parse(event);
  const report = reportOf(input, execution, clock.now());
  const [registered, reconciled, remembered] = await Promise.all([
    listRegistry(table),
    readReconciliation(table),
    listClusterHistories(table),
  ]);
  const present = remembered.filter(({ deletedAt }) => deletedAt === null || deletedAt >= report.needsFrom);
  const names = new Set([
    ...registered.map(({ cluster }) => cluster),
    ...(reconciled?.clusters ?? []),
    ...present.map(({ cluster }) => cluster),
  ]);
  return { report, clusters: [...names].sort().map((cluster) => ({ cluster, report })) };
}
