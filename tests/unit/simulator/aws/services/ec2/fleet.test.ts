import type { CreateFleetResult, DescribeInstancesResult } from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ec2ForEks } from '../../../../../../simulator/aws/services/ec2/eks-port.ts';
import { eksImages } from '../../../../../../simulator/aws/services/ec2/images.ts';
import { instancesOf } from '../../../../../../simulator/aws/services/ec2/instances.ts';
import { setEmptyPools } from '../../../../../../simulator/aws/services/ec2/launch-checks.ts';
import { seedNetwork } from '../../../../../../simulator/aws/services/ec2/network-seed.ts';
import { encryptByDefault } from '../../../../../../simulator/aws/services/ec2/volume-operations.ts';
import { seedCustomerKey } from '../../../../../../simulator/aws/services/kms/keys.ts';
import { setQuota } from '../../../../../../simulator/aws/services/service-quotas/quotas.ts';
import { type Account, addNodeRole, openAccount } from './account.ts';

const OWNED = [
  { Key: 'kubernetes.io/cluster/banking-prod', Value: 'owned' },
  { Key: 'karpenter.sh/nodepool', Value: 'default' },
];
const PLACE = { accountId: '111122223333', region: 'eu-west-1' };

function imageFor(account: Account, architecture: string): string {
  const images = eksImages('eu-west-1', account.simulation.now());
  return images.find((image) => image.architecture === architecture && image.kubernetesVersion === '1.35')?.id ?? '';
}

async function addTemplate(account: Account, tagged = true): Promise<void> {
  await account.ec2('CreateLaunchTemplate', {
    LaunchTemplateName: 'karpenter.k8s.aws/1',
    LaunchTemplateData: {
      ImageId: imageFor(account, 'x86_64'),
      IamInstanceProfile: { Name: 'node' },
      MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
      ...(tagged ? { TagSpecifications: [{ ResourceType: 'network-interface', Tags: OWNED }] } : {}),
    },
    TagSpecifications: [{ ResourceType: 'launch-template', Tags: OWNED }],
  });
  account.asked.length = 0;
}

type Override = { InstanceType: string; SubnetId: string };

function fleet(overrides: Override[], options: { spot?: boolean; count?: number; tags?: boolean } = {}) {
  return {
    Type: 'instant',
    LaunchTemplateConfigs: [
      {
        LaunchTemplateSpecification: { LaunchTemplateName: 'karpenter.k8s.aws/1', Version: '$Latest' },
        Overrides: overrides,
      },
    ],
    TargetCapacitySpecification: {
      TotalTargetCapacity: options.count ?? 1,
      DefaultTargetCapacityType: options.spot ? 'spot' : 'on-demand',
    },
    ...(options.spot
      ? { SpotOptions: { AllocationStrategy: 'price-capacity-optimized' } }
      : { OnDemandOptions: { AllocationStrategy: 'lowest-price' } }),
    ...(options.tags === false
      ? {}
      : { TagSpecifications: ['fleet', 'instance', 'volume'].map((ResourceType) => ({ ResourceType, Tags: OWNED })) }),
  };
}

const on = (InstanceType: string, letter = 'a'): Override => ({ InstanceType, SubnetId: `subnet-${letter}` });

