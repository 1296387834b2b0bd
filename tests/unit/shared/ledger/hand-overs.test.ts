import { describe, expect, it } from '@jest/globals';
import type { Row } from '../../../../shared/ledger/attributes.ts';
import type { LedgerKey } from '../../../../shared/ledger/condition-failed.ts';
import { type DeliveryRecord, deliveryRows, readHandOvers } from '../../../../shared/ledger/deliveries.ts';

const aRecord = (eventId: string, cluster: string, leadTimeLeftSeconds: number | null): DeliveryRecord => ({
  eventId,
  cluster,
  kind: 'spot-interruption',
  reason: 'owner-known',
  instanceIds: ['i-0123456789abcdef0'],
  emittedMs: 0,
  receivedMs: 0,
  handedOverMs: 1_000,
  leadTimeLeftSeconds,
});

/** A table that answers for a hundred keys at most. */
function tableOf(records: readonly DeliveryRecord[]) {
  const rows = new Map<string, Row>(
    deliveryRows(records).map(({ key, row }) => [`${key.pk} ${key.sk}`, { ...row, ...key }]),
  );
  const calls: number[] = [];
  return {
    calls,
    batchGet: async (keys: readonly LedgerKey[]) => {
      calls.push(keys.length);
      if (keys.length > 100) throw new RangeError('too many keys');
      const found = keys.map(({ pk, sk }) => rows.get(`${pk} ${sk}`)).filter((row) => row !== undefined);
      return { rows: found, unanswered: [] };
    },
  };
}

describe('what was handed over', () => {
  it('is found by cluster, or as handed to every cluster; null is an event without a deadline', async () => {
    const table = tableOf([aRecord('a', 'banking', 118), aRecord('b', '*', 97), aRecord('c', 'banking', null)]);
    const expected = [
      { eventId: 'a', cluster: 'banking' },
      { eventId: 'a', cluster: 'trading' },
      { eventId: 'b', cluster: 'banking' },
      { eventId: 'b', cluster: undefined },
      { eventId: 'c', cluster: 'banking' },
    ];

    const found = await readHandOvers(table, expected);

    expect(found).toEqual(
      [118, undefined, 97, 97, null].map((left) => (left === undefined ? undefined : { leadTimeLeftSeconds: left })),
    );
  });

  it('is read a hundred rows at a time, each once', async () => {
    const table = tableOf([aRecord('event-149', 'banking', 5)]);
    const expected = Array.from({ length: 300 }, (_, index) => ({
      eventId: `event-${index % 150}`,
      cluster: 'banking',
    }));

    const found = await readHandOvers(table, expected);

    expect(table.calls).toEqual([100, 100, 100]);
    expect(found.flatMap((one, index) => (one ? [index] : []))).toEqual([149, 299]);
  });
});
