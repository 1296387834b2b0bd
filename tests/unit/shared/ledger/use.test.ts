import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readInstances } from '../../../../shared/ledger/instance-records.ts';
import { type LedgerTable, ledgerTable } from '../../../../shared/ledger/table.ts';
import { addShares } from '../../../../shared/ledger/use.ts';
import type { InstanceShare } from '../../../../shared/utilisation/shares.ts';
import { simulatedDynamoDb, TABLE } from '../../../support/dynamodb-targets.ts';

const ID = 'i-0123456789abcdef0';
const AT = Date.parse('2026-11-02T08:00:00Z');
const ALLOCATABLE = { cpu: 3.92, memoryGiB: 14.5 };

const aShare = (fromSeconds: number, toSeconds: number, more: Partial<InstanceShare> = {}): InstanceShare => ({
  instanceId: ID,
  fromMs: AT + fromSeconds * 1000,
  toMs: AT + toSeconds * 1000,
  requested: { cpu: 1.25, memoryGiB: 2.1 },
  allocatable: ALLOCATABLE,
  ...more,
});

describe('what was requested of an instance', () => {
  let target: Awaited<ReturnType<typeof simulatedDynamoDb>>;
  let table: LedgerTable;
  beforeEach(async () => {
    target = await simulatedDynamoDb();
    table = ledgerTable({ dynamodb: target.client, tableName: TABLE.name, pause: async () => {} });
  });
  afterEach(() => target.close());

  const add = (...shares: InstanceShare[]) => target.run(() => addShares(table, shares));
  const stored = async (instanceId = ID) => {
    const row = await target.run(() => table.get({ pk: `INSTANCE#${instanceId}`, sk: 'INSTANCE' }));
    return row && { requested: row['requested'], allocatable: row['allocatable'] };
  };

  it('is kept with what it can give, and grows with each look', async () => {
    await add(aShare(0, 60));
    await add(aShare(60, 120, { requested: { cpu: 0.1, memoryGiB: 0 }, allocatable: { cpu: 4, memoryGiB: 16 } }));

    expect(await stored()).toEqual({
      requested: { cpuSeconds: '81', memoryGiBSeconds: '126', coveredSeconds: 120 },
      allocatable: { cpu: '4', memoryGiB: '16' },
    });
  });

  it('is not added again by a look that comes twice, nor by one that another overtook', async () => {
    await add(aShare(0, 120));

    expect(await add(aShare(0, 120), aShare(30, 90))).toEqual({ added: 0, known: 2, failed: [] });
    expect(await stored()).toMatchObject({ requested: { cpuSeconds: '150', coveredSeconds: 120 } });
  });

  it('is added for the time alone that no other look covered', async () => {
    await add(aShare(0, 60));
    await add(aShare(30, 90));

    expect(await stored()).toMatchObject({ requested: { cpuSeconds: '112.5', coveredSeconds: 90 } });
  });

  it('is added once by two looks at the same moment', async () => {
    const outcomes = await target.run(() =>
      Promise.all([addShares(table, [aShare(0, 60)]), addShares(table, [aShare(0, 60)])]),
    );

    expect(outcomes.map(({ added }) => added).toSorted()).toEqual([0, 1]);
    expect(await stored()).toMatchObject({ requested: { coveredSeconds: 60 } });
  });

  it('is lost for one instance alone when its row cannot be written', async () => {
    const failing: LedgerTable = {
      ...table,
      update: async (key, change) => {
        if (key.pk.endsWith(ID)) throw new Error('not now');
        return table.update(key, change);
      },
    };
    const other = 'i-0fedcba9876543210';

    const outcome = await target.run(() => addShares(failing, [aShare(0, 60), aShare(0, 60, { instanceId: other })]));

    expect(outcome).toMatchObject({ added: 1, failed: [expect.any(Error)] });
    expect(await stored()).toBeUndefined();
    expect(await stored(other)).toBeDefined();
  });

  it('does not make an instance of a row that has no facts yet', async () => {
    await add(aShare(0, 60));

    const records = await target.run(() => readInstances(table, [ID]));
    const row = await target.run(() => table.get({ pk: `INSTANCE#${ID}`, sk: 'INSTANCE' }));
    expect(records.size).toBe(0);
    expect(row).toMatchObject({ expiresAt: AT / 1000 + 60 + 30 * 86_400 });
  });

  it('is exact however many looks there were, in any order and repeated: each second counts once at most', async () => {
    const spans = fc.array(
      fc
        .tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 20 }))
        .map(([from, length]) => [from, from + length] as const),
      { minLength: 1, maxLength: 12 },
    );
    let instance = 0;
    await fc.assert(
      fc.asyncProperty(spans, async (all) => {
        instance += 1;
        const instanceId = `i-${String(instance).padStart(17, '0')}`;
        for (const [from, to] of all)
          await add(aShare(from, to, { instanceId, requested: { cpu: 1, memoryGiB: 0.1 } }));
        const covered = new Set(all.flatMap(([from, to]) => Array.from({ length: to - from }, (_, at) => from + at)));
        const { requested } = (await stored(instanceId)) as { requested: { [name: string]: unknown } };
        const seconds = Number(requested['coveredSeconds']);
        expect(seconds).toBeLessThanOrEqual(covered.size);
        expect(requested['cpuSeconds']).toBe(String(seconds));
        const isInOrder = all.every(([from], at) => at === 0 || from >= (all[at - 1]?.[0] ?? 0));
        if (isInOrder) expect(seconds).toBe(covered.size);
      }),
      { numRuns: 25 },
    );
  });
});
