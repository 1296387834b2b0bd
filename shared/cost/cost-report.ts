import type { FleetFile } from '../fleet-file/schema.ts';
import type { Component, PricesFile } from '../prices-file/schema.ts';
import type { Action } from './action.ts';
import { actionsFor } from './actions.ts';
import { chargeAll } from './all-charges.ts';
import { type Cell, gather, type Ledger, sumOf } from './cells.ts';
import { type Change, changeBetween } from './change.ts';
import type { ChargeOptions, Dimensions, Unpriced } from './charge.ts';
import { CUTS, type Cut, type CutRow, cutBy, hoursOf, totalsOf } from './cuts.ts';
import { monthAround, type Span } from './days.ts';
import { type FixedCapacity, fixedCapacity, fixedPools } from './fixed-capacity.ts';
import { type Idle, idleFigures, idlePools } from './idle.ts';
import { type Interruptions, interruptionCost } from './interruptions.ts';
import { livesOf } from './lives.ts';
import { decimalOf, percentOf } from './money.ts';
import { type Anomaly, anomalies, costsByDay, type Outlook, outlook } from './outlook.ts';
import { poolsOf } from './pools.ts';
import { type PriceBook, priceBook } from './price-book.ts';
import { type SpotFigures, spotFigures } from './spot-readings.ts';
import {
  type Bootstrap,
  bootstrapFigures,
  looseLimits,
  pinnedPools,
  type Support,
  supportFigures,
} from './standing-costs.ts';

/** What has no price, with its hours. */
export type UnpricedRow = Dimensions & {
  readonly component: Component;
  readonly region: string;
  readonly resourceId: string;
  readonly hours: string;
  readonly reason: string;
};

export type CostReport = SpotFigures & {
  readonly from: string;
  readonly to: string;
  readonly currency: string;
  /** Whether everything that ran has a price of its own. */
  readonly complete: boolean;
  readonly unpriced: readonly UnpricedRow[];
  /** Charged at another price than its own, because the caller asked for it. */
  readonly estimated: readonly UnpricedRow[];
  /** Priced, and without an on-demand price to compare with: it counts as if it saved nothing. */
  readonly withoutOnDemand: readonly UnpricedRow[];
  readonly total: string;
  readonly onDemandEquivalent: string;
  readonly savings: string;
  readonly savingsPercent: number | null;
  readonly hours: string;
  readonly by: Readonly<Record<Cut, readonly CutRow[]>>;
  readonly fixedCapacity: FixedCapacity;
  readonly interruptions: Interruptions;
  readonly idle: Idle;
  readonly bootstrap: Bootstrap;
  readonly support: readonly Support[];
  readonly runRate: Outlook['runRate'];
  readonly forecast: Outlook['forecast'];
  /** Null where the period before cannot be compared, with the reason. */
  readonly change: Change | null;
  readonly changeUnknown: string | null;
  readonly anomalies: readonly Anomaly[];
  readonly actions: readonly Action[];
  /** Until when the ledger was read, where that is before the end: the rest is not in the report. */
  readonly knownTo: string | null;
  readonly prices: { readonly asOf: string; readonly source: string; readonly discounted: boolean };
  readonly spotReading: 'integral' | 'hour-start';
};

function rowsOf(entries: readonly Unpriced[]): UnpricedRow[] {
  const groups = new Map<string, Unpriced>();
  for (const { ms, ...entry } of entries) {
    const key = JSON.stringify([entry.component, entry.resourceId, entry.reason, entry]);
    const sum = groups.get(key);
    groups.set(key, { ...entry, ms: ms + (sum?.ms ?? 0) });
  }
  const sorted = [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([, { ms, ...entry }]) => ({ ...entry, hours: hoursOf(ms) }));
}

