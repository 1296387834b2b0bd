import type {
  DescribeImagesResult,
  DescribeInstanceTypeOfferingsResult,
  DescribeInstanceTypesResult,
  DescribeSpotPriceHistoryResult,
} from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { instanceType } from '../../../../../../simulator/aws/services/ec2/instance-types.ts';
import { describeSpotPriceHistory } from '../../../../../../simulator/aws/services/ec2/spot-prices.ts';
import type { CallContext } from '../../../../../../simulator/aws/types.ts';
import { type Account, openAccount } from './account.ts';

describe('the catalogue of EC2', () => {
  let account: Account;
  beforeEach(() => {
    account = openAccount();
  });
  afterEach(() => account.close());

  it('pages through all instance types of the Region, a hundred at a time', async () => {
    const names = new Set<string | undefined>();
    let NextToken: string | undefined;
    do {
      const page = await account.ec2<DescribeInstanceTypesResult>('DescribeInstanceTypes', { NextToken });
      for (const { InstanceType } of page.InstanceTypes ?? []) names.add(InstanceType);
      NextToken = page.NextToken;
    } while (NextToken);

    expect(names.size).toBe(986);
  });

  it('knows what scheduling needs of a type', async () => {
    const { InstanceTypes } = await account.ec2<DescribeInstanceTypesResult>('DescribeInstanceTypes', {
      InstanceTypes: ['t3.medium'],
    });

    expect(InstanceTypes?.[0]).toMatchObject({
      VCpuInfo: { DefaultVCpus: 2 },
      MemoryInfo: { SizeInMiB: 4096 },
      NetworkInfo: { MaximumNetworkInterfaces: 3, Ipv4AddressesPerInterface: 6 },
      ProcessorInfo: { SupportedArchitectures: ['x86_64'] },
      BurstablePerformanceSupported: true,
    });
    expect(await account.failure('DescribeInstanceTypes', { InstanceTypes: ['t3.huge'] })).toBe('InvalidInstanceType');
    expect(await account.failure('DescribeInstanceTypes', { DryRun: true })).toBe('DryRunOperation');
  });

  it('offers a type in some zones and not in others', async () => {
    const { InstanceTypeOfferings } = await account.ec2<DescribeInstanceTypeOfferingsResult>(
      'DescribeInstanceTypeOfferings',
      { LocationType: 'availability-zone', Filters: [{ Name: 'instance-type', Values: ['a1.large', 't3.medium'] }] },
    );

    expect(InstanceTypeOfferings?.map(({ InstanceType, Location }) => `${InstanceType} ${Location}`)).toEqual([
      'a1.large eu-west-1b',
      'a1.large eu-west-1c',
      't3.medium eu-west-1a',
      't3.medium eu-west-1b',
      't3.medium eu-west-1c',
    ]);
  });

  it('prices spot between 25 % and 45 % of on-demand, in steps', async () => {
    // Asked of the operation itself: what the dispatcher clones has a Date of another realm under jest.
    const { SpotPriceHistory } = (await describeSpotPriceHistory.run(
      {
        InstanceTypes: ['m5.large'],
        AvailabilityZone: 'eu-west-1a',
        StartTime: new Date('2026-11-01T08:00:00Z'),
      } as never,
      { simulation: account.simulation, region: 'eu-west-1' } as CallContext,
    )) as DescribeSpotPriceHistoryResult;

    const onDemand = instanceType('m5.large')?.pricePerHour ?? 0;
    const shares = (SpotPriceHistory ?? []).map(({ SpotPrice }) => Number(SpotPrice) / onDemand);
    expect(shares).toHaveLength(5);
    expect(new Set(shares).size).toBeGreaterThan(1);
    for (const share of shares) expect(Math.abs(share - 0.35)).toBeLessThan(0.1);
    expect(SpotPriceHistory?.[0]?.Timestamp).toEqual(new Date('2026-11-02T06:00:00Z'));
  });

  it('finds an EKS image by its name and owner', async () => {
    const name = 'amazon-eks-node-al2023-x86_64-standard-1.35-v20261023';
    const find = (Owners: string[]) =>
      account.ec2<DescribeImagesResult>('DescribeImages', { Owners, Filters: [{ Name: 'name', Values: [name] }] });

    expect((await find(['amazon'])).Images).toMatchObject([{ Name: name, Architecture: 'x86_64', State: 'available' }]);
    expect((await find(['self'])).Images).toEqual([]);
  });
});
