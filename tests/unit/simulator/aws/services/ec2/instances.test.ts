import type { DescribeInstancesResult, Reservation } from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ec2ForEks } from '../../../../../../simulator/aws/services/ec2/eks-port.ts';
import { eksImages } from '../../../../../../simulator/aws/services/ec2/images.ts';
import {
  type InstanceChange,
  onInstanceChange,
  SPOT_TERMINATION,
  terminateInstance,
} from '../../../../../../simulator/aws/services/ec2/instance-lifecycle.ts';
import { instancesOf } from '../../../../../../simulator/aws/services/ec2/instances.ts';
import { seedNetwork } from '../../../../../../simulator/aws/services/ec2/network-seed.ts';
import { type Account, openAccount } from './account.ts';

const OWNED = [{ Key: 'kubernetes.io/cluster/banking-prod', Value: 'owned' }];

function request(account: Account, more: object = {}) {
  const image = eksImages('eu-west-1', account.simulation.now()).find(({ architecture }) => architecture === 'x86_64');
  return {
    ImageId: image?.id,
    InstanceType: 't3.medium',
    SubnetId: 'subnet-a',
    MinCount: 1,
    MaxCount: 1,
    TagSpecifications: [{ ResourceType: 'instance', Tags: OWNED }],
    ...more,
  };
}

