import { toOpsError } from '../../shared/aws/errors.ts';
import type { Timers } from '../../shared/lambda/timers.ts';
import { confirmPublication, type Publication } from '../../shared/ledger/publications.ts';
import type { LedgerTable } from '../../shared/ledger/table.ts';
import { batchesOf, dataOf } from '../../shared/metrics/data.ts';
import type { Series } from '../../shared/metrics/series.ts';
import type { MetricSink } from '../../shared/metrics/sink.ts';

type Deps = {
  readonly table: LedgerTable;
  readonly sink: MetricSink;
  readonly clock: { now(): number };
  readonly timers: Timers;
};

export type Published = { readonly batches: number; readonly unconfirmed: number; readonly trouble: string | null };

/** Between the attempts at a batch that CloudWatch said it did not take. */
const PAUSES_MS = [250, 500, 1000, 2000, 4000] as const;

/**
 * Sends series batch by batch, and confirms each. CloudWatch counts what it gets twice, so a batch is sent again only where it said
 * that it took nothing of it; after any other error nobody knows, and it stays unconfirmed.
 */
export async function publish(
  series: readonly Series[],
  options: { readonly publication: Publication | undefined; readonly atMs: number; readonly untilMs: number },
  deps: Deps,
): Promise<Published> {
  const { publication, atMs, untilMs } = options;
  const batches = batchesOf(series.flatMap(dataOf));
  if (publication && batches.length > 1) await confirmPublication(deps.table, publication, batches.length);
  let left = batches.length;
  let trouble: string | null = null;
  for (const batch of batches) {
    try {
      await sendOnce(batch, atMs, untilMs, deps);
    } catch (error) {
      trouble = toOpsError(error).message;
      continue;
    }
    left -= 1;
    // What cannot be confirmed counts as lost later, though it is not: never the other way round.
    if (publication)
      await confirmPublication(deps.table, publication, left).catch((error: unknown) => {
        trouble = toOpsError(error).message;
      });
  }
  return { batches: batches.length, unconfirmed: left, trouble };
}

async function sendOnce(batch: Parameters<MetricSink['send']>[0], atMs: number, untilMs: number, deps: Deps) {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await deps.sink.send(batch, atMs);
    } catch (error) {
      const pause = PAUSES_MS[attempt];
      const isOver = pause === undefined || deps.clock.now() + pause > untilMs;
      if (isOver || toOpsError(error).name !== 'Throttled') throw error;
      await deps.timers.sleep(pause);
    }
  }
}
