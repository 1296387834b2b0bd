import { ConditionFailed } from './condition-failed.ts';
import type { LedgerTable } from './table.ts';

/** Longer than any queue keeps a copy of the event. */
const KEPT_SECONDS = 30 * 86_400;

/**
 * Whether this is the first time that anybody says so of the event: of all copies, wherever they are handled, one is told yes.
 * The kind is a part of it, since copies that somebody made may share an id.
 */
export async function isFirstOf(
  table: Pick<LedgerTable, 'update'>,
  { eventId, kind }: { readonly eventId: string; readonly kind: string },
  nowMs: number,
): Promise<boolean> {
  try {
    await table.update(
      { pk: `NOTICE#${eventId}`, sk: kind },
      {
        update: 'SET countedAt = :at, expiresAt = :until',
        condition: 'attribute_not_exists(pk)',
        values: { ':at': new Date(nowMs).toISOString(), ':until': Math.floor(nowMs / 1000) + KEPT_SECONDS },
      },
    );
    return true;
  } catch (error) {
    if (error instanceof ConditionFailed) return false;
    throw error;
  }
}