describe('an instance', () => {
  let account: Account;
  beforeEach(() => {
    account = openAccount();
    seedNetwork(account.simulation);
  });
  afterEach(() => account.close());

  const launch = async (more: object = {}): Promise<string> => {
    const { Instances } = await account.ec2<Reservation>('RunInstances', request(account, more));
    return Instances?.[0]?.InstanceId ?? '';
  };
  const described = async (id: string) => {
    const { Reservations } = await account.ec2<DescribeInstancesResult>('DescribeInstances', { InstanceIds: [id] });
    return Reservations?.[0]?.Instances?.[0];
  };

  it('goes from pending over running and shutting-down to terminated, and is forgotten after an hour', async () => {
    const changes: InstanceChange[] = [];
    onInstanceChange(account.simulation, (change) => changes.push(change));

    const id = await launch();
    await account.simulation.runFor(10);
    await account.ec2('TerminateInstances', { InstanceIds: [id] });
    await account.simulation.runFor(45);

    expect(changes.map(({ state }) => state)).toEqual(['pending', 'running', 'shutting-down', 'terminated']);
    const [pendingMs = 0, runningMs = 0, stoppingMs = 0, goneMs = 0] = changes.map(({ atMs }) => atMs);
    expect(runningMs - pendingMs).toBeLessThan(7000);
    expect((goneMs - stoppingMs) / 1000).toBeGreaterThanOrEqual(20);
    expect((goneMs - stoppingMs) / 1000).toBeLessThan(40);
    const view = await described(id);
    expect(view).toMatchObject({
      State: { Name: 'terminated', Code: 48 },
      StateReason: { Code: 'Client.UserInitiatedShutdown' },
      PrivateDnsName: '',
    });
    expect(view?.SubnetId).toBeUndefined();
    await account.simulation.runFor(3600);
    expect(await account.failure('DescribeInstances', { InstanceIds: [id] })).toBe('InvalidInstanceID.NotFound');
  });

  it('may be unknown to the API for a moment, to tagging as well as to describing', async () => {
    const launched = await Promise.all(Array.from({ length: 6 }, () => launch()));
    const hidden = instancesOf(account.simulation).filter(
      ({ visibleFromMs }) => visibleFromMs > account.simulation.now() + 200,
    );
    const [latest] = hidden;

    expect(launched.length).toBeGreaterThan(hidden.length);
    expect(hidden.length).toBeGreaterThan(0);
    expect(await account.failure('DescribeInstances', { InstanceIds: [latest?.id] })).toBe(
      'InvalidInstanceID.NotFound',
    );
    expect(await account.failure('CreateTags', { Resources: [latest?.id], Tags: OWNED })).toBe(
      'InvalidInstanceID.NotFound',
    );
    await account.simulation.runFor(2);
    expect((await described(latest?.id ?? ''))?.InstanceId).toBe(latest?.id);
  });

  it('says why it ended when spot takes it back', async () => {
    const id = await launch();
    await account.simulation.runFor(10);

    terminateInstance(account.simulation, id, SPOT_TERMINATION);

    expect((await described(id))?.StateReason?.Code).toBe('Server.SpotInstanceTermination');
  });

  it('is terminated only with the permission on its tags, and all of a request or none', async () => {
    const id = await launch();
    await account.simulation.runFor(10);
    account.asked.length = 0;

    const gone = 'i-0123456789abcdef0';
    expect(await account.failure('TerminateInstances', { InstanceIds: [id, gone] })).toBe('InvalidInstanceID.NotFound');
    expect((await described(id))?.State?.Name).toBe('running');
    await account.ec2('TerminateInstances', { InstanceIds: [id] });

    expect(account.asked.at(-1)).toMatchObject({
      action: 'ec2:TerminateInstances',
      resource: `arn:aws:ec2:eu-west-1:111122223333:instance/${id}`,
      context: { 'aws:ResourceTag/kubernetes.io/cluster/banking-prod': 'owned' },
    });
  });

  it('is not launched by a dry run, which says whether it could be', async () => {
    const dryRun = { ...request(account), DryRun: true };
    expect(await account.failure('RunInstances', dryRun)).toBe('DryRunOperation');
    expect(await account.failure('RunInstances', { ...dryRun, SubnetId: 'subnet-gone' })).toBe(
      'InvalidSubnetID.NotFound',
    );
    expect(instancesOf(account.simulation)).toEqual([]);
    account.close();

    account = openAccount({ refuse: ({ resource }) => resource.endsWith(':volume/*') });
    seedNetwork(account.simulation);

    expect(await account.failure('RunInstances', dryRun)).toBe('UnauthorizedOperation');
  });

  it('is refused with an image of another architecture', async () => {
    expect(await account.failure('RunInstances', request(account, { InstanceType: 't4g.medium' }))).toBe(
      'InvalidParameterValue',
    );
  });

  it('has its own ids from the seed, the same in every run', async () => {
    const id = await launch();
    account.close();
    account = openAccount();
    seedNetwork(account.simulation);

    expect(await launch()).toBe(id);
  });

  it('survives a snapshot with what will become of it', async () => {
    const id = await launch();
    const world = account.simulation.snapshot();
    await account.simulation.runFor(10);

    account.simulation.restore(world);

    expect(instancesOf(account.simulation)[0]?.state).toBe('pending');
    await account.simulation.runFor(10);
    expect((await described(id))?.State?.Name).toBe('running');
  });

  it('is launched for an EKS node group without asking for anybody’s permission', async () => {
    const facts = ec2ForEks.launch(account.simulation, {
      instanceType: 't3.medium',
      kubernetesVersion: '1.35',
      subnetId: 'subnet-b',
      roleArn: 'arn:aws:iam::111122223333:role/bootstrap',
      securityGroupIds: [],
      diskGiB: 30,
      spot: false,
      tags: { 'eks:cluster-name': 'banking-prod' },
    });

    expect(facts).toMatchObject({ zone: 'eu-west-1b', zoneId: 'euw1-az2', state: 'pending' });
    expect(account.asked).toEqual([]);
    await account.simulation.runFor(10);
    expect(ec2ForEks.instance(account.simulation, facts.instanceId)?.state).toBe('running');
    const image = eksImages('eu-west-1', account.simulation.now()).find(
      ({ kubernetesVersion }) => kubernetesVersion === '1.35',
    );
    expect((await described(facts.instanceId))?.ImageId).toBe(image?.id);
    expect((await described(facts.instanceId))?.Tags).toEqual([{ Key: 'eks:cluster-name', Value: 'banking-prod' }]);
  });
});
