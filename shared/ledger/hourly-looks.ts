import type { PoolLook } from '../fleet/pool-holds.ts';
import type { SeenReservation } from '../fleet/seen-reservation.ts';
import type { LedgerTable } from './table.ts';

/** 13 months of at most 31 days, as the ledger keeps instances. */
const KEPT_SECONDS = 403 * 86_400;
export const HOUR_MS = 3_600_000;

/** What the cost report says of a cluster beside its instances, once an hour. */
export type HourlyLook = {
  readonly atMs: number;
  readonly pools: readonly PoolLook[];
  /** Those that the cluster may use. */
  readonly reservations: readonly SeenReservation[];
};

const partitionOf = (cluster: string) => `HOURLY#${cluster}`;
const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);
const attributeOf = (ms: number) => `h${new Date(ms).toISOString().slice(11, 13)}`;

/** Keeps what was seen; of the looks in an hour the first counts. A row holds a day. */
export async function recordHour(table: LedgerTable, cluster: string, look: HourlyLook): Promise<void> {
  await table.update(
    { pk: partitionOf(cluster), sk: dayOf(look.atMs) },
    {
      update: 'SET #hour = if_not_exists(#hour, :look), #expires = if_not_exists(#expires, :expires)',
      names: { '#hour': attributeOf(look.atMs), '#expires': 'expiresAt' },
      values: { ':look': JSON.stringify(look), ':expires': Math.floor(look.atMs / 1000) + KEPT_SECONDS },
    },
  );
}

/** The looks in the hours that begin in a stretch of time, in order. */
export async function listHours(
  table: LedgerTable,
  cluster: string,
  fromMs: number,
  toMs: number,
): Promise<HourlyLook[]> {
  const looks: HourlyLook[] = [];
  for await (const row of table.list(partitionOf(cluster), { from: dayOf(fromMs) })) {
    const dayMs = Date.parse(`${row['sk']}T00:00:00Z`);
    if (dayMs >= toMs) break;
    for (let hourMs = dayMs; hourMs < dayMs + 24 * HOUR_MS; hourMs += HOUR_MS) {
      const text = row[attributeOf(hourMs)];
      if (typeof text === 'string' && hourMs >= fromMs && hourMs < toMs) looks.push(JSON.parse(text) as HourlyLook);
    }
  }
  return looks;
}
