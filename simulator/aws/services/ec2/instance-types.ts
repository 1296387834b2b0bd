import { readFileSync } from 'node:fs';
import { NotSimulatedError } from '../../errors.ts';

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

type Row = readonly [
  vcpu: number,
  memoryMiB: number,
  arch: string,
  manufacturer: string,
  flags: string,
  maxInterfaces: number,
  ipv4PerInterface: number,
  networkPerformance: string,
  ebsBaselineMbps: number | null,
  instanceStorageGB: number,
  irelandZones: string,
  virginiaZones: string,
  price: string | null,
  gpu?: readonly [string, string, number, number] | null,
  accelerators?: number,
];

/** Types and offerings of spring 2026, prices of 2026-07-20; the file says more. */
const FACTS: ReadonlyMap<string, InstanceTypeFacts> = readFacts();

function readFacts(): Map<string, InstanceTypeFacts> {
  const text = readFileSync(new URL('./data/instance-types.json', import.meta.url), 'utf8');
  const { types } = JSON.parse(text) as { types: Record<string, Row> };
  return new Map(Object.entries(types).map(([name, row]) => [name, factsOf(name, row)]));
}

function factsOf(name: string, row: Row): InstanceTypeFacts {
  const [vcpu, memoryMiB, arch, manufacturer, flags, maxInterfaces, ipv4PerInterface, networkPerformance] = row;
  const [, , , , , , , , ebsBaselineMbps, instanceStorageGB, irelandZones, virginiaZones, price, gpu, accelerators] =
    row;
  const has = (flag: string) => flags.includes(flag);
  return {
    name,
    family: name.split('.')[0] ?? name,
    vcpu,
    memoryMiB,
    arch: arch === 'amd64' || arch === 'arm64' ? arch : undefined,
    manufacturer,
    isCurrent: has('c'),
    isBareMetal: has('b'),
    isBurstable: has('t'),
    hypervisor: has('n') ? 'nitro' : has('x') ? 'xen' : undefined,
    usageClasses: [
      ...(has('o') ? (['on-demand'] as const) : []),
      ...(has('s') ? (['spot'] as const) : []),
      ...(has('k') ? (['capacity-block'] as const) : []),
    ],
    maxInterfaces,
    ipv4PerInterface,
    networkPerformance,
    ebsBaselineMbps: ebsBaselineMbps ?? undefined,
    instanceStorageGB,
    gpu: gpu ? { name: gpu[0], manufacturer: gpu[1], count: gpu[2], memoryMiB: gpu[3] } : undefined,
    accelerators,
    pricePerHour: price === null ? undefined : Number(price),
    zoneLetters: { 'eu-west-1': irelandZones, 'us-east-1': virginiaZones },
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
