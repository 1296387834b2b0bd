import type {
  DescribeInstanceTypeOfferingsRequest,
  DescribeInstanceTypeOfferingsResult,
  DescribeInstanceTypesRequest,
  DescribeInstanceTypesResult,
  InstanceTypeInfo,
} from '@aws-sdk/client-ec2';
import { SimulatedAwsError } from '../../errors.ts';
import { type FilterFields, filtered } from './filters.ts';
import { type InstanceTypeFacts, instanceTypesIn, isOffered } from './instance-types.ts';
import { describeOperation } from './operations.ts';
import { pageOf } from './paging.ts';
import { zonesOf } from './zones.ts';

const TYPE_FILTERS: FilterFields<InstanceTypeFacts> = {
  'bare-metal': (type) => type.isBareMetal,
  'burstable-performance-supported': (type) => type.isBurstable,
  'current-generation': (type) => type.isCurrent,
  hypervisor: (type) => type.hypervisor ?? null,
  'instance-storage-supported': (type) => type.instanceStorageGB > 0,
  'instance-type': (type) => type.name,
  'memory-info.size-in-mib': (type) => type.memoryMiB,
  'network-info.ipv4-addresses-per-interface': (type) => type.ipv4PerInterface,
  'network-info.maximum-network-interfaces': (type) => type.maxInterfaces,
  'processor-info.supported-architecture': (type) => architectureOf(type),
  'supported-root-device-type': () => 'ebs',
  'supported-usage-class': (type) => type.usageClasses,
  'supported-virtualization-type': () => 'hvm',
  'vcpu-info.default-vcpus': (type) => type.vcpu,
};

export const describeInstanceTypes = describeOperation<DescribeInstanceTypesRequest, DescribeInstanceTypesResult>(
  'ec2:DescribeInstanceTypes',
  (input, { region }) => {
    const here = instanceTypesIn(region);
    const unknown = (input.InstanceTypes ?? []).filter((name) => !here.some((type) => type.name === name));
    if (unknown.length > 0) {
      throw new SimulatedAwsError(
        'InvalidInstanceType',
        `The following supplied instance types do not exist: [${unknown.join(', ')}]`,
      );
    }
    const asked = here.filter(({ name }) => input.InstanceTypes?.some((wanted) => wanted === name) ?? true);
    const found = filtered(asked, input.Filters, TYPE_FILTERS);
    const page = pageOf(found, ({ name }) => name, input, { min: 5, max: 100, unasked: 100 });
    return { InstanceTypes: page.items.map(viewOf), ...page.nextToken };
  },
);

type Offering = {
  InstanceType: string;
  LocationType: 'region' | 'availability-zone' | 'availability-zone-id';
  Location: string;
};

export const describeInstanceTypeOfferings = describeOperation<
  DescribeInstanceTypeOfferingsRequest,
  DescribeInstanceTypeOfferingsResult
>('ec2:DescribeInstanceTypeOfferings', (input, { region }) => {
  const offerings = offeringsBy(input.LocationType ?? 'region', region);
  const found = filtered(offerings, input.Filters, {
    'instance-type': (offering) => offering.InstanceType,
    location: (offering) => offering.Location,
  });
  const page = pageOf(found, ({ InstanceType, Location }) => `${InstanceType} ${Location}`, input);
  return {
    InstanceTypeOfferings: page.items as DescribeInstanceTypeOfferingsResult['InstanceTypeOfferings'],
    ...page.nextToken,
  };
});

function offeringsBy(locationType: string, region: string): Offering[] {
  const types = instanceTypesIn(region);
  if (locationType === 'region') {
    return types.map(({ name }) => ({ InstanceType: name, LocationType: 'region', Location: region }));
  }
  if (locationType !== 'availability-zone' && locationType !== 'availability-zone-id') {
    throw new SimulatedAwsError('InvalidParameterValue', `Invalid value '${locationType}' for locationType`);
  }
  return types.flatMap((type) =>
    zonesOf(region)
      .filter((zone) => isOffered(type, zone.name))
      .map((zone) => ({
        InstanceType: type.name,
        LocationType: locationType,
        Location: locationType === 'availability-zone' ? zone.name : zone.id,
      })),
  );
}

/** The names of EC2, not of Kubernetes. */
export function architectureOf(type: InstanceTypeFacts): 'x86_64' | 'arm64' | 'x86_64_mac' | 'arm64_mac' {
  if (type.arch === undefined) return type.manufacturer === 'Apple' ? 'arm64_mac' : 'x86_64_mac';
  return type.arch === 'amd64' ? 'x86_64' : 'arm64';
}

function viewOf(type: InstanceTypeFacts): InstanceTypeInfo {
  return {
    InstanceType: type.name as NonNullable<InstanceTypeInfo['InstanceType']>,
    CurrentGeneration: type.isCurrent,
    FreeTierEligible: false,
    SupportedUsageClasses: [...type.usageClasses],
    SupportedRootDeviceTypes: ['ebs'],
    SupportedVirtualizationTypes: ['hvm'],
    BareMetal: type.isBareMetal,
    Hypervisor: type.hypervisor,
    ProcessorInfo: {
      SupportedArchitectures: [architectureOf(type)],
      Manufacturer: type.manufacturer,
    },
    VCpuInfo: { DefaultVCpus: type.vcpu },
    MemoryInfo: { SizeInMiB: type.memoryMiB },
    InstanceStorageSupported: type.instanceStorageGB > 0,
    InstanceStorageInfo: type.instanceStorageGB > 0 ? { TotalSizeInGB: type.instanceStorageGB } : undefined,
    EbsInfo:
      type.ebsBaselineMbps === undefined
        ? { EbsOptimizedSupport: 'unsupported' }
        : {
            EbsOptimizedSupport: 'default',
            EncryptionSupport: 'supported',
            EbsOptimizedInfo: { BaselineBandwidthInMbps: type.ebsBaselineMbps },
          },
    NetworkInfo: {
      NetworkPerformance: type.networkPerformance,
      MaximumNetworkInterfaces: type.maxInterfaces,
      MaximumNetworkCards: 1,
      DefaultNetworkCardIndex: 0,
      Ipv4AddressesPerInterface: type.ipv4PerInterface,
    },
    GpuInfo: type.gpu && {
      Gpus: [
        {
          Name: type.gpu.name,
          Manufacturer: type.gpu.manufacturer,
          Count: type.gpu.count,
          MemoryInfo: { SizeInMiB: type.gpu.memoryMiB },
        },
      ],
      TotalGpuMemoryInMiB: type.gpu.count * type.gpu.memoryMiB,
    },
    NeuronInfo: type.accelerators === undefined ? undefined : { NeuronDevices: [{ Count: type.accelerators }] },
    BurstablePerformanceSupported: type.isBurstable,
  };
}
