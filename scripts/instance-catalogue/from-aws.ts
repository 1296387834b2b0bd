import {
  DescribeInstanceTypeOfferingsCommand,
  DescribeInstanceTypesCommand,
  type EC2Client,
  type InstanceTypeInfo,
} from '@aws-sdk/client-ec2';
import type { InstanceType, Known } from '../../shared/instance-types/instance-type.ts';
import { namePartsOf } from '../../shared/instance-types/names.ts';
import type { Catalogue } from './write.ts';

/** The EC2 of one Region. */
export type RegionalEc2 = { readonly region: string; readonly client: Pick<EC2Client, 'send'> };

/** Prices that an earlier snapshot has: EC2 does not tell them. */
export type KnownPrices = {
  readonly about: string;
  readonly byType: ReadonlyMap<string, InstanceType['prices']>;
};

/** The catalogue as an account sees it. The facts of a type are those of the first Region that has it. */
export async function fromAws(
  regions: readonly RegionalEc2[],
  readAt: string,
  prices: KnownPrices,
): Promise<Catalogue> {
  const infos = new Map<string, InstanceTypeInfo>();
  const letters = new Map<string, Record<string, string>>();
  for (const { region, client } of regions) {
    for (const info of await typesIn(client)) {
      const name = String(info.InstanceType);
      if (!infos.has(name)) infos.set(name, info);
    }
    for (const { name, zone } of await offeringsIn(client)) {
      // Local and Wavelength Zones have longer names.
      if (zone.length !== region.length + 1) continue;
      const ofType = letters.get(name) ?? {};
      ofType[region] = [...`${ofType[region] ?? ''}${zone.slice(-1)}`].sort().join('');
      letters.set(name, ofType);
    }
  }
  const names = regions.map(({ region }) => region);
  const types = [...infos].map(([name, info]) => {
    const offered = letters.get(name) ?? {};
    const zoneLetters = Object.fromEntries(names.map((region) => [region, offered[region] ?? '']));
    return typeOf(name, info, zoneLetters, prices.byType.get(name) ?? {});
  });
  return {
    about: {
      types: `DescribeInstanceTypes and DescribeInstanceTypeOfferings of ${names.join(' and ')}, ${readAt}`,
      prices: prices.about,
    },
    types,
    namesWithoutFacts: [...prices.byType.keys()].filter((name) => !infos.has(name)),
  };
}

async function typesIn(client: RegionalEc2['client']): Promise<InstanceTypeInfo[]> {
  const found: InstanceTypeInfo[] = [];
  let NextToken: string | undefined;
  do {
    const page = await client.send(new DescribeInstanceTypesCommand({ MaxResults: 100, NextToken }));
    found.push(...(page.InstanceTypes ?? []));
    NextToken = page.NextToken;
  } while (NextToken);
  return found;
}

async function offeringsIn(client: RegionalEc2['client']): Promise<{ name: string; zone: string }[]> {
  const found: { name: string; zone: string }[] = [];
  let NextToken: string | undefined;
  do {
    const page = await client.send(
      new DescribeInstanceTypeOfferingsCommand({ LocationType: 'availability-zone', MaxResults: 1000, NextToken }),
    );
    for (const { InstanceType, Location } of page.InstanceTypeOfferings ?? []) {
      if (InstanceType && Location) found.push({ name: InstanceType, zone: Location });
    }
    NextToken = page.NextToken;
  } while (NextToken);
  return found;
}

