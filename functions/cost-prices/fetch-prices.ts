import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import type { FleetFile } from '../../shared/fleet-file/schema.ts';
import {
  readPriceCache,
  readReportPrices,
  writePriceCache,
  writeReportPrices,
} from '../../shared/ledger/cost-reports.ts';
import type { LedgerTable } from '../../shared/ledger/table.ts';
import { pricesFileOf } from '../../shared/prices-file/assemble.ts';
import {
  emptyCache,
  type PriceCache,
  poolKey,
  readCache,
  type SpotPool,
} from '../../shared/prices-file/price-cache.ts';
import { pointerSchema, type ReportRef, reportRefSchema } from '../../shared/reports/period.ts';
import type { DocumentPointer } from '../../shared/runs/run.ts';
import { type Fetched, fetchRegion, type PriceSources, type Wanted } from './fetch-region.ts';

const cluster = z.looseObject({ cluster: z.string(), fleet: z.optional(pointerSchema) });
const request = z.object({ report: reportRefSchema, clusters: z.array(cluster) });

export type FetchPricesDeps = PriceSources & {
  readonly table: LedgerTable;
  /** Where the deployment is: its price list is wanted also when nothing ran. */
  readonly region: string;
  readonly get: (pointer: DocumentPointer) => Promise<unknown>;
  readonly put: (key: string, value: unknown) => Promise<DocumentPointer>;
};

type Item = z.infer<typeof cluster>;

export type PricedReport = {
  readonly report: ReportRef;
  readonly prices: DocumentPointer;
  readonly clusters: readonly (Item & { readonly prices: DocumentPointer })[];
  readonly notes: readonly string[];
  /** Products that could not be understood, the first of them. */
  readonly problems: readonly string[];
};

const PROBLEMS_TOLD = 10;

/**
 * The prices for a period's reports as one document. They are fetched once for a period that is over: the same report made again
 * has the same prices, unless something is asked for that they do not cover.
 */
export async function fetchPrices(event: unknown, deps: FetchPricesDeps): Promise<PricedReport> {
  const { report, clusters } = request.parse(event);
  const wanted = await wantedBy(report, clusters, deps);
  const covers = coverageOf(wanted);
  const made = await readReportPrices(deps.table, report.key);
  if (made?.covers === covers) return answer(report, clusters, made.document, [], []);

  const fetched: Fetched[] = [];
  for (const region of wanted) fetched.push(await bringUpToDate(region, deps));
  const window = { fromMs: Date.parse(report.needsFrom), toMs: Date.parse(report.to) };
  const prices = pricesFileOf(fetched, window);
  const document = await deps.put(`reports/${report.key}/prices.json`, prices);
  // What was made with something missing, or before the period was over, is made anew the next time.
  const isFinal = prices.notes.length === 0 && window.toMs <= deps.clock.now();
  await writeReportPrices(deps, report.key, { document, covers: isFinal ? covers : 'not all' });
  const problems = fetched.flatMap((region) => region.problems).slice(0, PROBLEMS_TOLD);
  return answer(report, clusters, document, prices.notes, problems);
}

function answer(
  report: ReportRef,
  clusters: readonly Item[],
  prices: DocumentPointer,
  notes: readonly string[],
  problems: readonly string[],
): PricedReport {
  return { report, prices, clusters: clusters.map((item) => ({ ...item, prices })), notes, problems };
}

/** The Regions and the spot pools of every fleet. */
async function wantedBy(report: ReportRef, clusters: readonly Item[], deps: FetchPricesDeps): Promise<Wanted[]> {
  const byRegion = new Map<string, Map<string, SpotPool>>([[deps.region, new Map()]]);
  const poolsIn = (region: string) => {
    const pools = byRegion.get(region) ?? new Map<string, SpotPool>();
    byRegion.set(region, pools);
    return pools;
  };
  for (const { fleet } of clusters) {
    if (!fleet) continue;
    // Written by this machine a moment ago, and its hash is checked.
    const file = (await deps.get(fleet)) as FleetFile;
    for (const { region } of file.clusters) poolsIn(region);
    for (const { region, os, instanceType, zone, capacityType, endedAt } of file.instances) {
      if (capacityType !== 'spot' || (endedAt !== null && endedAt < report.needsFrom)) continue;
      poolsIn(region).set(poolKey({ os, instanceType, zone }), { os, instanceType, zone });
    }
  }
  const [fromMs, toMs] = [Date.parse(report.needsFrom), Date.parse(report.to)];
  return [...byRegion]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([region, pools]) => ({
      region,
      pools: [...pools].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, pool]) => pool),
      fromMs,
      toMs,
    }));
}

function coverageOf(wanted: readonly Wanted[]): string {
  return createHash('sha256').update(JSON.stringify(wanted)).digest('hex');
}

async function bringUpToDate(wanted: Wanted, deps: FetchPricesDeps): Promise<Fetched> {
  const known = await cached(wanted.region, deps);
  const fetched = await fetchRegion(known, wanted, deps);
  if (fetched.cache !== known) {
    // A key of its own for each content: who reads the one before is not disturbed.
    const hash = createHash('sha256').update(JSON.stringify(fetched.cache)).digest('hex').slice(0, 16);
    const document = await deps.put(`prices/${wanted.region}/${hash}.json`, fetched.cache);
    await writePriceCache(deps, wanted.region, document);
  }
  return fetched;
}

async function cached(region: string, { table, get }: FetchPricesDeps): Promise<PriceCache> {
  const pointer = await readPriceCache(table, region);
  if (!pointer) return emptyCache(region);
  try {
    return readCache(await get(pointer), region) ?? emptyCache(region);
  } catch {
    // It can be fetched again: a cache that is gone must not cost the report.
    return emptyCache(region);
  }
}
