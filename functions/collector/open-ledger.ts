import { toOpsError } from '../../shared/aws/errors.ts';
import type { CollectorMessage } from '../../shared/clusters/collector-message.ts';
import { type CollectionState, type KeptCounters, readCounters, takeRound } from '../../shared/ledger/collections.ts';
import { claimPublication, type Publication } from '../../shared/ledger/publications.ts';
import type { LedgerTable } from '../../shared/ledger/table.ts';
import type { Missing } from './read-cluster.ts';

/** What the ledger gives to a collection. */
export type Opened = {
  readonly state: CollectionState;
  readonly counters: KeptCounters;
  readonly publication: Publication;
  /** Calls to CloudWatch of earlier collections that nobody confirmed. */
  readonly unconfirmed: number;
};

/** What the first look at a cluster counts. */
const QUARTER_MS = 15 * 60_000;

/**
 * Takes the round and claims its publication. Without the ledger a collection goes on, and tells only what may be told twice: that
 * is the reason given.
 */
export async function openLedger(
  { cluster, roundMs }: CollectorMessage,
  nowMs: number,
  table: LedgerTable,
): Promise<Opened | Missing | 'repeated'> {
  try {
    const state = await takeRound(table, cluster, { roundMs, firstMs: nowMs - QUARTER_MS });
    if (!state) return 'repeated';
    const publication = { cluster, id: new Date(roundMs).toISOString() };
    const counters = await readCounters(table, cluster);
    return { state, counters, publication, unconfirmed: await claimPublication(table, publication, nowMs) };
  } catch (error) {
    return { part: 'ledger', reason: toOpsError(error).message };
  }
}
