import type { EC2Client, InstanceTypeInfo } from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { fromAws } from '../../../../scripts/instance-catalogue/from-aws.ts';
import { snapshotText } from '../../../../scripts/instance-catalogue/write.ts';
import { instanceTypes } from '../../../../shared/instance-types/catalogue.ts';
import { labelsOf } from '../../../../shared/instance-types/labels.ts';
import { type Account, openAccount } from '../../simulator/aws/services/ec2/account.ts';

type Command = { readonly schema: readonly [number, string, string]; readonly input: object };
type Client = Pick<EC2Client, 'send'>;

const READ_AT = '2026-11-02T08:00:00Z';
const NO_PRICES = { about: 'none', byType: new Map() };

/** An EC2 that answers DescribeInstanceTypes with these, and offers each in every given zone. */
function ec2With(infos: readonly object[], zones: readonly string[] = ['eu-west-1a']): Client {
  const offerings = (infos as InstanceTypeInfo[]).flatMap(({ InstanceType }) =>
    zones.map((Location) => ({ InstanceType, Location })),
  );
  const send = async ({ schema }: Command) =>
    schema[2] === 'DescribeInstanceTypes' ? { InstanceTypes: infos } : { InstanceTypeOfferings: offerings };
  return { send } as unknown as Client;
}

const info = (name: string, facts: object = {}) => ({
  InstanceType: name,
  VCpuInfo: { DefaultVCpus: 2 },
  MemoryInfo: { SizeInMiB: 8192 },
  ProcessorInfo: { SupportedArchitectures: ['x86_64'], Manufacturer: 'Intel', SustainedClockSpeedInGhz: 3.5 },
  NetworkInfo: {
    NetworkPerformance: 'Up to 12.5 Gigabit',
    MaximumNetworkInterfaces: 3,
    Ipv4AddressesPerInterface: 10,
    EncryptionInTransitSupported: true,
    DefaultNetworkCardIndex: 0,
    NetworkCards: [{ NetworkCardIndex: 0, MaximumNetworkInterfaces: 3, BaselineBandwidthInGbps: 0.781 }],
  },
  SupportedUsageClasses: ['on-demand', 'spot'],
  ...facts,
});

async function only(facts: object) {
  const client = ec2With([info('m6i.large', facts)]);
  const { types } = await fromAws([{ region: 'eu-west-1', client }], READ_AT, NO_PRICES);
  const [type] = types;
  if (!type) throw new Error('no type');
  return type;
}

