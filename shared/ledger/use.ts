import * as z from 'zod/mini';
import { toOpsError } from '../aws/errors.ts';
import type { OpsError } from '../errors/ops-error.ts';
import { allocatableOf, withRequested } from '../fleet/requested.ts';
import type { InstanceShare } from '../utilisation/shares.ts';
import type { Row } from './attributes.ts';
import { ConditionFailed } from './condition-failed.ts';
import { instanceIdOf, instanceKey } from './instances.ts';
import type { LedgerTable } from './table.ts';

const KEYS_A_CALL = 100;
const WRITERS = 10;
const ATTEMPTS = 5;
/** How long a row that has nothing else waits for the instance's facts. */
const ALONE_SECONDS = 30 * 86_400;

const rowSchema = z.object({
  requested: z.optional(z.object({ cpuSeconds: z.string(), memoryGiBSeconds: z.string(), coveredSeconds: z.number() })),
  measuredMs: z.optional(z.number()),
});

export type SharesAdded = {
  readonly added: number;
  /** Their time was covered already. */
  readonly known: number;
  readonly failed: readonly OpsError[];
};

/**
 * Adds to each instance what was requested of it since it was last measured. A row says until when it is measured, so a share that
 * comes twice, or late, or overlaps another, counts no second twice. The row may come before the instance's facts.
 */
export async function addShares(table: LedgerTable, shares: readonly InstanceShare[]): Promise<SharesAdded> {
  const queue: { share: InstanceShare; row: Row | undefined }[] = [];
  const failed: OpsError[] = [];
  for (let start = 0; start < shares.length; start += KEYS_A_CALL) {
    const part = shares.slice(start, start + KEYS_A_CALL);
    try {
      const rows = await readRows(table, part);
      queue.push(...part.map((share) => ({ share, row: rows.get(share.instanceId) })));
    } catch (error) {
      failed.push(toOpsError(error));
    }
  }
  let [added, known] = [0, 0];
  const work = async (): Promise<void> => {
    for (let next = queue.pop(); next; next = queue.pop()) {
      try {
        if (await addOne(table, next.share, next.row)) added += 1;
        else known += 1;
      } catch (error) {
        failed.push(toOpsError(error));
      }
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, work));
  return { added, known, failed };
}

/** What is left unanswered is looked at as if it were not there: the condition of its write finds out. */
async function readRows(table: LedgerTable, shares: readonly InstanceShare[]): Promise<Map<string, Row>> {
  const keys = shares.map(({ instanceId }) => instanceKey(instanceId));
  const { rows } = await table.batchGet(keys, { projection: ['requested', 'measuredMs'] });
  return new Map(rows.map((row) => [instanceIdOf(String(row['pk'])), row]));
}

async function addOne(table: LedgerTable, share: InstanceShare, found: Row | undefined): Promise<boolean> {
  const key = instanceKey(share.instanceId);
  let row = found;
  for (let attempt = 1; ; attempt += 1) {
    const { requested, measuredMs } = rowSchema.parse(row ?? {});
    const fromMs = Math.max(share.fromMs, measuredMs ?? share.fromMs);
    if (fromMs >= share.toMs) return false;
    try {
      await table.update(key, {
        update:
          'SET #requested = :requested, #allocatable = :allocatable, #measured = :to, #expires = if_not_exists(#expires, :alone)',
        condition: measuredMs === undefined ? 'attribute_not_exists(#measured)' : '#measured = :before',
        names: {
          '#requested': 'requested',
          '#allocatable': 'allocatable',
          '#measured': 'measuredMs',
          '#expires': 'expiresAt',
        },
        values: {
          ':requested': withRequested(requested ?? null, share.requested, (share.toMs - fromMs) / 1000),
          ':allocatable': allocatableOf(share.allocatable),
          ':to': share.toMs,
          ':alone': Math.floor(share.toMs / 1000) + ALONE_SECONDS,
          ...(measuredMs === undefined ? {} : { ':before': measuredMs }),
        },
      });
      return true;
    } catch (error) {
      if (!(error instanceof ConditionFailed) || attempt === ATTEMPTS) throw error;
    }
    row = await table.get(key);
  }
}
