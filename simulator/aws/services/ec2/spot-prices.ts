import type { DescribeSpotPriceHistoryRequest, DescribeSpotPriceHistoryResult, SpotPrice } from '@aws-sdk/client-ec2';
import type { Simulation } from '../../../core/simulation.ts';
import { SimulatedAwsError } from '../../errors.ts';
import { filtered } from './filters.ts';
import { type InstanceTypeFacts, instanceTypesIn, isOffered } from './instance-types.ts';
import { describeOperation } from './operations.ts';
import { pageOf } from './paging.ts';
import { zoneIdOf, zonesOf } from './zones.ts';

/** A spot price holds for six hours. */
const PERIOD_MS = 6 * 3600 * 1000;

/**
 * US dollars an hour, as EC2 writes them. Not AWS's figures: each type and zone has its own share of the on-demand price of
 * us-east-1, drawn from the seed, that moves a little every six hours and stays between 25 % and 45 %.
 */
export function spotPriceOf(
  simulation: Simulation,
  type: InstanceTypeFacts,
  zone: string,
  atMs: number,
): string | undefined {
  if (type.pricePerHour === undefined || !type.usageClasses.includes('spot')) return undefined;
  const share = simulation.between(`ec2:spot-share:${type.name}:${zone}`, 0.27, 0.43);
  const period = Math.floor(atMs / PERIOD_MS);
  const drift = simulation.between(`ec2:spot-drift:${type.name}:${zone}:${period}`, -0.02, 0.02);
  return (type.pricePerHour * (share + drift)).toFixed(6);
}

const LINUX_PRODUCTS: readonly string[] = ['Linux/UNIX', 'Linux/UNIX (Amazon VPC)'];
const MAX_HISTORY_DAYS = 90;

export const describeSpotPriceHistory = describeOperation<
  DescribeSpotPriceHistoryRequest,
  DescribeSpotPriceHistoryResult
>('ec2:DescribeSpotPriceHistory', (input, { simulation, region }) => {
  const zones = zonesOf(region).filter(
    ({ name, id }) => name === (input.AvailabilityZone ?? name) && id === (input.AvailabilityZoneId ?? id),
  );
  const isForLinux = input.ProductDescriptions?.some((product) => LINUX_PRODUCTS.includes(product)) ?? true;
  const periods = isForLinux ? periodsOf(input, simulation.now()) : [];
  const prices = input.InstanceTypes
    ? pricesIn(simulation, typesNamed(input.InstanceTypes, region), zones, periods)
    : periods.flatMap((period) => pricesOf(simulation, region, zones, period));
  const found = filtered(prices, input.Filters, {
    'availability-zone': (price) => price.AvailabilityZone ?? null,
    'availability-zone-id': (price) => price.AvailabilityZoneId ?? null,
    'instance-type': (price) => price.InstanceType ?? null,
    'product-description': (price) => price.ProductDescription ?? null,
    'spot-price': (price) => price.SpotPrice ?? null,
  });
  const page = pageOf(found, keyOf, input, { min: 1, max: 1000, unasked: 1000 });
  return { SpotPriceHistory: page.items, ...page.nextToken };
});

/** The periods that overlap the time asked for; without times, the present one: EC2 adds the price in force at the start. */
function periodsOf(input: DescribeSpotPriceHistoryRequest, nowMs: number): number[] {
  const endMs = Math.min(input.EndTime?.getTime() ?? nowMs, nowMs);
  const startMs = Math.max(input.StartTime?.getTime() ?? nowMs, nowMs - MAX_HISTORY_DAYS * 86_400_000);
  if (input.StartTime && input.EndTime && input.StartTime > input.EndTime) {
    throw new SimulatedAwsError('InvalidParameterValue', 'The start time is after the end time');
  }
  const first = Math.floor(Math.min(startMs, endMs) / PERIOD_MS);
  const last = Math.floor(endMs / PERIOD_MS);
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

type Zones = readonly { readonly name: string }[];

function typesNamed(names: readonly string[], region: string): InstanceTypeFacts[] {
  return instanceTypesIn(region).filter(({ name }) => names.includes(name));
}

// The same for each page of an answer, and in every world of one seed.
const MOST_LISTS = 32;
const lists = new Map<string, readonly SpotPrice[]>();

/** The prices of all types during one period. */
function pricesOf(simulation: Simulation, region: string, zones: Zones, period: number): readonly SpotPrice[] {
  const name = [simulation.seed, region, period, ...zones.map((zone) => zone.name)].join(' ');
  const prices = lists.get(name) ?? pricesIn(simulation, instanceTypesIn(region), zones, [period]);
  if (lists.size >= MOST_LISTS) lists.clear();
  lists.set(name, prices);
  return prices;
}

function pricesIn(
  simulation: Simulation,
  types: readonly InstanceTypeFacts[],
  zones: Zones,
  periods: readonly number[],
): SpotPrice[] {
  return types.flatMap((type) =>
    zones
      .filter((zone) => isOffered(type, zone.name))
      .flatMap((zone) => periods.flatMap((period) => entryOf(simulation, type, zone.name, period))),
  );
}

function entryOf(simulation: Simulation, type: InstanceTypeFacts, zone: string, period: number): SpotPrice[] {
  const price = spotPriceOf(simulation, type, zone, period * PERIOD_MS);
  if (price === undefined) return [];
  return [
    {
      AvailabilityZone: zone,
      AvailabilityZoneId: zoneIdOf(zone),
      InstanceType: type.name as NonNullable<SpotPrice['InstanceType']>,
      ProductDescription: 'Linux/UNIX',
      SpotPrice: price,
      Timestamp: new Date(period * PERIOD_MS),
    },
  ];
}

/** Newest first, as EC2 lists them. */
function keyOf(price: SpotPrice): string {
  const age = String(9_999_999_999_999 - (price.Timestamp?.getTime() ?? 0)).padStart(13, '0');
  return `${age} ${price.InstanceType} ${price.AvailabilityZone}`;
}
