import type { Row } from './attributes.ts';
import type { LedgerKey } from './condition-failed.ts';
import type { LedgerTable } from './table.ts';

/** What was handed over to a cluster's queue, and when. */
export type DeliveryRecord = {
  readonly eventId: string;
  /** `*`: an event without a known owner, to every queue; one row for all of them. */
  readonly cluster: string;
  readonly kind: string;
  readonly reason: string;
  readonly instanceIds: readonly string[];
  /** Null where the event has no time, or the queue did not say. */
  readonly emittedMs: number | null;
  readonly receivedMs: number | null;
  readonly handedOverMs: number;
  /** Seconds of the two minutes that were left at hand-over; null where there is no such moment. */
  readonly leadTimeLeftSeconds: number | null;
};

/** Stands for the cluster where an event went to every queue, its owner being unknown. */
const EVERY_CLUSTER = '*';

const KEPT_SECONDS = 30 * 86_400;
const KEYS_A_CALL = 100;
/** An event names a thousand at most; the record is for people, and for the report of one event. */
const MOST_IDS = 100;

/** Rows of the delivery record, each key once: a later one of the same event and cluster gives way to the first. */
export function deliveryRows(records: readonly DeliveryRecord[]): { key: LedgerKey; row: Row }[] {
  const rows = new Map<string, { key: LedgerKey; row: Row }>();
  for (const record of records) {
    const key = deliveryKey(record);
    const name = `${key.pk}\n${key.sk}`;
    if (!rows.has(name)) rows.set(name, { key, row: rowOf(record) });
  }
  return [...rows.values()];
}

function rowOf({
  kind,
  reason,
  instanceIds,
  emittedMs,
  receivedMs,
  handedOverMs,
  leadTimeLeftSeconds,
}: DeliveryRecord): Row {
  return {
    kind,
    reason,
    instances: instanceIds.slice(0, MOST_IDS).join(' '),
    emittedMs: emittedMs ?? undefined,
    receivedMs: receivedMs ?? undefined,
    handedOverMs,
    leadTimeLeftSeconds: leadTimeLeftSeconds ?? undefined,
    expiresAt: Math.floor(handedOverMs / 1000) + KEPT_SECONDS,
  };
}

/** One event as far as a cluster is concerned; undefined: the cluster is not known. */
export type ExpectedHandOver = { readonly eventId: string; readonly cluster: string | undefined };

export type HandOverRecord = { readonly leadTimeLeftSeconds: number | null };

/** What is recorded of these events, in the order in which they are asked for: to the cluster, or to every cluster. Undefined: nothing. */
export async function readHandOvers(
  table: Pick<LedgerTable, 'batchGet'>,
  expected: readonly ExpectedHandOver[],
): Promise<(HandOverRecord | undefined)[]> {
  const keys = new Map(
    expected.flatMap((one) => possibleKeys(one)).map((key) => [`${key.pk}\n${key.sk}`, key] as const),
  );
  const wanted = [...keys.values()];
  const found = new Map<string, HandOverRecord>();
  for (let start = 0; start < wanted.length; start += KEYS_A_CALL) {
    const answer = await table.batchGet(wanted.slice(start, start + KEYS_A_CALL), {
      projection: ['leadTimeLeftSeconds'],
    });
    for (const { pk, sk, leadTimeLeftSeconds } of answer.rows)
      found.set(`${pk}\n${sk}`, {
        leadTimeLeftSeconds: typeof leadTimeLeftSeconds === 'number' ? leadTimeLeftSeconds : null,
      });
  }
  return expected.map((one) =>
    possibleKeys(one)
      .map(({ pk, sk }) => found.get(`${pk}\n${sk}`))
      .find((record) => record !== undefined),
  );
}

function possibleKeys({ eventId, cluster }: ExpectedHandOver): LedgerKey[] {
  const clusters = cluster === undefined ? [EVERY_CLUSTER] : [cluster, EVERY_CLUSTER];
  return clusters.map((name) => deliveryKey({ eventId, cluster: name }));
}

function deliveryKey({ eventId, cluster }: Pick<DeliveryRecord, 'eventId' | 'cluster'>): LedgerKey {
  return { pk: `DELIVERY#${eventId}`, sk: cluster };
}
