import type { LedgerTable } from './table.ts';

/**
 * What a collection tells CloudWatch, which cannot recognise what it has had before: claimed, sent, confirmed. What was claimed and
 * never confirmed may have come through or not; it is counted, and never sent again.
 */
export type Publication = {
  readonly cluster: string;
  readonly id: string;
};

const KEPT_SECONDS = 30 * 86_400;
/** Longer than a collection can take: nobody works on an older one. */
const ABANDONED_MS = 180_000;

const keyOf = ({ cluster, id }: Publication) => ({ pk: `PUBLICATION#${cluster}`, sk: id });

/** Claims a publication, of one call as far as is known now, and gives how many calls of earlier ones nobody confirmed. */
export async function claimPublication(table: LedgerTable, publication: Publication, nowMs: number): Promise<number> {
  let unconfirmed = 0;
  for await (const row of table.list(keyOf(publication).pk)) {
    if (Number(row['claimedMs']) > nowMs - ABANDONED_MS) continue;
    const gone = await table.remove({ pk: String(row['pk']), sk: String(row['sk']) });
    // What it was to tell of others is lost with it.
    if (gone) unconfirmed += Number(gone['left']) + Number(gone['tells']);
  }
  await table.put(keyOf(publication), {
    claimedMs: nowMs,
    left: 1,
    tells: unconfirmed,
    expiresAt: Math.floor(nowMs / 1000) + KEPT_SECONDS,
  });
  return unconfirmed;
}

/** So many of its calls are not confirmed yet; none: it is done. */
export async function confirmPublication(table: LedgerTable, publication: Publication, left: number): Promise<void> {
  if (left === 0) {
    await table.remove(keyOf(publication));
    return;
  }
  await table.update(keyOf(publication), {
    update: 'SET #left = :left',
    names: { '#left': 'left' },
    values: { ':left': left },
  });
}
