import { instanceTypes } from '../../../../shared/instance-types/catalogue.ts';
import type { InstanceType } from '../../../../shared/instance-types/instance-type.ts';
import { NotSimulatedError } from '../../errors.ts';

/** Whose prices the simulated Regions have. */
const PRICE_REGION = 'us-east-1';

export type InstanceTypeFacts = {
  readonly name: string;
  readonly family: string;
  readonly vcpu: number;
  readonly memoryMiB: number;
  /** As Kubernetes says it; undefined for the Mac types. */
  readonly arch: 'amd64' | 'arm64' | undefined;
  readonly manufacturer: string;
  readonly isCurrent: boolean;
  readonly isBareMetal: boolean;
  readonly isBurstable: boolean;
  readonly hypervisor: 'nitro' | 'xen' | undefined;
  readonly usageClasses: readonly ('on-demand' | 'spot' | 'capacity-block')[];
  readonly maxInterfaces: number;
  readonly ipv4PerInterface: number;
  readonly networkPerformance: string;
  readonly ebsBaselineMbps: number | undefined;
  readonly instanceStorageGB: number;
  readonly gpu: { name: string; manufacturer: string; count: number; memoryMiB: number } | undefined;
  readonly accelerators: number | undefined;
  /** On-demand, Linux, us-east-1, US dollars an hour; undefined where the price list has none. */
  readonly pricePerHour: number | undefined;
  /** Letters of the zones that offer the type, by Region. */
  readonly zoneLetters: Readonly<Record<string, string>>;
};

/** The facts of the product's snapshot, which says of when they are. */
const FACTS: ReadonlyMap<string, InstanceTypeFacts> = new Map(
  instanceTypes().map((type) => [type.name, factsOf(type)]),
);

function factsOf(type: InstanceType): InstanceTypeFacts {
  const price = type.prices[PRICE_REGION];
  return {
    name: type.name,
    family: type.family,
    vcpu: type.vcpu,
    memoryMiB: type.memoryMiB,
    arch: type.arch,
    manufacturer: type.cpuManufacturer,
    isCurrent: type.isCurrent,
    isBareMetal: type.isBareMetal,
    isBurstable: type.isBurstable,
    hypervisor: type.hypervisor,
    usageClasses: type.usageClasses,
    maxInterfaces: type.interfaces,
    ipv4PerInterface: type.ipv4PerInterface,
    networkPerformance: type.networkPerformance,
    ebsBaselineMbps: type.ebsBaselineMbps === 'unknown' ? undefined : type.ebsBaselineMbps,
    instanceStorageGB: type.storageGB,
    gpu: type.gpu,
    accelerators: type.accelerator?.count,
    pricePerHour: price === undefined ? undefined : Number(price),
    zoneLetters: type.zoneLetters,
  };
}

export function instanceType(name: string): InstanceTypeFacts | undefined {
  return FACTS.get(name);
}

/** Every type that some zone of the Region offers. */
export function instanceTypesIn(region: string): InstanceTypeFacts[] {
  return [...FACTS.values()].filter((facts) => lettersOf(facts, region) !== '');
}

export function isOffered(facts: InstanceTypeFacts, zone: string): boolean {
  return lettersOf(facts, zone.slice(0, -1)).includes(zone.slice(-1));
}

function lettersOf(facts: InstanceTypeFacts, region: string): string {
  const letters = facts.zoneLetters[region];
  if (letters === undefined) throw new NotSimulatedError(`instance types in ${region}`);
  return letters;
}
