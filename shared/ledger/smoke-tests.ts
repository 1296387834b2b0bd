import type { Run } from '../runs/run.ts';
import type { LedgerTable } from './table.ts';

/** 13 months of at most 31 days. */
const KEPT_SECONDS = 403 * 86_400;

/** Keeps the result of a run's smoke test beside its step, as JSON of the smoke test's own shape. */
export function recordSmokeTest(deps: { readonly table: LedgerTable; readonly clock: { now(): number } }) {
  return async (run: Run, latency: object): Promise<void> => {
    await deps.table.update(
      { pk: `RUN#${run.rootExecution}`, sk: 'smoke-test' },
      {
        update: 'SET latency = :latency, expiresAt = :expiresAt',
        values: {
          ':latency': JSON.stringify(latency),
          ':expiresAt': Math.floor(deps.clock.now() / 1000) + KEPT_SECONDS,
        },
      },
    );
  };
}