function changeFrom(
  fleet: FleetFile,
  window: Span,
  cells: readonly Cell[],
  isComplete: boolean,
  charge: (window: Span) => Ledger,
): { change: Change | null; changeUnknown: string | null } {
  const none = (changeUnknown: string) => ({ change: null, changeUnknown });
  if (!isComplete) return none('this period is incomplete');
  const before = { fromMs: window.fromMs - (window.toMs - window.fromMs), toMs: window.fromMs };
  if (before.fromMs < monthAround(0).fromMs) return none('there is no time before');
  const ledger = charge(before);
  if (ledger.unpriced.length > 0) return none('prices of the period before are missing');
  if (ledger.cells.length === 0)
    return none(fleet.instances.length === 0 ? 'nothing ran' : 'nothing ran in the period before');
  return { change: changeBetween(ledger.cells, cells), changeUnknown: null };
}

function actualOf(cells: readonly Cell[]) {
  const sums = new Map<string, bigint>();
  for (const cell of cells) {
    if (cell.component !== 'compute') continue;
    const key = JSON.stringify([cell.cluster, cell.nodePool]);
    sums.set(key, (sums.get(key) ?? 0n) + cell.sum.cost);
  }
  return (cluster: string, nodePool: string) => sums.get(JSON.stringify([cluster, nodePool])) ?? 0n;
}

/**
 * What a fleet cost from one moment to another, and what that means. The files must have passed `readFleetFile` and `readPricesFile`. Pure: the same
 * input gives the same report, whatever the order of the rows.
 */
export function costReport(
  fleet: FleetFile,
  prices: PricesFile,
  from: string,
  to: string,
  options: ChargeOptions = {},
): CostReport {
  const window: Span = { fromMs: Date.parse(from), toMs: Date.parse(to) };
  const book: PriceBook = priceBook(prices);
  const lives = livesOf(fleet.instances);
  const charge = (within: Span) => gather((sink) => chargeAll(fleet, lives, { book, options, window: within, sink }));
  const ledger = charge(window);
  const { cells } = ledger;
  const dayCosts = costsByDay(ledger);
  const totals = totalsOf(sumOf(cells));
  const complete = ledger.unpriced.length === 0 && ledger.estimated.length === 0;
  const exportedMs = fleet.exportedAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(fleet.exportedAt);
  const knownToMs = Math.min(window.toMs, exportedMs);
  const known = { ...window, toMs: Math.max(window.fromMs, knownToMs) };
  const reading = options.spotReading ?? 'integral';
  const pools = poolsOf(lives);
  const fixed = fixedPools(pools, known, book, actualOf(cells));
  const idle = idlePools(pools, known, book, knownToMs, reading);
  const support = supportFigures(fleet, window, book);
  const by = Object.fromEntries(CUTS.map((cut) => [cut, cutBy(ledger, cut, totals)])) as Record<Cut, CutRow[]>;
  return {
    from: new Date(window.fromMs).toISOString(),
    to: new Date(window.toMs).toISOString(),
    currency: prices.currency,
    complete,
    unpriced: rowsOf(ledger.unpriced),
    estimated: rowsOf(ledger.estimated),
    withoutOnDemand: rowsOf(ledger.withoutOnDemand),
    total: decimalOf(totals.cost),
    onDemandEquivalent: decimalOf(totals.onDemand),
    savings: decimalOf(totals.onDemand - totals.cost),
    savingsPercent: percentOf(totals.onDemand - totals.cost, totals.onDemand),
    hours: decimalOf(totals.hours),
    by,
    ...spotFigures(lives, known, book),
    fixedCapacity: fixedCapacity(fixed),
    interruptions: interruptionCost(lives, known, book, reading),
    idle: idleFigures(idle),
    bootstrap: bootstrapFigures(fleet, cells, book),
    support,
    ...outlook({ fleet, lives, book, window, options }, dayCosts, complete),
    ...changeFrom(fleet, window, cells, complete, charge),
    anomalies: anomalies(dayCosts, known),
    actions: actionsFor({
      pools,
      cells,
      window: known,
      book,
      idle,
      support,
      limits: looseLimits(fleet, fixed),
      pinned: pinnedPools(fleet),
      currency: prices.currency,
    }),
    knownTo: exportedMs < window.toMs ? new Date(exportedMs).toISOString() : null,
    prices: { asOf: prices.asOf, source: prices.source, discounted: (prices.discounts ?? []).length > 0 },
    spotReading: reading,
  };
}
