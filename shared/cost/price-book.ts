import type { Component, PricesFile } from '../prices-file/schema.ts';
import { hourlyRate, monthlyRate, scaled, WHOLE } from './money.ts';
import { type Points, type SpotSeries, seriesOf } from './spot-series.ts';

export type CapacityType = 'spot' | 'on-demand' | 'reserved';
/** What an on-demand price hangs on. */
export type Machine = {
  readonly region: string;
  readonly os: string;
  readonly tenancy: string;
  readonly instanceType: string;
};
type Place = { readonly region: string; readonly os: string; readonly instanceType: string; readonly zone: string };

/** The prices of a file, ready to be looked up. Every lookup gives undefined where there is no price: none is ever guessed. */
export type PriceBook = {
  /** Atoms for each millisecond, less the discount. */
  readonly onDemandRate: (machine: Machine, component?: Component, capacityType?: CapacityType) => bigint | undefined;
  /** Without discount, in the smallest unit of a price. */
  readonly onDemandPrice: (machine: Machine) => bigint | undefined;
  readonly spot: (place: Place) => SpotSeries | undefined;
  /** What is left of a price, in basis points. */
  readonly share: (component: Component, capacityType?: CapacityType) => bigint;
  readonly gp3: (region: string) => Gp3Prices | undefined;
  readonly ipv4Rate: (region: string, capacityType?: CapacityType) => bigint | undefined;
  readonly eksRate: (region: string, component: 'control-plane' | 'extended-support') => bigint | undefined;
  readonly typesIn: (machine: Omit<Machine, 'instanceType'>) => readonly string[];
};
export type Gp3Prices = { readonly perGibMonth: bigint; readonly perIopsMonth: bigint; readonly perMiBpsMonth: bigint };

const FREE_IOPS = 3000;
const FREE_MIBPS = 125;

/** Atoms for each millisecond that a gp3 volume costs in a month of that length. */
export function gp3Rate(
  prices: Gp3Prices,
  volume: { readonly gib: number; readonly iops: number; readonly throughputMiBps: number },
  monthMs: number,
  share: bigint,
): bigint {
  const extraIops = Math.max(0, volume.iops - FREE_IOPS);
  const extraMibps = Math.max(0, volume.throughputMiBps - FREE_MIBPS);
  const perMonth =
    prices.perGibMonth * BigInt(volume.gib) +
    prices.perIopsMonth * BigInt(extraIops) +
    prices.perMiBpsMonth * BigInt(extraMibps);
  return monthlyRate(perMonth, monthMs, share);
}

function own<T>(table: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return table !== undefined && Object.hasOwn(table, key) ? table[key] : undefined;
}

const placeKey = ({ region, os, instanceType, zone }: Place) => `${region} ${os} ${instanceType} ${zone}`;

function spotBook(points: PricesFile['spot']): Map<string, SpotSeries> {
  const byPlace = new Map<string, Points>();
  for (const point of points) {
    const key = placeKey(point);
    let list = byPlace.get(key);
    if (!list) {
      list = { atMs: [], prices: [] };
      byPlace.set(key, list);
    }
    list.atMs.push(Date.parse(point.at));
    list.prices.push(Number(scaled(point.pricePerHour)));
  }
  return new Map([...byPlace].map(([key, list]) => [key, seriesOf(list)]));
}

function shareOf(discounts: PricesFile['discounts'], component: Component, capacityType?: CapacityType): bigint {
  let best: { weight: number; percent: string } | undefined;
  for (const discount of discounts ?? []) {
    if (discount.component !== undefined && discount.component !== component) continue;
    if (discount.capacityType !== undefined && discount.capacityType !== capacityType) continue;
    const weight = (discount.component === undefined ? 0 : 2) + (discount.capacityType === undefined ? 0 : 1);
    if (best === undefined || weight > best.weight) best = { weight, percent: discount.percent };
  }
  return best === undefined ? WHOLE : WHOLE - scaled(best.percent, 2);
}

export function priceBook(prices: PricesFile): PriceBook {
  const series = spotBook(prices.spot);
  const shares = new Map<string, bigint>();
  const share: PriceBook['share'] = (component, capacityType) => {
    // What Joinery itself cost is what was paid for it.
    if (component === 'joinery') return WHOLE;
    const key = `${component} ${capacityType}`;
    const value = shares.get(key) ?? shareOf(prices.discounts, component, capacityType);
    shares.set(key, value);
    return value;
  };
  const onDemandPrice: PriceBook['onDemandPrice'] = ({ region, os, tenancy, instanceType }) => {
    const price = own(own(own(own(prices.onDemand, region), os), tenancy), instanceType);
    return price === undefined ? undefined : scaled(price);
  };
  const rates = new Map<string, bigint | undefined>();
  return {
    share,
    onDemandPrice,
    onDemandRate: (machine, component = 'compute', capacityType = 'on-demand') => {
      const key = `${machine.region} ${machine.os} ${machine.tenancy} ${machine.instanceType} ${component} ${capacityType}`;
      const known = rates.get(key);
      if (known !== undefined || rates.has(key)) return known;
      const price = onDemandPrice(machine);
      const rate = price === undefined ? undefined : hourlyRate(price, share(component, capacityType));
      rates.set(key, rate);
      return rate;
    },
    spot: (place) => series.get(placeKey(place)),
    gp3: (region) => {
      const found = own(prices.gp3, region);
      return (
        found && {
          perGibMonth: scaled(found.perGibMonth),
          perIopsMonth: scaled(found.perIopsMonth),
          perMiBpsMonth: scaled(found.perMiBpsMonth),
        }
      );
    },
    ipv4Rate: (region, capacityType) => {
      const price = own(prices.publicIpv4PerHour, region);
      return price === undefined ? undefined : hourlyRate(scaled(price), share('ipv4', capacityType));
    },
    eksRate: (region, component) => {
      const found = own(prices.eks, region);
      if (!found) return undefined;
      const price = component === 'control-plane' ? found.perHour : found.extendedSupportPerHour;
      return hourlyRate(scaled(price), share(component));
    },
    typesIn: ({ region, os, tenancy }) => Object.keys(own(own(own(prices.onDemand, region), os), tenancy) ?? {}),
  };
}