function typeOf(
  name: string,
  info: InstanceTypeInfo,
  zoneLetters: InstanceType['zoneLetters'],
  prices: InstanceType['prices'],
): InstanceType {
  const missing = (field: string): never => {
    throw new Error(`DescribeInstanceTypes says no ${field} of ${name}`);
  };
  const network = info.NetworkInfo ?? missing('NetworkInfo');
  const architectures: readonly string[] = info.ProcessorInfo?.SupportedArchitectures ?? [];
  return {
    name,
    ...namePartsOf(name),
    vcpu: info.VCpuInfo?.DefaultVCpus ?? missing('VCpuInfo'),
    memoryMiB: info.MemoryInfo?.SizeInMiB ?? missing('MemoryInfo'),
    arch: architectures.includes('x86_64') ? 'amd64' : architectures.includes('arm64') ? 'arm64' : undefined,
    cpuManufacturer: info.ProcessorInfo?.Manufacturer ?? missing('ProcessorInfo.Manufacturer'),
    hypervisor: info.Hypervisor,
    isCurrent: info.CurrentGeneration === true,
    isBareMetal: info.BareMetal === true,
    isBurstable: info.BurstablePerformanceSupported === true,
    usageClasses: info.SupportedUsageClasses ?? [],
    interfaces: network.MaximumNetworkInterfaces ?? missing('NetworkInfo.MaximumNetworkInterfaces'),
    cardInterfaces: cardInterfacesOf(network),
    ipv4PerInterface: network.Ipv4AddressesPerInterface ?? missing('NetworkInfo.Ipv4AddressesPerInterface'),
    networkPerformance: network.NetworkPerformance ?? missing('NetworkInfo.NetworkPerformance'),
    networkMbps: sustainedMbps(network),
    ebsBaselineMbps: info.EbsInfo?.EbsOptimizedInfo?.BaselineBandwidthInMbps,
    ebsMaximumMbps: ebsMaximumOf(info),
    storageGB: info.InstanceStorageInfo?.TotalSizeInGB ?? 0,
    hasNvme: info.InstanceStorageInfo !== undefined && info.InstanceStorageInfo.NvmeSupport !== 'unsupported',
    // What EC2 leaves out here, Karpenter takes for no and for zero.
    encryptsInTransit: network.EncryptionInTransitSupported === true,
    hasEnclaves: info.NitroEnclavesSupport === 'supported',
    clockMhz: Math.round((info.ProcessorInfo?.SustainedClockSpeedInGhz ?? 0) * 1000),
    gpu: gpuOf(info),
    accelerator: acceleratorOf(info),
    zoneLetters,
    prices,
  };
}

type Network = NonNullable<InstanceTypeInfo['NetworkInfo']>;

function cardInterfacesOf({ NetworkCards, DefaultNetworkCardIndex = 0 }: Network): Known<number> {
  const card = NetworkCards?.find(({ NetworkCardIndex }) => NetworkCardIndex === DefaultNetworkCardIndex);
  return card?.MaximumNetworkInterfaces ?? 'unknown';
}

/** The sum over the cards; types whose performance is a word have no figure. */
function sustainedMbps({ NetworkCards, NetworkPerformance }: Network): Known<number | undefined> {
  if (!NetworkPerformance?.includes('Gigabit')) return undefined;
  const figures = (NetworkCards ?? []).map(({ BaselineBandwidthInGbps }) => BaselineBandwidthInGbps);
  if (figures.length === 0) return 'unknown';
  let sum = 0;
  for (const figure of figures) {
    if (figure === undefined) return 'unknown';
    sum += figure;
  }
  return Math.trunc(sum * 1000);
}

/** Only where EBS optimisation is on by itself. */
function ebsMaximumOf({ EbsInfo }: InstanceTypeInfo): Known<number | undefined> {
  if (EbsInfo?.EbsOptimizedSupport !== 'default') return undefined;
  return EbsInfo.EbsOptimizedInfo?.MaximumBandwidthInMbps ?? 'unknown';
}

/** Karpenter labels a type with one kind of GPU only. */
function gpuOf({ GpuInfo }: InstanceTypeInfo): InstanceType['gpu'] {
  const [gpu, ...others] = GpuInfo?.Gpus ?? [];
  if (!gpu || others.length > 0) return undefined;
  return {
    name: gpu.Name ?? '',
    manufacturer: gpu.Manufacturer ?? '',
    count: gpu.Count ?? 0,
    memoryMiB: gpu.MemoryInfo?.SizeInMiB ?? 0,
  };
}

/** Neuron devices before others, and one kind only. */
function acceleratorOf({ NeuronInfo, InferenceAcceleratorInfo }: InstanceTypeInfo): InstanceType['accelerator'] {
  const [device, ...moreDevices] = NeuronInfo?.NeuronDevices ?? [];
  if (device && moreDevices.length === 0) {
    return { name: device.Name ?? '', manufacturer: 'AWS', count: device.Count ?? 0 };
  }
  const [accelerator, ...more] = InferenceAcceleratorInfo?.Accelerators ?? [];
  if (NeuronInfo || !accelerator || more.length > 0) return undefined;
  return {
    name: accelerator.Name ?? '',
    manufacturer: accelerator.Manufacturer ?? '',
    count: accelerator.Count ?? 0,
  };
}
