import { instanceTypes } from './catalogue.ts';
import type { InstanceType } from './instance-type.ts';

/** The types of the snapshot with the zones of a Region as they were found to be, in place of the snapshot's. */
export function offeredTypes(
  offerings: readonly { readonly instanceType: string; readonly zone: string }[],
  region: string,
): readonly InstanceType[] {
  const letters = new Map<string, string>();
  for (const { instanceType, zone } of offerings) {
    const letter = zone.slice(region.length);
    // Local and Wavelength Zones have longer names, and types of their own.
    if (letter.length === 1) letters.set(instanceType, `${letters.get(instanceType) ?? ''}${letter}`);
  }
  return instanceTypes().map((type) => ({
    ...type,
    zoneLetters: { ...type.zoneLetters, [region]: letters.get(type.name) ?? '' },
  }));
}
