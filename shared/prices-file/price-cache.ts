import * as z from 'zod/mini';
import type { OfferKind } from './offers.ts';
import type { Listing } from './price-list.ts';

const listing = z.object({ at: z.string(), prices: z.record(z.string(), z.string()) });

const cacheSchema = z.object({
  region: z.string(),
  /** By kind of offer: what it listed, and when it was last asked. */
  listed: z.record(z.string(), listing),
  /** By pool: every change of price from `from` to `to`, with the one in force at `from`, in order. */
  spot: z.record(
    z.string(),
    z.object({ from: z.string(), to: z.string(), points: z.array(z.tuple([z.string(), z.string()])) }),
  ),
});

/** All prices of a Region that were ever fetched and may still be asked for. */
export type PriceCache = z.infer<typeof cacheSchema>;
export type SpotPoint = readonly [at: string, pricePerHour: string];
/** Machines that share a spot price. */
export type SpotPool = { readonly os: string; readonly instanceType: string; readonly zone: string };
type SpotSeries = PriceCache['spot'][string];

/** Spot prices are asked for 90 days back and no further. */
const KEPT_MS = 100 * 86_400_000;

export const emptyCache = (region: string): PriceCache => ({ region, listed: {}, spot: {} });

/** Undefined where it is not as `fetchPrices` writes it: then everything is fetched anew. */
export function readCache(value: unknown, region: string): PriceCache | undefined {
  const parsed = cacheSchema.safeParse(value);
  return parsed.success && parsed.data.region === region ? parsed.data : undefined;
}

export const poolKey = ({ os, instanceType, zone }: SpotPool): string => `${os} ${instanceType} ${zone}`;

export function poolOf(key: string): SpotPool {
  const [os = '', instanceType = '', zone = ''] = key.split(' ');
  return { os, instanceType, zone };
}

/** A listing laid over the one before. What it no longer names keeps its price; an empty one changes nothing. */
export function withListing(cache: PriceCache, kind: OfferKind, { prices }: Listing, at: string): PriceCache {
  if (Object.keys(prices).length === 0) return cache;
  const before = cache.listed[kind]?.prices ?? {};
  return { ...cache, listed: { ...cache.listed, [kind]: { at, prices: { ...before, ...prices } } } };
}

/** From when on a pool's prices are missing, if any are, to cover a window. */
export function missingFrom(cache: PriceCache, pool: SpotPool, fromMs: number, toMs: number): number | undefined {
  const series = cache.spot[poolKey(pool)];
  if (!series || Date.parse(series.from) > fromMs) return fromMs;
  const knownMs = Date.parse(series.to);
  return knownMs >= toMs ? undefined : Math.max(knownMs, fromMs);
}

/** Price changes between two moments, with the one in force at the first, laid over what was known of the pool. */
export function withSpot(
  cache: PriceCache,
  pool: SpotPool,
  points: readonly SpotPoint[],
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): PriceCache {
  // EC2 always has the price in force: an answer without one says nothing.
  if (points.length === 0) return cache;
  const key = poolKey(pool);
  const known = cache.spot[key];
  // Between the two there may have been changes that nobody asked for.
  const isApart = known !== undefined && (Date.parse(known.to) < fromMs || Date.parse(known.from) > toMs);
  const joined = known && !isApart ? known : undefined;
  const byTime = new Map([...(joined?.points ?? []), ...points].map(([at, price]) => [iso(Date.parse(at)), price]));
  const sorted = [...byTime].sort(([a], [b]) => (a < b ? -1 : 1));
  const series: SpotSeries = {
    from: iso(Math.min(fromMs, joined ? Date.parse(joined.from) : fromMs)),
    to: iso(Math.max(toMs, joined ? Date.parse(joined.to) : toMs)),
    points: sorted,
  };
  return { ...cache, spot: { ...cache.spot, [key]: pruned(series, toMs - KEPT_MS) } };
}

/** Without what is too old to be asked for; the price that was in force then stays. */
function pruned(series: SpotSeries, sinceMs: number): SpotSeries {
  if (Date.parse(series.from) >= sinceMs) return series;
  const since = iso(sinceMs);
  const first = series.points.findLastIndex(([at]) => at <= since);
  return { ...series, from: since, points: series.points.slice(Math.max(0, first)) };
}

/** The points that hold within a window: those in it, and the last before. */
export function pointsWithin({ points }: SpotSeries, fromMs: number, toMs: number): SpotPoint[] {
  const from = iso(fromMs);
  const to = iso(toMs);
  const first = points.findLastIndex(([at]) => at <= from);
  return points.slice(Math.max(0, first)).filter(([at]) => at < to);
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
