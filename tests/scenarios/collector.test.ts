import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { listTotals } from '../../shared/ledger/claims.ts';
import { instanceKey } from '../../shared/ledger/instances.ts';
import { cloudWatchState } from '../../simulator/aws/services/cloudwatch/state.ts';
import type { Account } from '../../simulator/boot/account.ts';
import { ledgerReader } from '../../simulator/ledger-reader.ts';
import { alarmNotices } from '../support/alarm-notices.ts';
import { aBootstrappedAccount } from '../support/simulated-run.ts';

const CLUSTER = { Cluster: 'banking-prod' };

/** One world for all of it, in the order of a bad day. */
describe('the collector, in the deployment', () => {
  let account: Account;
  beforeAll(async () => {
    account = await aBootstrappedAccount();
    await account.simulation.runFor(180);
  });
  afterAll(() => account.close());

  /** What CloudWatch has of a series since a moment, minute by minute. */
  const sums = (name: string, dimensions: object, sinceMs = 0): number[] =>
    Object.values(cloudWatchState(account.simulation).series)
      .filter((series) => series.name === name && isSame(series.dimensions, dimensions))
      .flatMap(({ buckets }) => Object.entries(buckets))
      .flatMap(([minute, bucket]) => (Number(minute) * 60_000 >= sinceMs ? [bucket.sum] : []));
  const call = <T>(service: string, operation: string, input: object) =>
    account.simulation.runUntil(account.cloud.call(service, operation, input, account.deployer)) as Promise<T>;
  const physicalId = (logicalId: string) => account.stack.resources[logicalId]?.physicalId ?? '';
  const arnOf = (logicalId: string) => String(account.stack.resources[logicalId]?.attributes['Arn'] ?? '');

  it('comes by schedule, queue and mapping to the cluster, and publishes what it read there', async () => {
    expect(sums('CollectorRuns', {}).length).toBeGreaterThan(3);
    expect(sums('CollectorRuns', CLUSTER)).toEqual(sums('CollectorRuns', CLUSTER).map(() => 1));
    expect(sums('ClustersUnreachable', CLUSTER)).toEqual(sums('CollectorRuns', CLUSTER).map(() => 0));
    expect(sums('ControllerLeader', CLUSTER)).toContain(1);
    expect(sums('BootstrapNodes', CLUSTER)).toContain(3);
    expect(sums('PartialCollections', { ...CLUSTER, Part: 'metrics' })).toEqual([]);
  });

  it('sets off no alarm in a bootstrap, but for those that wait for a first sign of life', () => {
    const fired = [...alarmNotices(account, 'AlarmTopic'), ...alarmNotices(account, 'PagingTopic')].filter((notice) =>
      notice.startsWith('ALARM'),
    );

    const waiting = ['BackendPageAlarm', 'CanaryLostAlarm', 'CollectorDownAlarm', 'NoticesPageAlarm'];
    expect(fired.toSorted()).toEqual(waiting.map((id) => `ALARM ${id}`));
  });

  it('counts the node of the smoke test once: in the ledger, in CloudWatch, and on its instance', async () => {
    const { table } = ledgerReader(account);
    const totals = await account.simulation.runUntil(listTotals(table, 'banking-prod', 0));
    const [measured] = totals;
    const phases = ['decision', 'launch', 'register', 'initialize', 'bind'].map((Phase) =>
      sums('ProvisioningSeconds', { ...CLUSTER, Phase }).reduce((sum, one) => sum + one, 0),
    );

    expect(totals).toHaveLength(1);
    expect(sums('ProvisioningSeconds', { ...CLUSTER, Phase: 'total' })).toEqual(totals);
    expect(phases.reduce((sum, one) => sum + one, 0)).toBeCloseTo(measured ?? Number.NaN, 6);
    expect(sums('ProvisioningP90', CLUSTER)).toContain(measured);
    const { Reservations = [] } = await call<{ Reservations: { Instances: { InstanceId: string }[] }[] }>(
      'EC2',
      'DescribeInstances',
      { Filters: [{ Name: 'tag-key', Values: ['karpenter.sh/nodeclaim'] }] },
    );
    const [instance] = Reservations.flatMap(({ Instances }) => Instances);
    const row = await account.simulation.runUntil(table.get(instanceKey(instance?.InstanceId ?? '')));
    expect(row).toMatchObject({
      cluster: 'banking-prod',
      registeredAt: expect.stringMatching(/^2026-11-02T/),
      readyAt: expect.stringMatching(/^2026-11-02T/),
    });
  });

  it('says that the cluster refuses it when its access entry is gone, and reads it again when it is back', async () => {
    const entry = { clusterName: 'banking-prod', principalArn: arnOf('KubernetesReaderRole') };
    const { accessEntry } = await call<{ accessEntry: { kubernetesGroups: string[] } }>(
      'EKS',
      'DescribeAccessEntry',
      entry,
    );
    await call('EKS', 'DeleteAccessEntry', entry);
    await account.simulation.runFor(120);
    const goneMs = account.simulation.now();
    await account.simulation.runFor(150);
    const during = sums('ClustersUnreachable', CLUSTER, goneMs);
    await call('EKS', 'CreateAccessEntry', { ...entry, kubernetesGroups: accessEntry.kubernetesGroups });
    await account.simulation.runFor(120);
    const backMs = account.simulation.now();
    await account.simulation.runFor(120);

    expect(during).toContain(1);
    expect(during).not.toContain(0);
    expect(sums('CollectorRuns', CLUSTER, goneMs).length).toBeGreaterThan(3);
    expect(sums('ClustersUnreachable', CLUSTER, backMs)).not.toContain(1);
    expect(sums('ClustersUnreachable', CLUSTER, backMs)).toContain(0);
    const { Attributes } = await call<{ Attributes: Record<string, string> }>('SQS', 'GetQueueAttributes', {
      QueueUrl: physicalId('CollectorDeadLetters'),
      AttributeNames: ['ApproximateNumberOfMessages'],
    });
    expect(Attributes['ApproximateNumberOfMessages']).toBe('0');
    const told = alarmNotices(account, 'AlarmTopic').filter((notice) => notice.includes(' ClusterUnreachableAlarm'));
    expect(told.slice(1).toSorted()).toEqual(
      ['ALARM', 'OK'].flatMap((state) => [
        `${state} ClusterUnreachableAlarm`,
        `${state} ClusterUnreachableAlarm banking-prod`,
      ]),
    );
    expect(alarmNotices(account, 'PagingTopic')).toContain('ALARM ClustersPageAlarm');
  });
});

function isSame(left: object, right: object): boolean {
  const sorted = (dimensions: object) => JSON.stringify(Object.entries(dimensions).toSorted());
  return sorted(left) === sorted(right);
}
