import type {
  DescribeRouteTablesResult,
  DescribeSecurityGroupsResult,
  DescribeSubnetsResult,
  DescribeTagsResult,
} from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { waysOut } from '../../../../../../simulator/aws/services/ec2/egress.ts';
import { seedNetwork } from '../../../../../../simulator/aws/services/ec2/network-seed.ts';
import { type Account, openAccount } from './account.ts';

const ids = (result: DescribeSubnetsResult) => result.Subnets?.map(({ SubnetId }) => SubnetId);

describe('the simulated network', () => {
  let account: Account;
  beforeEach(() => {
    account = openAccount();
  });
  afterEach(() => account.close());

  it('answers for subnets with their zone, zone id and free addresses', async () => {
    seedNetwork(account.simulation, {
      subnets: [{ id: 'subnet-a', zone: 'eu-west-1b', cidr: '10.0.1.0/24', freeAddresses: 7 }],
    });

    const { Subnets } = await account.ec2<DescribeSubnetsResult>('DescribeSubnets', { SubnetIds: ['subnet-a'] });

    expect(Subnets?.[0]).toMatchObject({
      AvailabilityZone: 'eu-west-1b',
      AvailabilityZoneId: 'euw1-az2',
      AvailableIpAddressCount: 7,
    });
    expect(await account.failure('DescribeSubnets', { SubnetIds: ['subnet-gone'] })).toBe('InvalidSubnetID.NotFound');
  });

  it('refuses a filter that EC2 does not know, and one without values', async () => {
    seedNetwork(account.simulation);

    expect(await account.failure('DescribeSubnets', { Filters: [{ Name: 'zone', Values: ['x'] }] })).toBe(
      'InvalidParameterValue',
    );
    expect(await account.failure('DescribeSubnets', { Filters: [{ Name: 'vpc-id', Values: [] }] })).toBe(
      'InvalidParameterValue',
    );
  });

  it('fails the run for a member that the SDK does not have', async () => {
    expect(await account.failure('DescribeSubnets', { Subnets: ['subnet-a'] })).toBe('NotSimulatedError');
  });

  it('matches tag filters with wildcards, and all filters together', async () => {
    const tag = { 'karpenter.sh/discovery': 'banking-prod' };
    seedNetwork(account.simulation, {
      subnets: [
        { id: 'subnet-a', zone: 'eu-west-1a', tags: tag },
        { id: 'subnet-b', zone: 'eu-west-1b', tags: tag },
        { id: 'subnet-c', zone: 'eu-west-1c' },
      ],
    });

    const Filters = [
      { Name: 'tag:karpenter.sh/discovery', Values: ['bank*'] },
      { Name: 'availability-zone', Values: ['eu-west-1b', 'eu-west-1c'] },
    ];

    expect(ids(await account.ec2('DescribeSubnets', { Filters }))).toEqual(['subnet-b']);
  });

  it('pages without losing or repeating a subnet', async () => {
    seedNetwork(account.simulation);

    const first = await account.ec2<DescribeSubnetsResult>('DescribeSubnets', { MaxResults: 5 });
    const second = await account.ec2<DescribeSubnetsResult>('DescribeSubnets', {
      MaxResults: 5,
      NextToken: first.NextToken,
    });

    const all = [...(ids(first) ?? []), ...(ids(second) ?? [])];
    expect([all.length, new Set(all).size]).toEqual([6, 6]);
    expect(second.NextToken).toBeUndefined();
    expect(await account.failure('DescribeSubnets', { MaxResults: 4 })).toBe('InvalidParameterValue');
    expect(await account.failure('DescribeSubnets', { NextToken: 'x' })).toBe('InvalidNextToken');
  });

  it('tells what a subnet can reach by its route table, its gateways and the endpoints', () => {
    const { simulation } = account;
    seedNetwork(simulation, {
      subnets: [
        { id: 'subnet-nat', zone: 'eu-west-1a' },
        { id: 'subnet-dark', zone: 'eu-west-1b', wayOut: 'none' },
        { id: 'subnet-main', zone: 'eu-west-1c', association: 'main' },
        { id: 'subnet-igw', zone: 'eu-west-1c', wayOut: 'internet-gateway' },
        { id: 'subnet-public', zone: 'eu-west-1c', wayOut: 'internet-gateway', mapPublicIp: true },
      ],
      endpoints: ['s3', 'ecr.api'],
    });
    const internet = (id: string) => waysOut(simulation, id).internet;

    expect(['subnet-nat', 'subnet-dark', 'subnet-main', 'subnet-igw', 'subnet-public'].map(internet)).toEqual([
      true,
      false,
      false,
      false,
      true,
    ]);
    expect(waysOut(simulation, 'subnet-dark').services).toEqual(['s3', 'ecr.api']);
  });

  it('has no way out through a NAT gateway that failed', () => {
    seedNetwork(account.simulation, { natState: 'failed' });

    expect(waysOut(account.simulation, 'subnet-a')).toEqual({ internet: false, services: [] });
  });

  it('shows the main route table and those that subnets are associated with', async () => {
    const { vpcId } = seedNetwork(account.simulation);
    const tables = (Filters: object[]) => account.ec2<DescribeRouteTablesResult>('DescribeRouteTables', { Filters });

    const main = await tables([
      { Name: 'vpc-id', Values: [vpcId] },
      { Name: 'association.main', Values: ['true'] },
    ]);
    const own = await tables([{ Name: 'association.subnet-id', Values: ['subnet-b'] }]);

    expect(main.RouteTables?.map(({ Routes }) => Routes?.length)).toEqual([1]);
    expect(own.RouteTables?.[0]?.Routes?.[1]).toMatchObject({
      DestinationCidrBlock: '0.0.0.0/0',
      NatGatewayId: expect.stringMatching(/^nat-0[0-9a-f]{16}$/),
      State: 'active',
    });
  });

  it('makes security groups with rules and refuses duplicates', async () => {
    const { vpcId } = seedNetwork(account.simulation);
    const group = { GroupName: 'nodes', Description: 'nodes', VpcId: vpcId };
    const { GroupId } = await account.ec2<{ GroupId: string }>('CreateSecurityGroup', group);
    const rule = { GroupId, IpPermissions: [{ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId }] }] };

    await account.ec2('AuthorizeSecurityGroupIngress', rule);

    expect(await account.failure('AuthorizeSecurityGroupIngress', rule)).toBe('InvalidPermission.Duplicate');
    expect(await account.failure('CreateSecurityGroup', group)).toBe('InvalidGroup.Duplicate');
    const found = await account.ec2<DescribeSecurityGroupsResult>('DescribeSecurityGroups', { GroupIds: [GroupId] });
    expect(found.SecurityGroups?.[0]?.IpPermissions?.[0]?.UserIdGroupPairs?.[0]?.GroupId).toBe(GroupId);
  });

  it('asks for tagging with the tags of the request and of the subnet, and without a creating action', async () => {
    seedNetwork(account.simulation);

    await account.ec2('CreateTags', {
      Resources: ['subnet-a'],
      Tags: [{ Key: 'karpenter.sh/discovery', Value: 'banking-prod' }],
    });

    expect(account.asked).toEqual([
      {
        action: 'ec2:CreateTags',
        resource: 'arn:aws:ec2:eu-west-1:111122223333:subnet/subnet-a',
        context: {
          'ec2:Region': 'eu-west-1',
          'aws:RequestTag/karpenter.sh/discovery': 'banking-prod',
          'aws:TagKeys': ['karpenter.sh/discovery'],
          'aws:ResourceTag/Name': 'subnet-a',
          'ec2:ResourceTag/Name': 'subnet-a',
        },
      },
    ]);
  });

  it('describes, overwrites and deletes tags', async () => {
    seedNetwork(account.simulation);
    const Resources = ['subnet-a'];
    const tags = async () => {
      const Filters = [{ Name: 'resource-id', Values: Resources }];
      const { Tags } = await account.ec2<DescribeTagsResult>('DescribeTags', { Filters });
      return Object.fromEntries((Tags ?? []).map(({ Key, Value }) => [Key, Value]));
    };

    await account.ec2('CreateTags', { Resources, Tags: [{ Key: 'a', Value: '1' }] });
    await account.ec2('CreateTags', { Resources, Tags: [{ Key: 'a', Value: '2' }] });
    await account.ec2('DeleteTags', { Resources, Tags: [{ Key: 'a', Value: '1' }, { Key: 'Name' }] });

    expect(await tags()).toEqual({ a: '2' });
    expect(await account.failure('CreateTags', { Resources, Tags: [{ Key: 'aws:x', Value: '1' }] })).toBe(
      'InvalidParameterValue',
    );
  });
});
