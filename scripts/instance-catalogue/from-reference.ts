import { readFileSync } from 'node:fs';
import type { InstanceType, Known } from '../../shared/instance-types/instance-type.ts';
import { namePartsOf } from '../../shared/instance-types/names.ts';
import type { Catalogue } from './write.ts';

/** One object of instance-types.json: DescribeInstanceTypes, reduced. */
type ReferenceType = {
  name: string;
  vcpu: number;
  memoryMiB: number;
  arch: ('amd64' | 'arm64')[];
  cpuManufacturer: string;
  currentGeneration: boolean;
  bareMetal: boolean;
  burstable: boolean;
  hypervisor: 'nitro' | 'xen' | null;
  usageClasses: InstanceType['usageClasses'][number][];
  maxNetworkInterfaces: number;
  ipv4PerInterface: number;
  networkPerformance: string;
  ebsBaselineMbps: number | null;
  instanceStorageGB: number;
  gpu?: { name: string; manufacturer: string; count: number; memoryMiB: number };
  accelerators?: number;
};

type Offerings = Record<string, { everyZone: string[]; zones: Record<string, string[]> }>;
type PriceList = { region: string; asOf: string; onDemand: Record<string, string> };

/** Devices that the reference counts and does not name. Inferentia stands in two lists of the API, which the reference adds up. */
const DEVICES: Readonly<Record<string, { name: string; manufacturer: string; countedTimes: number }>> = {
  dl2q: { name: 'Qualcomm AI100', manufacturer: 'Qualcomm', countedTimes: 1 },
  inf1: { name: 'Inferentia', manufacturer: 'AWS', countedTimes: 2 },
  inf2: { name: 'Inferentia2', manufacturer: 'AWS', countedTimes: 2 },
  trn1: { name: 'Trainium', manufacturer: 'AWS', countedTimes: 1 },
  trn1n: { name: 'Trainium', manufacturer: 'AWS', countedTimes: 1 },
  trn2: { name: 'Trainium2', manufacturer: 'AWS', countedTimes: 1 },
};
/** Xen families whose disks are NVMe all the same. */
const XEN_WITH_NVME = ['i3'];
/** Families whose EBS optimisation must be asked for: Karpenter gives such types no bandwidth. */
const EBS_OPTIMISATION_IS_OPTIONAL = ['c1', 'c3', 'i2', 'm1', 'm2', 'm3', 'r3'];
/** From this on a type may have several network cards, and the reference does not say how many. */
const SEVERAL_CARDS_GIGABIT = 200;
/** Their stated performance is not what they sustain. */
const STATED_IS_NOT_SUSTAINED = ['i8ge.48xlarge', 'i8ge.metal-48xl'];

/** The catalogue from the three files of a reference folder. */
export function fromReference(folder: URL): Catalogue {
  const read = <T>(name: string) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as T;
  const offerings = read<Offerings>('offerings.json');
  const prices = read<PriceList>('on-demand-us-east-1.json');
  const types = read<ReferenceType[]>('instance-types.json').map((type) => typeOf(type, offerings, prices));
  const names = new Set(types.map(({ name }) => name));
  return {
    about: {
      types: 'DescribeInstanceTypes and DescribeInstanceTypeOfferings, reduced, state of spring 2026',
      prices: `Pricing API, ${prices.region}, Linux, shared tenancy, US dollars an hour, ${prices.asOf}`,
    },
    types,
    namesWithoutFacts: Object.keys(prices.onDemand).filter((name) => !names.has(name)),
  };
}

function typeOf(type: ReferenceType, offerings: Offerings, prices: PriceList): InstanceType {
  const parts = namePartsOf(type.name);
  const price = prices.onDemand[type.name];
  return {
    name: type.name,
    ...parts,
    vcpu: type.vcpu,
    memoryMiB: type.memoryMiB,
    arch: type.arch[0],
    cpuManufacturer: type.cpuManufacturer,
    hypervisor: type.hypervisor ?? undefined,
    isCurrent: type.currentGeneration,
    isBareMetal: type.bareMetal,
    isBurstable: type.burstable,
    usageClasses: type.usageClasses,
    interfaces: type.maxNetworkInterfaces,
    cardInterfaces: mayHaveSeveralCards(type) ? 'unknown' : type.maxNetworkInterfaces,
    ipv4PerInterface: type.ipv4PerInterface,
    networkPerformance: type.networkPerformance,
    networkMbps: networkMbps(type),
    ebsBaselineMbps: type.ebsBaselineMbps ?? undefined,
    ebsMaximumMbps:
      type.ebsBaselineMbps === null || EBS_OPTIMISATION_IS_OPTIONAL.includes(parts.family) ? undefined : 'unknown',
    storageGB: type.instanceStorageGB,
    hasNvme: type.instanceStorageGB > 0 && (type.hypervisor !== 'xen' || XEN_WITH_NVME.includes(parts.family)),
    encryptsInTransit: 'unknown',
    hasEnclaves: 'unknown',
    clockMhz: 'unknown',
    gpu: type.gpu,
    accelerator: acceleratorOf(type, parts.family),
    zoneLetters: Object.fromEntries(
      Object.entries(offerings).map(([region, offered]) => [region, lettersOf(type.name, offered)]),
    ),
    prices: price === undefined ? {} : { [prices.region]: price },
  };
}

function statedGigabit(performance: string): number | undefined {
  const [, cards = '1', figure] = /(?:(\d+)x )?([\d.]+) Gigabit/.exec(performance) ?? [];
  return figure === undefined ? undefined : Number(cards) * Number(figure);
}

function mayHaveSeveralCards({ networkPerformance }: ReferenceType): boolean {
  return (statedGigabit(networkPerformance) ?? 0) >= SEVERAL_CARDS_GIGABIT;
}

/** `Up to` states the burst, and words such as `High` give no figure at all. */
function networkMbps({ name, networkPerformance }: ReferenceType): Known<number | undefined> {
  if (networkPerformance.startsWith('Up to') || STATED_IS_NOT_SUSTAINED.includes(name)) return 'unknown';
  const gigabit = statedGigabit(networkPerformance);
  return gigabit === undefined ? undefined : Math.round(gigabit * 1000);
}

function acceleratorOf({ name, accelerators }: ReferenceType, family: string): InstanceType['accelerator'] {
  if (accelerators === undefined) return undefined;
  const device = DEVICES[family];
  if (!device) throw new Error(`${name} has accelerators that nobody has named yet: add them to from-reference.ts`);
  return { name: device.name, manufacturer: device.manufacturer, count: accelerators / device.countedTimes };
}

/** The letters of the zones that offer the type. */
function lettersOf(name: string, { everyZone, zones }: Offerings[string]): string {
  return Object.entries(zones)
    .filter(([, names]) => everyZone.includes(name) || names.includes(name))
    .map(([zone]) => zone.slice(-1))
    .join('');
}
