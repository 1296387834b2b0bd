import type { PriceLookup } from '../../shared/utilisation/run-rate.ts';
import { type FetchedPrices, todaysPrices } from '../../shared/utilisation/todays-prices.ts';
import type { SpotPool } from './read-use.ts';

type Deps = {
  readonly clock: { now(): number };
  readonly region: string;
  /** Present prices of spot, by `type zone`. */
  readonly ask: (pools: readonly SpotPool[]) => Promise<ReadonlyMap<string, string>>;
  /** What the cost reports fetched of the Region's prices; undefined: nothing yet. */
  readonly fetched?: () => Promise<FetchedPrices | undefined>;
};

/** Spot prices change some times a day: each is asked for again after so long. */
const FRESH_MS = 10 * 60_000;
/** List prices change some times a year, and are fetched once a day. */
const LISTED_MS = 60 * 60_000;

/** Today's prices, with what this container read and asked for lately. */
export function freshPrices({
  clock,
  region,
  ask,
  fetched,
}: Deps): (pools: readonly SpotPool[]) => Promise<PriceLookup> {
  const memory = new Map<string, { readonly atMs: number; readonly price: string | undefined }>();
  let listed: { readonly atMs: number; readonly prices: FetchedPrices } | undefined;
  return async (pools) => {
    const nowMs = clock.now();
    if (fetched && (listed?.atMs ?? 0) <= nowMs - LISTED_MS) {
      const prices = await fetched();
      // None yet: the first report may be made any minute.
      listed = prices && { atMs: nowMs, prices };
    }
    const stale = pools.filter((pool) => (memory.get(nameOf(pool))?.atMs ?? 0) <= nowMs - FRESH_MS);
    if (stale.length > 0) {
      const found = await ask(stale);
      for (const pool of stale) memory.set(nameOf(pool), { atMs: nowMs, price: found.get(nameOf(pool)) });
    }
    const spot = new Map(
      [...memory].flatMap(([name, { price }]) => (price === undefined ? [] : [[name, price] as const])),
    );
    return todaysPrices({ region, fetched: listed?.prices, spot, nowMs });
  };
}

function nameOf({ instanceType, zone }: SpotPool): string {
  return `${instanceType} ${zone}`;
}
