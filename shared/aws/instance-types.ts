import {
  DescribeInstancesCommand,
  DescribeInstanceTypeOfferingsCommand,
  DescribeInstanceTypesCommand,
  type EC2Client,
  type Filter,
} from '@aws-sdk/client-ec2';
import { isStandard } from '../clusters/instance-families.ts';
import { everyPage } from './pages.ts';

export type InstanceTypeFacts = {
  readonly name: string;
  readonly vcpu: number;
  readonly memoryMiB: number;
  readonly architectures: readonly string[];
  readonly isOnDemand: boolean;
  readonly maxInterfaces: number;
  readonly ipv4PerInterface: number;
};

export type Offering = { readonly instanceType: string; readonly zone: string };

/** EC2 takes at most 200 values in the filters of one request. */
const MOST_FILTER_VALUES = 200;

export type InstanceTypeReader = {
  /** Facts of those of the types that exist in the Region. */
  facts(names: readonly string[]): Promise<InstanceTypeFacts[]>;
  offerings(names: readonly string[], zones: readonly string[]): Promise<Offering[]>;
  /** Of every type. */
  allOfferings(zones: readonly string[]): Promise<Offering[]>;
  /** vCPUs of the account's on-demand instances of the Standard families that run, or are about to. */
  standardVcpuInUse(): Promise<number>;
};

const tokenOf = ({ NextToken }: { NextToken?: string | undefined }) => NextToken;
const page = (NextToken: string | undefined) => (NextToken ? { NextToken } : {});

export function instanceTypeReader(client: Pick<EC2Client, 'send'>): InstanceTypeReader {
  const facts = async (names: readonly string[]): Promise<InstanceTypeFacts[]> => {
    if (names.length === 0) return [];
    const now = names.slice(0, MOST_FILTER_VALUES);
    // By filter, since asking by name ends at the first name that does not exist.
    const Filters = [{ Name: 'instance-type', Values: [...now] }];
    const pages = await everyPage(
      (token) => client.send(new DescribeInstanceTypesCommand({ Filters, ...page(token) })),
      tokenOf,
    );
    const found = pages.flatMap(({ InstanceTypes = [] }) =>
      InstanceTypes.map((type) => ({
        name: type.InstanceType ?? '',
        vcpu: type.VCpuInfo?.DefaultVCpus ?? 0,
        memoryMiB: type.MemoryInfo?.SizeInMiB ?? 0,
        architectures: type.ProcessorInfo?.SupportedArchitectures ?? [],
        isOnDemand: type.SupportedUsageClasses?.includes('on-demand') ?? false,
        maxInterfaces: type.NetworkInfo?.MaximumNetworkInterfaces ?? 0,
        ipv4PerInterface: type.NetworkInfo?.Ipv4AddressesPerInterface ?? 0,
      })),
    );
    return [...found, ...(await facts(names.slice(MOST_FILTER_VALUES)))];
  };
  const offeringsBy = async (Filters: Filter[]): Promise<Offering[]> => {
    const input = { LocationType: 'availability-zone' as const, Filters };
    const pages = await everyPage(
      (token) => client.send(new DescribeInstanceTypeOfferingsCommand({ ...input, ...page(token) })),
      tokenOf,
    );
    return pages.flatMap(({ InstanceTypeOfferings = [] }) =>
      InstanceTypeOfferings.map(({ InstanceType = '', Location = '' }) => ({
        instanceType: InstanceType,
        zone: Location,
      })),
    );
  };
  const ofZones = (zones: readonly string[]): Filter => ({ Name: 'location', Values: [...zones] });
  return {
    facts,
    offerings: async (names, zones) => {
      if (names.length === 0 || zones.length === 0) return [];
      return offeringsBy([{ Name: 'instance-type', Values: [...names] }, ofZones(zones)]);
    },
    allOfferings: async (zones) => (zones.length === 0 ? [] : offeringsBy([ofZones(zones)])),
    standardVcpuInUse: async () => {
      const Filters = [{ Name: 'instance-state-name', Values: ['pending', 'running'] }];
      const pages = await everyPage(
        (token) => client.send(new DescribeInstancesCommand({ Filters, MaxResults: 1000, ...page(token) })),
        tokenOf,
      );
      const counted = pages
        .flatMap(({ Reservations = [] }) => Reservations.flatMap(({ Instances = [] }) => Instances))
        .filter(({ InstanceLifecycle }) => InstanceLifecycle === undefined)
        .map(({ InstanceType = '' }) => InstanceType as string)
        .filter(isStandard);
      const vcpu = new Map((await facts([...new Set(counted)])).map((type) => [type.name, type.vcpu]));
      return counted.reduce((sum, name) => sum + (vcpu.get(name) ?? 0), 0);
    },
  };
}
