import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Evidence, mergeEvidence, NO_EVIDENCE } from '../../shared/fleet/evidence.ts';
import type { InstanceRecord } from '../../shared/fleet/instance-record.ts';
import { listMonth, listUnended, readInstances, recordInstances } from '../../shared/ledger/instance-records.ts';
import { readOwners, recordNotice } from '../../shared/ledger/instances.ts';
import { type LedgerTable, ledgerTable } from '../../shared/ledger/table.ts';
import type { ContractTarget } from '../support/contract-target.ts';
import { dynamoDbTargets, TABLE } from '../support/dynamodb-targets.ts';
import { aLookup, anEvent, at } from '../unit/shared/fleet/sample.ts';

const DAY = 86_400;
const id = (number: number) => `i-${String(number).padStart(17, '0')}`;
const seconds = (time: string) => Date.parse(time) / 1000;

describe.each(dynamoDbTargets)('the fleet ledger on %s', (_, start) => {
  let target: ContractTarget<Pick<DynamoDBClient, 'send'>>;
  let table: LedgerTable;
  let nowMs = 0;
  const clock = { now: () => nowMs };
  const record = (...news: readonly (readonly [string, Evidence])[]) =>
    recordInstances({ table, clock }, new Map(news));
  const one = async (instanceId: string): Promise<InstanceRecord | undefined> =>
    (await readInstances(table, [instanceId])).get(instanceId);
  const rowOf = (instanceId: string) => table.get({ pk: `INSTANCE#${instanceId}`, sk: 'INSTANCE' });
  beforeAll(async () => {
    target = await start();
    table = ledgerTable({ dynamodb: target.client, tableName: TABLE.name });
  });
  beforeEach(() => {
    nowMs = Date.parse(at('08:10'));
  });
  afterAll(() => target.close());

  it('tells owners: of a node its cluster, of another instance nobody for a day, of an unknown one nothing', () =>
    target.run(async () => {
      await record(
        [id(1), aLookup()],
        [id(2), { ...NO_EVIDENCE, isNobodys: true }],
        [id(3), anEvent('running', '08:00')],
      );
      const ids = [id(1), id(2), id(3), id(4), id(1)];

      const owners = await readOwners(table, ids, nowMs);
      const nextDay = await readOwners(table, ids, nowMs + DAY * 1000);

      expect([...owners].toSorted()).toEqual([
        [id(1), { cluster: 'banking', launchedMs: Date.parse(at('08:00')) }],
        [id(2), { cluster: null, launchedMs: null }],
      ]);
      expect([...nextDay.keys()]).toEqual([id(1)]);
    }));

  it('reads the owners of more instances than one call takes', () =>
    target.run(async () => {
      const many = Array.from({ length: 130 }, (_, index) => id(1000 + index));
      await record(...many.map((instanceId) => [instanceId, aLookup()] as const));

      expect((await readOwners(table, many, nowMs)).size).toBe(130);
    }));

  it('comes to the same whether news come in order, late, or twice', () =>
    target.run(async () => {
      const news = [
        anEvent('running', '08:00:06'),
        aLookup(),
        anEvent('shutting-down', '08:05'),
        anEvent('terminated', '08:06'),
      ];
      for (const piece of news) await record([id(10), piece]);
      for (const piece of [...news.toReversed(), ...news]) await record([id(11), piece]);

      const [inOrder, late] = [await one(id(10)), await one(id(11))];

      expect(inOrder).toMatchObject({ launchedAt: at('08:00:06'), endedAt: at('08:05') });
      expect({ ...late, instanceId: id(10) }).toEqual(inOrder);
    }));

  it('loses nothing where several write the same instance at the same moment', () =>
    target.run(async () => {
      const news = [aLookup(), anEvent('running', '08:00:06'), anEvent('shutting-down', '08:05')];

      const outcomes = await Promise.all(news.map((piece) => record([id(20), piece])));

      expect(outcomes.map(({ failed }) => [...failed])).toEqual([[], [], []]);
      expect(await one(id(20))).toMatchObject({ launchedAt: at('08:00:06'), endedAt: at('08:05') });
    }));

  it('writes nothing where there is nothing new, and nothing over what others keep in the row', () =>
    target.run(async () => {
      await record([id(30), aLookup()]);
      await table.update(
        { pk: `INSTANCE#${id(30)}`, sk: 'INSTANCE' },
        { update: 'SET readyAt = :at', values: { ':at': at('08:02') } },
      );
      const before = await rowOf(id(30));

      await record([id(30), aLookup({ observedMs: Date.parse(at('08:09')) })]);
      expect(await rowOf(id(30))).toEqual(before);
      await record([id(30), anEvent('running', '08:00:06')]);

      expect(await one(id(30))).toMatchObject({ readyAt: at('08:02'), launchedAt: at('08:00:06') });
    }));

  it('never takes a node for nobody\u2019s once its cluster is known, and learns of one that was nobody\u2019s', () =>
    target.run(async () => {
      const nobodys = { ...NO_EVIDENCE, isNobodys: true };
      await record([id(40), aLookup()], [id(41), nobodys]);
      await record([id(40), nobodys], [id(41), aLookup()]);

      const owners = await readOwners(table, [id(40), id(41)], nowMs);

      expect([...owners.values()].map(({ cluster }) => cluster)).toEqual(['banking', 'banking']);
      expect((await rowOf(id(41)))?.['expiresAt']).toBe(seconds(at('08:10')) + 403 * DAY);
    }));

  it('asks again of what was nobody\u2019s once the day is over', () =>
    target.run(async () => {
      const nobodys = { ...NO_EVIDENCE, isNobodys: true };
      await record([id(45), nobodys]);
      nowMs += DAY * 1000 + 1;
      await record([id(45), nobodys]);

      expect((await readOwners(table, [id(45)], nowMs)).has(id(45))).toBe(true);
    }));

  it('points to an instance from each month in which it ran, and from there says whether it ended', () =>
    target.run(async () => {
      const launch = Date.parse('2026-09-30T23:00:00Z');
      const lookup = aLookup({ launchTimeMs: launch, tags: { 'eks:eks-cluster-name': 'months' } });
      await record([id(50), lookup]);
      const months = ['2026-08', '2026-09', '2026-10', '2026-11'];
      const unended = async () => Promise.all(months.map((month) => listUnended(table, 'months', month)));
      expect(await unended()).toEqual([[], [id(50)], [id(50)], [id(50)]]);

      await record([id(50), anEvent('shutting-down', '08:05')]);

      expect(await unended()).toEqual([[], [], [], []]);
      const listed: InstanceRecord[] = [];
      for await (const found of listMonth(table, 'months', '2026-10')) listed.push(found);
      expect(listed).toMatchObject([{ instanceId: id(50), endedAt: at('08:05') }]);
      expect((await table.get({ pk: 'MONTH#months#2026-10', sk: id(50) }))?.['expiresAt']).toBe(
        seconds('2026-11-01T00:00:00Z') + 403 * DAY,
      );
    }));

  it('keeps an instance for 13 months after its end, and never lets a running one expire', () =>
    target.run(async () => {
      const expiry = async () => (await rowOf(id(60)))?.['expiresAt'];
      await record([id(60), aLookup()]);
      nowMs += 100 * DAY * 1000;
      await record([id(60), NO_EVIDENCE]);
      expect(await expiry()).toBe(Math.floor(nowMs / 1000) + 403 * DAY);

      await record([id(60), anEvent('shutting-down', '20:00')]);

      expect(await expiry()).toBe(seconds(at('20:00')) + 403 * DAY);
    }));

  it('keeps the first notice, whichever comes first, also before the instance is known', () =>
    target.run(async () => {
      const notice = (time: string) =>
        recordNotice(table, { instanceId: id(70), atMs: Date.parse(at(time)), kind: 'spot-interruption' });
      await notice('08:08');
      await notice('08:07');
      await notice('08:09');
      expect((await readOwners(table, [id(70)], nowMs)).size).toBe(0);

      const end = aLookup({ state: 'terminated', stateReasonCode: 'Client.UserInitiatedShutdown' });
      await record([id(70), mergeEvidence(end, anEvent('shutting-down', '08:09'))]);

      expect(await one(id(70))).toMatchObject({
        noticeAt: at('08:07'),
        endReason: 'spot-interrupted',
        endedBy: 'karpenter',
      });
      expect((await rowOf(id(70)))?.['expiresAt']).toBe(seconds(at('08:09')) + 403 * DAY);
    }));

  it('does not let a row that nobody can read keep others from being written', () =>
    target.run(async () => {
      await table.put({ pk: `INSTANCE#${id(80)}`, sk: 'INSTANCE' }, { version: 'broken' });

      const { recorded, failed } = await record([id(80), aLookup()], [id(81), aLookup()]);

      expect([...recorded.keys()]).toEqual([id(81)]);
      expect(failed.get(id(80))).toMatchObject({ name: 'LedgerRowUnreadable', details: { instanceId: id(80) } });
    }));
});
