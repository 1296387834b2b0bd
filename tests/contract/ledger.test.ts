import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bumpFence, checkFence, readLease, releaseLease, takeLease } from '../../shared/ledger/lease.ts';
import {
  getRegistryRow,
  listRegistry,
  markState,
  putRegistryRow,
  type RegistryRow,
} from '../../shared/ledger/registry.ts';
import { listSteps, recordIntent, recordStepEnd, recordStepStart } from '../../shared/ledger/run-steps.ts';
import { type LedgerTable, ledgerTable } from '../../shared/ledger/table.ts';
import type { ContractTarget } from '../support/contract-target.ts';
import { dynamoDbTargets, TABLE } from '../support/dynamodb-targets.ts';

const START = Date.parse('2026-11-02T08:00:00Z');
const execution = (name: string) => `arn:aws:states:eu-west-1:111122223333:execution:bootstrap-cluster:${name}`;
const aRow = (cluster: string): RegistryRow => ({
  cluster,
  accountId: '111122223333',
  region: 'eu-west-1',
  mode: 'create',
  state: 'creating',
  queue: { name: cluster, url: `https://sqs.eu-west-1.amazonaws.com/111122223333/${cluster}`, arn: 'arn:queue' },
  roles: { cluster: 'arn:c', controller: 'arn:k', karpenterNode: 'arn:n', bootstrapNode: 'arn:b' },
  instanceProfile: 'profile',
  launchTemplate: { id: 'lt-0123456789abcdef0', version: '1' },
  kubernetesVersion: '1.35',
  karpenterVersion: '1.14.1',
  karpenterNamespace: 'kube-system',
});

