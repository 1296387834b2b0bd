import { describe, expect, it } from '@jest/globals';
import { listedPrices } from '../../../../functions/collector/listed-prices.ts';
import type { LedgerTable } from '../../../../shared/ledger/table.ts';
import { emptyCache } from '../../../../shared/prices-file/price-cache.ts';

const REGION = 'eu-west-1';
const document = { bucket: 'documents', key: `prices/${REGION}/a.json`, sha256: 'a'.repeat(64) };

function reader(row: object | undefined, get: () => Promise<unknown>) {
  const warned: string[] = [];
  const table = { get: async () => row } as unknown as LedgerTable;
  return { read: listedPrices({ table, region: REGION, get, warn: (message) => warned.push(message) }), warned };
}

describe('the prices that the cost reports fetched', () => {
  it('are none before the first report', async () => {
    const { read, warned } = reader(undefined, () => Promise.reject(new Error('not asked for')));

    expect([await read(), warned]).toEqual([undefined, []]);
  });

  it('are those of the document that the ledger points to', async () => {
    const { read } = reader({ document, at: '2026-11-02T00:00:00Z' }, async () => emptyCache(REGION));

    expect(await read()).toEqual(emptyCache(REGION));
  });

  it('are gone without, and said to be, where they cannot be read', async () => {
    const { read, warned } = reader({ document, at: '2026-11-02T00:00:00Z' }, () => Promise.reject(new Error('gone')));

    expect(await read()).toBeUndefined();
    expect(warned.join()).toMatch(/could not be read/);
  });
});
