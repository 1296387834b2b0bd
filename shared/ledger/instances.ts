import type { OwnerFact } from '../events/decision.ts';
import type { NoticeKind } from '../fleet/end-reason.ts';
import { ConditionFailed, type LedgerKey } from './condition-failed.ts';
import type { LedgerTable } from './table.ts';

/** What the hot path reads and writes of instances: no parser and no EC2 client is loaded for it. */

const KEYS_A_CALL = 100;

/** How long a row that has nothing but a notice waits for the instance's facts. */
const NOTICE_ALONE_SECONDS = 30 * 86_400;

/**
 * Owners by instance id, in one call for up to a hundred ids. Absent: the ledger does not know the instance, or DynamoDB left it
 * unanswered. A row that says "nobody's" counts until it expires: DynamoDB deletes it up to two days later.
 */
export async function readOwners(
  table: LedgerTable,
  instanceIds: readonly string[],
  nowMs: number,
): Promise<Map<string, OwnerFact>> {
  const owners = new Map<string, OwnerFact>();
  const ids = [...new Set(instanceIds)];
  for (let start = 0; start < ids.length; start += KEYS_A_CALL) {
    const keys = ids.slice(start, start + KEYS_A_CALL).map(instanceKey);
    const { rows } = await table.batchGet(keys, { projection: ['cluster', 'launchedMs', 'expiresAt'] });
    for (const { pk, cluster, launchedMs, expiresAt } of rows) {
      const isNobodys = cluster === null && typeof expiresAt === 'number' && expiresAt * 1000 > nowMs;
      if (typeof cluster !== 'string' && !isNobodys) continue;
      const launched = typeof launchedMs === 'number' ? launchedMs : null;
      owners.set(instanceIdOf(String(pk)), { cluster: cluster as string | null, launchedMs: launched });
    }
  }
  return owners;
}

/** Keeps when EC2 announced the end of an instance: the first notice stays. The row may come before the instance's facts. */
export async function recordNotice(
  table: LedgerTable,
  notice: { readonly instanceId: string; readonly atMs: number; readonly kind: NoticeKind },
): Promise<void> {
  const { instanceId, atMs, kind } = notice;
  try {
    await table.update(instanceKey(instanceId), {
      update: 'SET noticeAt = :at, noticeKind = :kind, expiresAt = if_not_exists(expiresAt, :alone)',
      condition: 'attribute_not_exists(noticeAt) OR noticeAt > :at',
      values: {
        ':at': new Date(atMs).toISOString(),
        ':kind': kind,
        ':alone': Math.floor(atMs / 1000) + NOTICE_ALONE_SECONDS,
      },
    });
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
  }
}

/** Keeps when the node of an instance registered and was ready: the first word stays. The row may come before the facts. */
export async function recordReadiness(
  table: LedgerTable,
  node: { readonly instanceId: string; readonly registeredMs: number; readonly readyMs: number },
): Promise<void> {
  await table.update(instanceKey(node.instanceId), {
    update:
      'SET registeredAt = if_not_exists(registeredAt, :registered), readyAt = if_not_exists(readyAt, :ready), expiresAt = if_not_exists(expiresAt, :alone)',
    values: {
      ':registered': new Date(node.registeredMs).toISOString(),
      ':ready': new Date(node.readyMs).toISOString(),
      ':alone': Math.floor(node.readyMs / 1000) + NOTICE_ALONE_SECONDS,
    },
  });
}

const PREFIX = 'INSTANCE#';

export function instanceKey(instanceId: string): LedgerKey {
  return { pk: `${PREFIX}${instanceId}`, sk: 'INSTANCE' };
}

export function instanceIdOf(pk: string): string {
  return pk.slice(PREFIX.length);
}