describe('the catalogue of an account', () => {
  let account: Account;
  beforeEach(() => {
    account = openAccount();
  });
  afterEach(() => account.close());

  it('has every type of every page, with what EC2 says of it', async () => {
    const client = {
      send: ({ schema, input }: Command) => account.ec2(schema[2], input),
    } as unknown as Client;
    const here = instanceTypes().filter(({ zoneLetters }) => zoneLetters['eu-west-1'] !== '');
    const prices = {
      about: 'of before',
      byType: new Map([...here.map(({ name, prices }) => [name, prices] as const)]),
    };

    const { types, about, namesWithoutFacts } = await fromAws([{ region: 'eu-west-1', client }], READ_AT, prices);

    // The simulated EC2 is silent on these; bare metal has its own hypervisor there as well.
    const silent = {
      cardInterfaces: 0,
      networkMbps: 0,
      ebsMaximumMbps: 0,
      encryptsInTransit: 0,
      hasEnclaves: 0,
      clockMhz: 0,
      hasNvme: 0,
      accelerator: 0,
      zoneLetters: 0,
    };
    const comparable = (list: typeof types) => list.map((type) => ({ ...type, ...silent })).sort(byName);
    expect(comparable(types)).toEqual(comparable(here));
    expect(types.map(({ zoneLetters }) => zoneLetters['eu-west-1']).sort()).toEqual(
      here.map(({ zoneLetters }) => zoneLetters['eu-west-1']).sort(),
    );
    expect(about).toEqual({ types: expect.stringContaining(`eu-west-1, ${READ_AT}`), prices: 'of before' });
    expect(namesWithoutFacts).toEqual([]);
  });

  it('makes the labels that only EC2 can tell', async () => {
    const type = await only({
      NitroEnclavesSupport: 'supported',
      EbsInfo: {
        EbsOptimizedSupport: 'default',
        EbsOptimizedInfo: { BaselineBandwidthInMbps: 650, MaximumBandwidthInMbps: 10000 },
      },
    });

    const { values, unknown } = labelsOf(type, { region: 'eu-west-1' });

    const aws = (name: string) => values.get(`karpenter.k8s.aws/instance-${name}`)?.[0];
    expect([aws('network-bandwidth'), aws('ebs-bandwidth'), aws('cpu-sustained-clock-speed-mhz')]).toEqual([
      '781',
      '10000',
      '3500',
    ]);
    expect([aws('encryption-in-transit-supported'), aws('nitro-enclaves-supported')]).toEqual(['true', 'true']);
    expect([...unknown.keys()]).toEqual(['topology.k8s.aws/zone-id']);
  });

  it('labels neither two kinds of GPU nor optional EBS optimisation nor old disks', async () => {
    const gpu = { Name: 'A', Manufacturer: 'NVIDIA', Count: 1, MemoryInfo: { SizeInMiB: 1 } };
    const type = await only({
      GpuInfo: { Gpus: [gpu, { ...gpu, Name: 'B' }] },
      EbsInfo: { EbsOptimizedSupport: 'supported', EbsOptimizedInfo: { MaximumBandwidthInMbps: 500 } },
      InstanceStorageInfo: { TotalSizeInGB: 80, NvmeSupport: 'unsupported' },
    });

    expect([type.gpu, type.ebsMaximumMbps, type.hasNvme, type.storageGB]).toEqual([undefined, undefined, false, 80]);
  });

  it('counts Neuron devices once, though EC2 lists Inferentia twice', async () => {
    const type = await only({
      NeuronInfo: { NeuronDevices: [{ Name: 'Inferentia', Count: 4 }] },
      InferenceAcceleratorInfo: { Accelerators: [{ Name: 'Inferentia', Manufacturer: 'AWS', Count: 4 }] },
    });

    expect(type.accelerator).toEqual({ name: 'Inferentia', manufacturer: 'AWS', count: 4 });
  });

  it('leaves Local Zones out and joins Regions, with names that only the price list has', async () => {
    const { types, namesWithoutFacts } = await fromAws(
      [
        { region: 'eu-west-1', client: ec2With([info('m6i.large')], ['eu-west-1b', 'eu-west-1a']) },
        {
          region: 'us-east-1',
          client: ec2With([info('m6i.large'), info('p5.4xlarge')], ['us-east-1f', 'us-east-1-bos-1a']),
        },
      ],
      READ_AT,
      { about: 'x', byType: new Map([['m9g.large', {}]]) },
    );

    expect(types.map(({ name, zoneLetters }) => [name, zoneLetters])).toEqual([
      ['m6i.large', { 'eu-west-1': 'ab', 'us-east-1': 'f' }],
      ['p5.4xlarge', { 'eu-west-1': '', 'us-east-1': 'f' }],
    ]);
    expect(namesWithoutFacts).toEqual(['m9g.large']);
  });

  it('fails on a type without what Karpenter cannot do without', async () => {
    await expect(only({ MemoryInfo: undefined })).rejects.toThrow(
      'DescribeInstanceTypes says no MemoryInfo of m6i.large',
    );
  });

  it('refuses to write what would break the file', async () => {
    const type = await only({ ProcessorInfo: { SupportedArchitectures: ['x86_64'], Manufacturer: 'Intel, Inc.' } });

    expect(() => snapshotText({ about: { types: '', prices: '' }, types: [type], namesWithoutFacts: [] })).toThrow(
      'Intel',
    );
  });
});

function byName(left: { name: string }, right: { name: string }): number {
  return left.name < right.name ? -1 : 1;
}
