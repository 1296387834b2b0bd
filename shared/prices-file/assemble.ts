import { currencyOf, OFFER_PARTS, type OfferKind, type OfferPart, pricingEndpointOf } from './offers.ts';
import { type PriceCache, pointsWithin, poolKey, poolOf, type SpotPool } from './price-cache.ts';
import type { PricesFile } from './schema.ts';

/** What went wrong when the prices of a Region were fetched, in words; the cache stands in where it can. */
export type Trouble = { readonly part: OfferPart | 'spot'; readonly why: string };

export type FetchedRegion = {
  readonly cache: PriceCache;
  readonly pools: readonly SpotPool[];
  readonly troubles: readonly Trouble[];
};

type Window = { readonly fromMs: number; readonly toMs: number };

const KINDS: Readonly<Record<OfferPart, readonly OfferKind[]>> = {
  'on-demand': ['shared', 'bare-metal'],
  gp3: ['gp3-storage', 'gp3-iops', 'gp3-throughput'],
  ipv4: ['ipv4'],
  eks: ['eks'],
};
const WORDS: Readonly<Record<OfferPart | 'spot', string>> = {
  'on-demand': 'on-demand prices',
  gp3: 'prices of gp3 volumes',
  ipv4: 'prices of public addresses',
  eks: 'prices of EKS',
  spot: 'spot prices',
};

/** Prices of Regions as one file, with a source that says of each part that could not be fetched what stands in for it. */
export function pricesFileOf(regions: readonly FetchedRegion[], window: Window): PricesFile & { notes: string[] } {
  const sorted = [...regions].sort((a, b) => (a.cache.region < b.cache.region ? -1 : 1));
  const notes = sorted.flatMap((region) => notesOf(region, window));
  const currencies = [...new Set(sorted.map(({ cache }) => currencyOf(cache.region)))];
  if (currencies.length > 1) throw new Error('one report cannot be in two currencies');
  const times = sorted.flatMap(({ cache }) => Object.values(cache.listed).map(({ at }) => at)).sort();
  const endpoints = [...new Set(sorted.flatMap(({ cache }) => pricingEndpointOf(cache.region) ?? []))].sort();
  const list = endpoints.length > 0 ? `AWS price list (Pricing API in ${endpoints.join(', ')})` : 'no price list';
  return {
    currency: currencies[0] ?? 'USD',
    // The oldest decides how old the file is.
    asOf: times[0] ?? new Date(window.toMs).toISOString(),
    source: [`${list} and EC2 spot price history`, ...notes].join('; '),
    notes,
    onDemand: Object.fromEntries(sorted.flatMap(({ cache }) => onDemandOf(cache))),
    spot: sorted.flatMap((region) => spotOf(region, window)),
    gp3: Object.fromEntries(sorted.flatMap(({ cache }) => gp3Of(cache))),
    publicIpv4PerHour: Object.fromEntries(
      sorted.flatMap(({ cache }) => one(cache, pricesOf(cache, 'ipv4')['perHour'])),
    ),
    eks: Object.fromEntries(sorted.flatMap(({ cache }) => eksOf(cache))),
  };
}

const told = (why: readonly string[]) => [...new Set(why)].join(', ');

function pricesOf({ listed }: PriceCache, kind: OfferKind): Readonly<Record<string, string>> {
  return listed[kind]?.prices ?? {};
}

function one<T>({ region }: PriceCache, value: T | undefined): [string, T][] {
  return value === undefined ? [] : [[region, value]];
}

/** Bare metal is listed as dedicated, and is what an instance of default tenancy pays too. */
function onDemandOf(cache: PriceCache): [string, PricesFile['onDemand'][string]][] {
  const [shared, metal] = [pricesOf(cache, 'shared'), pricesOf(cache, 'bare-metal')];
  const tenancies = { default: { ...metal, ...shared }, dedicated: { ...metal } };
  return Object.keys(tenancies.default).length === 0 ? [] : [[cache.region, { linux: tenancies }]];
}

/** Any of the three missing would make volumes cheaper than they are. */
function gp3Of(cache: PriceCache): [string, NonNullable<PricesFile['gp3']>[string]][] {
  const { perGibMonth } = pricesOf(cache, 'gp3-storage');
  const { perIopsMonth } = pricesOf(cache, 'gp3-iops');
  const { perMiBpsMonth } = pricesOf(cache, 'gp3-throughput');
  if (perGibMonth === undefined || perIopsMonth === undefined || perMiBpsMonth === undefined) return [];
  return [[cache.region, { perGibMonth, perIopsMonth, perMiBpsMonth }]];
}

function eksOf(cache: PriceCache): [string, NonNullable<PricesFile['eks']>[string]][] {
  const { perHour, extendedSupportPerHour } = pricesOf(cache, 'eks');
  if (perHour === undefined || extendedSupportPerHour === undefined) return [];
  return [[cache.region, { perHour, extendedSupportPerHour }]];
}

/** Only the pools that are asked for: a cache knows more. */
function spotOf({ cache, pools }: FetchedRegion, { fromMs, toMs }: Window): PricesFile['spot'] {
  const keys = [...new Set(pools.map(poolKey))].sort();
  return keys.flatMap((key) => {
    const series = cache.spot[key];
    if (!series) return [];
    return pointsWithin(series, fromMs, toMs).map(([at, pricePerHour]) => ({
      region: cache.region,
      ...poolOf(key),
      at,
      pricePerHour,
    }));
  });
}

function notesOf({ cache, pools, troubles }: FetchedRegion, { toMs }: Window): string[] {
  const listed = OFFER_PARTS.flatMap((part) => {
    const why = troubles.filter((trouble) => trouble.part === part).map((trouble) => trouble.why);
    if (why.length === 0) return [];
    const times = KINDS[part].map((kind) => cache.listed[kind]?.at);
    const oldest = times.every((at) => at !== undefined) ? times.sort()[0] : undefined;
    const instead = oldest === undefined ? 'there are none' : `those of ${oldest} are used`;
    return [`${WORDS[part]} of ${cache.region} could not be fetched (${told(why)}): ${instead}`];
  });
  const why = troubles.filter(({ part }) => part === 'spot').map((trouble) => trouble.why);
  if (why.length === 0) return listed;
  const ends = pools.map((pool) => cache.spot[poolKey(pool)]?.to).filter((to) => to !== undefined);
  const until = ends.filter((to) => Date.parse(to) < toMs).sort()[0];
  const instead = until === undefined ? 'there are none of some pools' : `the last known, from ${until} on, are used`;
  return [...listed, `${WORDS.spot} of ${cache.region} could not be fetched (${told(why)}): ${instead}`];
}