describe.each(dynamoDbTargets)('the ledger on %s', (_, start) => {
  let target: ContractTarget<Pick<DynamoDBClient, 'send'>>;
  let table: LedgerTable;
  let nowMs = START;
  const clock = { now: () => nowMs };
  const isRunning = async () => true;
  const hasEnded = async () => false;
  beforeAll(async () => {
    target = await start();
    table = ledgerTable({ dynamodb: target.client, tableName: TABLE.name });
  });
  afterAll(() => target.close());

  it('gives the lease of a cluster to one run and refuses the next while the first is running', () =>
    target.run(async () => {
      const [first, second] = [execution('first'), execution('second')];
      const fence = await takeLease({ table, clock }, { cluster: 'one', holder: first, isRunning });

      const again = await takeLease({ table, clock }, { cluster: 'one', holder: first, isRunning });
      const refusal = takeLease({ table, clock }, { cluster: 'one', holder: second, isRunning });

      expect([fence, again]).toEqual([1, 1]);
      await expect(refusal).rejects.toMatchObject({
        name: 'LeaseHeld',
        message: expect.stringMatching(/since 2026-11-02T08:00:00.000Z: arn:.*:first\./),
      });
    }));

  it('takes a lease over from a run that ended, under a higher fence that stops the old one', () =>
    target.run(async () => {
      await takeLease({ table, clock }, { cluster: 'two', holder: execution('dead'), isRunning });

      const fence = await takeLease(
        { table, clock },
        { cluster: 'two', holder: execution('next'), isRunning: hasEnded },
      );

      expect(fence).toBe(2);
      await checkFence(table, { cluster: 'two', fence: 2 });
      await expect(checkFence(table, { cluster: 'two', fence: 1 })).rejects.toMatchObject({ name: 'LeaseLost' });
    }));

  it('keeps the fence rising when a lease is let go and taken again', () =>
    target.run(async () => {
      const [first, second] = [execution('first'), execution('second')];
      await takeLease({ table, clock }, { cluster: 'three', holder: first, isRunning });

      const ofOther = await releaseLease(table, { cluster: 'three', holder: second });
      const ofOwn = await releaseLease(table, { cluster: 'three', holder: first });
      const lost = checkFence(table, { cluster: 'three', fence: 1 });

      expect([ofOther, ofOwn]).toEqual([false, true]);
      await expect(lost).rejects.toMatchObject({
        name: 'LeaseLost',
        message: expect.stringContaining('nobody holds it'),
      });
      expect(await takeLease({ table, clock }, { cluster: 'three', holder: second, isRunning })).toBe(2);
    }));

  it('stops the siblings of a failed run when its fence is bumped, and lets nobody else bump it', () =>
    target.run(async () => {
      const holder = execution('failing');
      const fence = await takeLease({ table, clock }, { cluster: 'four', holder, isRunning });

      const outcomes = [
        await bumpFence(table, { cluster: 'four', holder: execution('other') }),
        await bumpFence(table, { cluster: 'four', holder }),
      ];

      expect(outcomes).toEqual([false, true]);
      await expect(checkFence(table, { cluster: 'four', fence })).rejects.toMatchObject({ name: 'LeaseLost' });
      expect(await readLease(table, 'four')).toMatchObject({ holder, fence: 2 });
    }));

  it('lets one of two runs win that find the lease free at the same moment', () =>
    target.run(async () => {
      const take = (name: string) =>
        takeLease({ table, clock }, { cluster: 'five', holder: execution(name), isRunning });

      const outcomes = await Promise.allSettled([take('a'), take('b')]);

      expect(outcomes.map((outcome) => outcome.status).toSorted()).toEqual(['fulfilled', 'rejected']);
      expect(outcomes.find((outcome) => outcome.status === 'rejected')?.reason).toMatchObject({ name: 'LeaseHeld' });
    }));

  it('keeps the first intent and the first change of a step, and lists steps in the order in which they began', () =>
    target.run(async () => {
      const deps = { table, clock };
      const run = { execution: execution('steps') };
      const [early, late] = ['2026-11-02T08:00:00.000Z', '2026-11-02T08:05:00.000Z'];
      const end = { ...run, ready: true, detail: 'done' };
      nowMs = Date.parse(late);
      await recordStepStart(deps, { ...run, step: 'access', startedAt: late });
      await recordStepStart(deps, { ...run, step: 'cluster', startedAt: early });
      await recordStepStart(deps, { ...run, step: 'cluster', startedAt: late });
      await recordIntent(deps, { ...run, step: 'cluster', intent: { what: 'cluster', name: 'banking', token: 't1' } });

      const kept = await recordIntent(deps, {
        ...run,
        step: 'cluster',
        intent: { what: 'cluster', name: 'banking', token: 't2' },
      });
      await recordStepEnd(deps, { ...end, step: 'cluster', startedAt: early, change: 'created' });
      await recordStepEnd(deps, { ...end, step: 'cluster', startedAt: early, change: 'none' });

      expect(kept).toEqual({ what: 'cluster', name: 'banking', token: 't1' });
      expect(await listSteps(table, run.execution)).toEqual([
        {
          step: 'cluster',
          startedAt: early,
          endedAt: late,
          ready: true,
          detail: 'done',
          change: 'created',
          intents: [kept],
        },
        { step: 'access', startedAt: late, endedAt: undefined, ready: false, detail: '', change: 'none', intents: [] },
      ]);
      const { expiresAt } = (await table.get({ pk: `RUN#${run.execution}`, sk: 'cluster' })) ?? {};
      expect((Number(expiresAt) - nowMs / 1000) / 86_400).toBe(403);
    }));

  it('registers a cluster once, says what a second put changed, and lists all of them over pages', () =>
    target.run(async () => {
      const deps = { table, clock };
      const changes = [
        await putRegistryRow(deps, aRow('alpha')),
        await putRegistryRow(deps, aRow('alpha')),
        await putRegistryRow(deps, { ...aRow('alpha'), kubernetesVersion: '1.36' }),
        await putRegistryRow(deps, aRow('beta')),
        await putRegistryRow(deps, aRow('gamma')),
      ];

      await markState(deps, { cluster: 'beta', state: 'active' });

      expect(changes).toEqual(['created', 'none', 'updated', 'created', 'created']);
      const rows = await listRegistry(table, { pageSize: 1 });
      expect(rows.map(({ cluster, state }) => [cluster, state])).toEqual([
        ['alpha', 'creating'],
        ['beta', 'active'],
        ['gamma', 'creating'],
      ]);
      expect(await getRegistryRow(table, 'alpha')).toEqual({ ...aRow('alpha'), kubernetesVersion: '1.36' });
    }));

  it('does not make a registry row by marking the state of a cluster that has none', () =>
    target.run(async () => {
      const marking = markState({ table, clock }, { cluster: 'nobody', state: 'failed' });

      await expect(marking).rejects.toMatchObject({ name: 'ClusterNotRegistered' });
      expect(await getRegistryRow(table, 'nobody')).toBeUndefined();
    }));
});
