import type { FleetInstance } from '../fleet-file/schema.ts';
import type { Component, PricesFile } from '../prices-file/schema.ts';
import { keyed } from './keyed.ts';
import { type KindPrices, newKindPrices } from './kind-prices.ts';
import type { Kind } from './kinds.ts';
import { hourlyRate, monthlyRate, scaled, WHOLE } from './money.ts';
import { spotBook } from './spot-book.ts';
import type { SpotSeries } from './spot-series.ts';

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
export type PriceBook = Rates & {
  readonly ofKind: (kind: Kind) => KindPrices;
};

export type Rates = {
  /** Atoms for each millisecond, less the discount. */
  readonly onDemandRate: (machine: Machine, component?: Component, capacityType?: CapacityType) => bigint | undefined;
  /** Without discount, in the smallest unit of a price. */
  readonly onDemandPrice: (machine: Machine) => bigint | undefined;
  readonly spot: (place: Place) => SpotSeries | undefined;
  /** Atoms for so many of the smallest units of a spot price, held for a millisecond. */
  readonly spotRate: (units: bigint) => bigint;
  /** What is left of a price, in basis points. */
  readonly share: (component: Component, capacityType?: CapacityType) => bigint;
  /** Atoms for each millisecond in a month of that length. */
  readonly volumeRate: (place: VolumePlace, volume: Volume, monthMs: number) => bigint | undefined;
  readonly ipv4Rate: (region: string, capacityType?: CapacityType) => bigint | undefined;
  readonly eksRate: (region: string, component: 'control-plane' | 'extended-support') => bigint | undefined;
  readonly typesIn: (machine: Omit<Machine, 'instanceType'>) => readonly string[];
};
type VolumePlace = Pick<FleetInstance, 'region' | 'capacityType'>;

const FREE_IOPS = 3000;
const FREE_MIBPS = 125;

type Volume = FleetInstance['volumes'][number];
type Gp3Prices = NonNullable<PricesFile['gp3']>[string];

/** Atoms for each millisecond that a gp3 volume costs in a month of that length. */
function gp3Rate(prices: Gp3Prices, { gib, iops, throughputMiBps }: Volume, monthMs: number, share: bigint): bigint {
  const extraIops = Math.max(0, iops - FREE_IOPS);
  const extraMibps = Math.max(0, throughputMiBps - FREE_MIBPS);
  const perMonth =
    scaled(prices.perGibMonth) * BigInt(gib) +
    scaled(prices.perIopsMonth) * BigInt(extraIops) +
    scaled(prices.perMiBpsMonth) * BigInt(extraMibps);
  return monthlyRate(perMonth, monthMs, share);
}

function own<T>(table: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return table !== undefined && Object.hasOwn(table, key) ? table[key] : undefined;
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
  const shares = keyed<bigint>();
  const share: PriceBook['share'] = (component, capacityType) => {
    // What Joinery itself cost is what was paid for it.
    if (component === 'joinery') return WHOLE;
    return shares.get([component, capacityType ?? null], () => shareOf(prices.discounts, component, capacityType));
  };
  const onDemandPrice: PriceBook['onDemandPrice'] = ({ region, os, tenancy, instanceType }) => {
    const price = own(own(own(own(prices.onDemand, region), os), tenancy), instanceType);
    return price === undefined ? undefined : scaled(price);
  };
  const rates = keyed<bigint | 'none'>();
  const book: Rates = {
    share,
    onDemandPrice,
    onDemandRate: (machine, component = 'compute', capacityType = 'on-demand') => {
      const { region, os, tenancy, instanceType } = machine;
      const rate = rates.get([region, os, tenancy, instanceType, component, capacityType], () => {
        const price = onDemandPrice(machine);
        return price === undefined ? 'none' : hourlyRate(price, share(component, capacityType));
      });
      return rate === 'none' ? undefined : rate;
    },
    spot: spotBook(prices.spot),
    spotRate: (units) => hourlyRate(units, share('compute', 'spot')),
    volumeRate: ({ region, capacityType }, volume, monthMs) => {
      const found = volume.type === 'gp3' ? own(prices.gp3, region) : undefined;
      return found && gp3Rate(found, volume, monthMs, share('storage', capacityType));
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
  return { ...book, ofKind: newKindPrices(book) };
}
