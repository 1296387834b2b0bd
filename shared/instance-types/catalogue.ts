import type { InstanceType } from './instance-type.ts';
import { readTypes } from './row.ts';
import { ABOUT, NAMES_WITHOUT_FACTS, TYPES } from './snapshot.ts';

let types: readonly InstanceType[] | undefined;
let byName: ReadonlyMap<string, InstanceType> | undefined;

/** Every type of the snapshot, by name; read on the first call. */
export function instanceTypes(): readonly InstanceType[] {
  types ??= readTypes(TYPES);
  return types;
}

export function instanceType(name: string): InstanceType | undefined {
  byName ??= new Map(instanceTypes().map((type) => [type.name, type]));
  return byName.get(name);
}

/** What the snapshot knows of a name. `priced` is a type that the price list names and the snapshot has no other fact of. */
export function nameStatus(name: string): 'known' | 'priced' | 'unknown' {
  if (instanceType(name)) return 'known';
  return NAMES_WITHOUT_FACTS.split(' ').includes(name) ? 'priced' : 'unknown';
}

/** Where the facts come from and of when they are, for people. */
export function aboutSnapshot(): typeof ABOUT {
  return ABOUT;
}

/** Regions whose offerings the snapshot has. */
export function knownRegions(): readonly string[] {
  return Object.keys(instanceTypes()[0]?.zoneLetters ?? {});
}

/** Zones of the Region that offer the type; undefined when the snapshot does not have the Region. */
export function zonesIn(type: InstanceType, region: string): readonly string[] | undefined {
  const letters = type.zoneLetters[region];
  return letters === undefined ? undefined : [...letters].map((letter) => `${region}${letter}`);
}

/** Pods that the addresses of the default network card allow; 'unknown' when the snapshot does not know the card. */
export function maxPodsOf(type: InstanceType): number | 'unknown' {
  const { cardInterfaces, ipv4PerInterface } = type;
  return cardInterfaces === 'unknown' ? 'unknown' : cardInterfaces * (ipv4PerInterface - 1) + 2;
}