describe('CreateFleet', () => {
  let account: Account;
  const create = (...args: Parameters<typeof fleet>) => account.ec2<CreateFleetResult>('CreateFleet', fleet(...args));

  beforeEach(async () => {
    account = openAccount();
    seedNetwork(account.simulation);
    await addNodeRole(account);
    await addTemplate(account);
  });
  afterEach(() => account.close());

  it('launches the cheapest on-demand type and tags what it makes', async () => {
    const result = await create([on('m5.xlarge'), on('m5.large', 'b'), on('c5.2xlarge')]);

    expect(result.Instances).toMatchObject([
      { InstanceType: 'm5.large', Lifecycle: 'on-demand', InstanceIds: [expect.stringMatching(/^i-0[0-9a-f]{16}$/)] },
    ]);
    expect(result.Errors).toEqual([]);
    await account.simulation.runFor(10);
    const { Reservations } = await account.ec2<DescribeInstancesResult>('DescribeInstances', {
      Filters: [{ Name: 'tag:karpenter.sh/nodepool', Values: ['*'] }],
    });
    expect(Reservations?.[0]?.Instances?.[0]).toMatchObject({
      State: { Name: 'running' },
      SubnetId: 'subnet-b',
      MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
      IamInstanceProfile: { Arn: 'arn:aws:iam::111122223333:instance-profile/node' },
    });
  });

  it('asks for every resource it touches, with request tags where the call sets them', async () => {
    await create([on('m5.large')], { spot: true });

    const kinds = (action: string) =>
      account.asked.filter((request) => request.action === action).map(({ resource }) => resource.split(':')[5]);
    expect(kinds('ec2:RunInstances').map((resource) => resource?.split('/')[0])).toEqual([
      'image',
      'snapshot',
      'subnet',
      'launch-template',
      'instance',
      'volume',
      'network-interface',
      'spot-instances-request',
    ]);
    expect(kinds('ec2:CreateTags')).toEqual(['fleet/*', 'instance/*', 'volume/*', 'network-interface/*']);
    expect(account.asked.find(({ action }) => action === 'iam:PassRole')).toEqual({
      action: 'iam:PassRole',
      resource: 'arn:aws:iam::111122223333:role/node',
      context: { 'iam:PassedToService': 'ec2.amazonaws.com' },
    });
    const of = (kind: string) =>
      account.asked.find(({ action, resource }) => action === 'ec2:RunInstances' && resource.includes(`:${kind}/`))
        ?.context;
    expect(of('instance')).toMatchObject({ 'aws:RequestTag/karpenter.sh/nodepool': 'default' });
    expect(of('launch-template')).toMatchObject({ 'aws:ResourceTag/karpenter.sh/nodepool': 'default' });
    expect(Object.keys(of('spot-instances-request') ?? {})).toEqual(['ec2:Region']);
  });

  it('gives no tag keys at all to what the call does not tag', async () => {
    await create([on('m5.large')], { tags: false });

    const instance = account.asked.find(({ resource }) => resource.endsWith(':instance/*'));
    expect(Object.keys(instance?.context ?? {}).filter((key) => key.startsWith('aws:'))).toEqual([]);
  });

  it('reports each pool that fails and goes on to the next', async () => {
    setEmptyPools(account.simulation, [{ instanceType: 'm5.large', zone: 'eu-west-1a' }]);

    const result = await create([on('m5.large', 'a'), on('m5.large', 'b')]);

    expect(result.Errors?.map(({ ErrorCode }) => ErrorCode)).toEqual(['InsufficientInstanceCapacity']);
    expect(result.Instances?.[0]?.LaunchTemplateAndOverrides?.Overrides?.AvailabilityZone).toBe('eu-west-1b');
  });

  it('launches nothing where the zone does not offer the type, the vCPU quota is spent or no address is free', async () => {
    seedNetwork(account.simulation, { subnets: [{ id: 'subnet-full', zone: 'eu-west-1a', freeAddresses: 0 }] });
    setQuota(account.simulation, 'ec2', 'L-1216C47A', 2);
    const failure = async (override: Override) => (await create([override])).Errors?.[0]?.ErrorCode;

    expect(await failure(on('mac1.metal'))).toBe('InvalidParameterValue');
    expect(await failure(on('c8a.large', 'c'))).toBe('Unsupported');
    expect(await failure(on('m5.large', 'full'))).toBe('InsufficientFreeAddressesInSubnet');
    expect(await failure(on('m5.xlarge'))).toBe('VcpuLimitExceeded');
    expect(instancesOf(account.simulation)).toEqual([]);
  });

  it('counts GPU types against a quota of their own', async () => {
    setQuota(account.simulation, 'ec2', 'L-DB2E81BA', 2);

    const results = [await create([on('g4dn.xlarge')]), await create([on('m5.large')])];

    expect(results.map(({ Errors }) => Errors?.[0]?.ErrorCode)).toEqual(['VcpuLimitExceeded', undefined]);
  });

  it('fills a fleet from several pools when the quota allows only a part', async () => {
    setQuota(account.simulation, 'ec2', 'L-1216C47A', 5);

    const result = await create([on('m5.large')], { count: 3 });

    expect(result.Instances?.[0]?.InstanceIds).toHaveLength(2);
    expect(result.Errors?.[0]?.ErrorCode).toBe('VcpuLimitExceeded');
  });

  it('takes an address of the subnet for each instance', async () => {
    const free = async () => {
      const { Subnets } = await account.ec2<{ Subnets: { AvailableIpAddressCount: number }[] }>('DescribeSubnets', {
        SubnetIds: ['subnet-a'],
      });
      return Subnets[0]?.AvailableIpAddressCount ?? 0;
    };
    const before = await free();

    await create([on('m5.large')], { count: 3 });

    expect(before - (await free())).toBe(3);
    expect(new Set(instancesOf(account.simulation).map(({ privateIp }) => privateIp)).size).toBe(3);
    expect(instancesOf(account.simulation)[0]?.privateDnsName).toMatch(
      /^ip-10-0-\d+-\d+\.eu-west-1\.compute\.internal$/,
    );
  });

  it('answers a repeated client token with the same fleet and refuses it for another request', async () => {
    const request = { ...fleet([on('m5.large')]), ClientToken: 'once' };

    const first = await account.ec2('CreateFleet', request);
    const second = await account.ec2('CreateFleet', request);

    expect(second).toEqual(first);
    expect(instancesOf(account.simulation)).toHaveLength(1);
    expect(await account.failure('CreateFleet', { ...fleet([on('m5.xlarge')]), ClientToken: 'once' })).toBe(
      'IdempotentParameterMismatch',
    );
  });

  it('throws for a launch template that is gone, also as a dry run', async () => {
    await account.ec2('DeleteLaunchTemplate', { LaunchTemplateName: 'karpenter.k8s.aws/1' });

    expect(await account.failure('CreateFleet', { ...fleet([on('m5.large')]), DryRun: true })).toBe(
      'InvalidLaunchTemplateName.NotFoundException',
    );
  });

  it('cannot launch spot instances before their service-linked role exists', async () => {
    const bare = openAccountAgain();
    seedNetwork(bare.simulation);
    await bare.ec2('CreateLaunchTemplate', {
      LaunchTemplateName: 'karpenter.k8s.aws/1',
      LaunchTemplateData: { ImageId: imageFor(bare, 'x86_64') },
    });

    const result = await bare.ec2<CreateFleetResult>('CreateFleet', fleet([on('m5.large')], { spot: true }));

    expect(result.Errors?.[0]?.ErrorCode).toBe('AuthFailure.ServiceLinkedRoleCreationNotPermitted');
  });

  it.each([
    [true, 'running', undefined],
    [false, 'terminated', 'Client.InternalError'],
  ])(
    'with a default EBS key that is usable through EC2 = %s, every launch ends up %s',
    async (usable, state, reason) => {
      const key = seedCustomerKey(account.simulation, PLACE, { usableThroughEc2: usable });
      encryptByDefault(account.simulation, key.arn);

      await create([on('m5.large')]);
      ec2ForEks.launch(account.simulation, {
        instanceType: 't3.medium',
        kubernetesVersion: '1.35',
        subnetId: 'subnet-a',
        roleArn: 'arn:aws:iam::111122223333:role/node',
        securityGroupIds: [],
        diskGiB: 20,
        spot: false,
        tags: {},
      });
      await account.simulation.runFor(10);

      const ends = instancesOf(account.simulation).map((instance) => [instance.state, instance.stateReason?.code]);
      expect(ends).toEqual([
        [state, reason],
        [state, reason],
      ]);
    },
  );

  /** One fake clock at a time. */
  function openAccountAgain(): Account {
    account.close();
    account = openAccount();
    return account;
  }
});
