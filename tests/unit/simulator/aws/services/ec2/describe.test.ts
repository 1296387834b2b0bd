import type { DescribeLaunchTemplateVersionsResult, GetEbsDefaultKmsKeyIdResult } from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eksImages } from '../../../../../../simulator/aws/services/ec2/images.ts';
import { seedNetwork } from '../../../../../../simulator/aws/services/ec2/network-seed.ts';
import { encryptByDefault } from '../../../../../../simulator/aws/services/ec2/volume-operations.ts';
import { ec2World } from '../../../../../../simulator/aws/services/ec2/world.ts';
import { type Account, openAccount } from './account.ts';

/** Each read operation with the list it answers, how many entries that has here, and the name of its filters. */
const OPERATIONS = [
  ['DescribeAvailabilityZones', 'AvailabilityZones', 3, 'Filters'],
  ['DescribeCapacityReservations', 'CapacityReservations', 1, 'Filters'],
  ['DescribeImages', 'Images', 910, 'Filters'],
  ['DescribeInstanceStatus', 'InstanceStatuses', 1, 'Filters'],
  ['DescribeInstanceTypeOfferings', 'InstanceTypeOfferings', 986, 'Filters'],
  ['DescribeInstanceTypes', 'InstanceTypes', 100, 'Filters'],
  ['DescribeInstances', 'Reservations', 1, 'Filters'],
  ['DescribeInternetGateways', 'InternetGateways', 1, 'Filters'],
  ['DescribeLaunchTemplates', 'LaunchTemplates', 1, 'Filters'],
  ['DescribeNatGateways', 'NatGateways', 3, 'Filter'],
  ['DescribeNetworkInterfaces', 'NetworkInterfaces', 1, 'Filters'],
  ['DescribePlacementGroups', 'PlacementGroups', 1, 'Filters'],
  ['DescribeRouteTables', 'RouteTables', 5, 'Filters'],
  ['DescribeSecurityGroups', 'SecurityGroups', 1, 'Filters'],
  ['DescribeSpotPriceHistory', 'SpotPriceHistory', 1000, 'Filters'],
  ['DescribeSubnets', 'Subnets', 6, 'Filters'],
  ['DescribeTags', 'Tags', 12, 'Filters'],
  ['DescribeVolumes', 'Volumes', 1, 'Filters'],
  ['DescribeVpcEndpoints', 'VpcEndpoints', 2, 'Filters'],
  ['DescribeVpcs', 'Vpcs', 1, 'Filters'],
] as const;

const launchData = (account: Account) => ({
  ImageId: eksImages('eu-west-1', account.simulation.now())[0]?.id,
  InstanceType: 't3.medium' as const,
});

describe('a read operation of EC2', () => {
  let account: Account;
  beforeEach(async () => {
    account = openAccount();
    const { simulation } = account;
    seedNetwork(simulation, { endpoints: ['s3', 'sts'] });
    const world = ec2World(simulation);
    world.placementGroups['pg-1'] = { id: 'pg-1', name: 'close', strategy: 'cluster', tags: {} };
    world.capacityReservations['cr-1'] = {
      id: 'cr-1',
      instanceType: 'm5.large',
      zone: 'eu-west-1a',
      total: 2,
      available: 2,
      matchCriteria: 'targeted',
      state: 'active',
      createdMs: simulation.now(),
      endsMs: null,
      tags: {},
    };
    const data = launchData(account);
    await account.ec2('CreateLaunchTemplate', { LaunchTemplateName: 'plain', LaunchTemplateData: data });
    await account.ec2('RunInstances', { ...data, SubnetId: 'subnet-a', MinCount: 1, MaxCount: 1 });
    await simulation.runFor(10);
    account.asked.length = 0;
  });
  afterEach(() => account.close());

  it.each(OPERATIONS)('%s asks for itself on everything, lists %s and refuses an unknown filter', async (...row) => {
    const [name, list, count, filters] = row;

    const answer = await account.ec2<Record<string, unknown[]>>(name);

    expect(answer[list]).toHaveLength(count);
    expect(account.asked).toEqual([{ action: `ec2:${name}`, resource: '*', context: { 'ec2:Region': 'eu-west-1' } }]);
    expect(await account.failure(name, { [filters]: [{ Name: 'colour', Values: ['red'] }] })).toBe(
      'InvalidParameterValue',
    );
    expect(await account.failure(name, { DryRun: true })).toBe('DryRunOperation');
  });

  it('adds versions to a launch template, of which the first stays the default', async () => {
    const reference = { LaunchTemplateName: 'plain' };
    const LaunchTemplateData = { ...launchData(account), InstanceType: 'm5.large' as const };

    await account.ec2('CreateLaunchTemplateVersion', { ...reference, LaunchTemplateData });
    const { LaunchTemplateVersions = [] } = await account.ec2<DescribeLaunchTemplateVersionsResult>(
      'DescribeLaunchTemplateVersions',
      reference,
    );

    expect(LaunchTemplateVersions.map((version) => [version.VersionNumber, version.DefaultVersion])).toEqual([
      [1, true],
      [2, false],
    ]);
    expect(LaunchTemplateVersions[1]?.LaunchTemplateData).toEqual(LaunchTemplateData);
  });

  it('shows what a launch template holds, and what the default key for volumes is', async () => {
    const versions = await account.ec2<DescribeLaunchTemplateVersionsResult>('DescribeLaunchTemplateVersions', {
      LaunchTemplateName: 'plain',
      Versions: ['$Latest'],
    });
    const keyId = async () => (await account.ec2<GetEbsDefaultKmsKeyIdResult>('GetEbsDefaultKmsKeyId')).KmsKeyId;
    const before = [await keyId(), await account.ec2('GetEbsEncryptionByDefault')];
    encryptByDefault(account.simulation, 'arn:aws:kms:eu-west-1:111122223333:key/1');

    expect(versions.LaunchTemplateVersions?.[0]?.LaunchTemplateData).toEqual(launchData(account));
    expect(before).toEqual(['alias/aws/ebs', { EbsEncryptionByDefault: false, SseType: 'none' }]);
    expect(await keyId()).toBe('arn:aws:kms:eu-west-1:111122223333:key/1');
    expect(await account.ec2('GetEbsEncryptionByDefault')).toMatchObject({ EbsEncryptionByDefault: true });
  });
});
