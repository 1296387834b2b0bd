import { instanceTypes } from '../../../instance-types/catalogue.ts';
import type { InstanceType } from '../../../instance-types/instance-type.ts';

/** The Region whose prices the snapshot has, for Regions of which it has none. */
const REFERENCE = 'us-east-1';

const pricesByRegion = new Map<string, ReadonlyMap<string, number>>();

/** Dollars an hour by name; read once for each Region. */
function pricesIn(region: string): ReadonlyMap<string, number> {
  const known = pricesByRegion.get(region);
  if (known) return known;
  const priced = instanceTypes().flatMap(({ name, prices }): [string, number][] =>
    prices[region] === undefined ? [] : [[name, Number(prices[region])]],
  );
  const found = new Map(priced);
  pricesByRegion.set(region, found);
  return found;
}

/** The Region whose prices are taken for a Region. */
export function priceRegion(region: string | undefined): string {
  return region !== undefined && pricesIn(region).size > 0 ? region : REFERENCE;
}

/** On-demand price an hour of a type, in dollars; undefined where none is known. */
export function priceOf(region: string | undefined): (type: InstanceType) => number | undefined {
  const prices = pricesIn(priceRegion(region));
  return ({ name }) => prices.get(name);
}
