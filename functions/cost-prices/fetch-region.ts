import { OpsError } from '../../shared/errors/ops-error.ts';
import type { FetchedRegion, Trouble } from '../../shared/prices-file/assemble.ts';
import { currencyOf, type Offer, offersOf, pricingEndpointOf } from '../../shared/prices-file/offers.ts';
import {
  missingFrom,
  type PriceCache,
  poolKey,
  type SpotPoint,
  type SpotPool,
  withListing,
  withSpot,
} from '../../shared/prices-file/price-cache.ts';
import { readListing } from '../../shared/prices-file/price-list.ts';

/** List prices change a few times a year. */
const FRESH_MS = 12 * 3_600_000;
/** EC2 keeps 90 days of spot prices. */
const SPOT_HISTORY_MS = 89 * 86_400_000;
const ATTEMPTS = 3;
const PAUSE_MS = 2_000;

export type PriceSources = {
  readonly clock: { now(): number };
  readonly pause: (milliseconds: number) => Promise<void>;
  readonly listProducts: (endpoint: string, offer: Offer) => AsyncIterable<string>;
  readonly spotHistory: (
    region: string,
    pools: readonly SpotPool[],
    window: { readonly fromMs: number; readonly toMs: number },
  ) => Promise<ReadonlyMap<string, readonly SpotPoint[]>>;
};

/** What a report needs of a Region. */
export type Wanted = {
  readonly region: string;
  readonly pools: readonly SpotPool[];
  readonly fromMs: number;
  readonly toMs: number;
};

export type Fetched = FetchedRegion & { readonly problems: readonly string[] };

/** Brings a Region's prices up to date. Whatever fails leaves what was known, and is said. */
export async function fetchRegion(cache: PriceCache, wanted: Wanted, sources: PriceSources): Promise<Fetched> {
  const troubles: Trouble[] = [];
  const problems: string[] = [];
  const listed = await fetchLists(cache, troubles, problems, sources);
  return { cache: await fetchSpot(listed, wanted, troubles, sources), pools: wanted.pools, troubles, problems };
}

async function fetchLists(
  given: PriceCache,
  troubles: Trouble[],
  problems: string[],
  sources: PriceSources,
): Promise<PriceCache> {
  const { region } = given;
  const endpoint = pricingEndpointOf(region);
  let cache = given;
  for (const offer of offersOf(region)) {
    const { kind, part } = offer;
    const at = cache.listed[kind]?.at;
    if (at !== undefined && Date.parse(at) > sources.clock.now() - FRESH_MS) continue;
    if (endpoint === undefined) {
      troubles.push({ part, why: 'the Region has no Pricing endpoint' });
      continue;
    }
    try {
      const products = await patiently(sources, () => all(sources.listProducts(endpoint, offer)));
      const listing = readListing(kind, currencyOf(region), products);
      problems.push(...listing.problems.map((problem) => `${kind}: ${problem}`));
      if (Object.keys(listing.prices).length === 0) troubles.push({ part, why: `the price list has no ${kind}` });
      cache = withListing(cache, kind, listing, new Date(sources.clock.now()).toISOString());
    } catch (error) {
      troubles.push({ part, why: whyOf(error) });
    }
  }
  return cache;
}

async function fetchSpot(
  given: PriceCache,
  { region, pools, fromMs, toMs }: Wanted,
  troubles: Trouble[],
  sources: PriceSources,
): Promise<PriceCache> {
  let cache = given;
  const nowMs = sources.clock.now();
  const window = { fromMs: Math.max(fromMs, nowMs - SPOT_HISTORY_MS), toMs: Math.min(toMs, nowMs) };
  const missing = new Map<number, SpotPool[]>();
  if (window.fromMs >= window.toMs) {
    const isKnown = pools.every((pool) => missingFrom(cache, pool, fromMs, toMs) === undefined);
    if (!isKnown) troubles.push({ part: 'spot', why: 'EC2 keeps them for 90 days' });
    return cache;
  }
  for (const pool of pools) {
    const sinceMs = missingFrom(cache, pool, window.fromMs, window.toMs);
    if (sinceMs === undefined) continue;
    missing.set(sinceMs, [...(missing.get(sinceMs) ?? []), pool]);
  }
  for (const [sinceMs, some] of missing) {
    const asked = { fromMs: sinceMs, toMs: window.toMs };
    try {
      const history = await patiently(sources, () => sources.spotHistory(region, some, asked));
      for (const pool of some) cache = withSpot(cache, pool, history.get(poolKey(pool)) ?? [], asked);
    } catch (error) {
      troubles.push({ part: 'spot', why: whyOf(error) });
    }
  }
  return cache;
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/** Asks again where that may help: a report without prices is a poor one. */
async function patiently<T>({ pause }: PriceSources, ask: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ask();
    } catch (error) {
      if (attempt === ATTEMPTS || !(error instanceof OpsError) || !error.retryable) throw error;
    }
    await pause(PAUSE_MS * attempt);
  }
}

function whyOf(error: unknown): string {
  return error instanceof OpsError ? error.name : String(error);
}
