import { instanceType } from '../instance-types/catalogue.ts';
import type { PriceLookup } from './run-rate.ts';

/** What the cost reports fetched of a Region's prices: as much of it as is needed here. */
export type FetchedPrices = {
  /** By kind of offer and instance type, dollars an hour. */
  readonly listed: Readonly<Record<string, { readonly prices: Readonly<Record<string, string>> }>>;
  /** By `os type zone`: the changes of price, in order, and until when they are known. */
  readonly spot: Readonly<
    Record<string, { readonly to: string; readonly points: readonly (readonly [at: string, price: string])[] }>
  >;
};

/** A spot price is no price of the day when nobody looked for so long. */
const SPOT_FRESH_MS = 48 * 3_600_000;

/**
 * The price of a Linux machine today: as fetched for the cost reports; on-demand prices else from the shipped snapshot, where it has
 * the Region. `spot` are prices that were asked for just now, by `type zone`. A spot machine has a spot price or none: an on-demand
 * price in its place would be three times too much, and nobody would see why. Reserved capacity costs its on-demand price.
 */
export function todaysPrices({
  region,
  fetched,
  spot = new Map(),
  nowMs,
}: {
  readonly region: string;
  readonly fetched?: FetchedPrices | undefined;
  readonly spot?: ReadonlyMap<string, string>;
  readonly nowMs: number;
}): PriceLookup {
  const spotPrice = (type: string, zone: string): string | undefined => {
    const series = fetched?.spot[`linux ${type} ${zone}`];
    const isFresh = series !== undefined && nowMs - Date.parse(series.to) <= SPOT_FRESH_MS;
    return spot.get(`${type} ${zone}`) ?? (isFresh ? series.points.at(-1)?.[1] : undefined);
  };
  const listPrice = (type: string): string | undefined =>
    fetched?.listed['shared']?.prices[type] ??
    fetched?.listed['bare-metal']?.prices[type] ??
    instanceType(type)?.prices[region];
  return (type, zone, capacityType) => {
    const price = capacityType === 'spot' ? spotPrice(type, zone) : listPrice(type);
    return price === undefined ? undefined : Number(price);
  };
}
