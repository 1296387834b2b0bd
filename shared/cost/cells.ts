import type { Component } from '../prices-file/schema.ts';
import type { Charge, Dimensions, Resource, Sink, Unpriced } from './charge.ts';
import { keyed } from './keyed.ts';
import { count, newTally, type Tally, totalOf } from './tally.ts';

/** All charges that agree in every dimension but the day. */
export type Cell = Dimensions & {
  readonly component: Component;
  readonly role: 'karpenter' | 'bootstrap' | null;
  readonly sum: Amount;
};
export type Amount = {
  cost: bigint;
  onDemand: bigint;
  instanceMs: number;
  /** Of that, what has no price and is not in the cost. */
  unpricedMs: number;
};

export const nothing = (): Amount => ({ cost: 0n, onDemand: 0n, instanceMs: 0, unpricedMs: 0 });

export function addAmount(sum: Amount, { cost, onDemand, instanceMs, unpricedMs }: Amount): void {
  sum.cost += cost;
  sum.onDemand += onDemand;
  sum.instanceMs += instanceMs;
  sum.unpricedMs += unpricedMs;
}

export type Ledger = {
  readonly cells: readonly Cell[];
  readonly days: ReadonlyMap<number, Amount>;
  readonly unpriced: readonly Unpriced[];
  readonly estimated: readonly Unpriced[];
  readonly withoutOnDemand: readonly Unpriced[];
};

type Counts = { readonly cost: Tally; readonly onDemand: Tally; instanceMs: number; unpricedMs: number };
type Days = Map<number, Counts>;
type OpenCell = Omit<Cell, 'sum'> & {
  readonly counts: Counts;
  /** The days of the rates that the last charge had. */
  days: { rate: bigint; onDemandRate: bigint; of: Days };
};

const newCounts = (): Counts => ({ cost: newTally(), onDemand: newTally(), instanceMs: 0, unpricedMs: 0 });

function add(counts: Counts, charge: Charge): void {
  const { rate, units, onDemandRate, instanceMs } = charge;
  count(counts.cost, rate, units);
  if (onDemandRate === undefined) count(counts.onDemand, rate, units);
  else count(counts.onDemand, onDemandRate, charge.toMs - charge.fromMs);
  counts.instanceMs += instanceMs;
  if (charge.basis === 'unpriced') counts.unpricedMs += instanceMs;
}

const amountOf = ({ cost, onDemand, instanceMs, unpricedMs }: Counts): Amount => ({
  cost: totalOf(cost),
  onDemand: totalOf(onDemand),
  instanceMs,
  unpricedMs,
});

/** Days are kept apart by rate: a sum that changes its rate at each charge would be one of bigints. */
function newDays() {
  const byRates = new Map<bigint, Map<bigint, Days>>();
  return {
    of: (rate: bigint, onDemandRate: bigint): Days => {
      const known = byRates.get(rate)?.get(onDemandRate);
      if (known) return known;
      const days: Days = new Map();
      const row = byRates.get(rate) ?? new Map<bigint, Days>();
      byRates.set(rate, row.set(onDemandRate, days));
      return days;
    },
    sums: () => {
      const sums = new Map<number, Amount>();
      for (const row of byRates.values())
        for (const days of row.values())
          for (const [day, counts] of days) {
            const sum = sums.get(day) ?? nothing();
            addAmount(sum, amountOf(counts));
            sums.set(day, sum);
          }
      return sums;
    },
  };
}

/** Gathers charges into cells. */
export function gather(charge: (sink: Sink) => void): Ledger {
  const known = keyed<OpenCell>();
  const byKind: Partial<Record<Component, OpenCell[]>> = {};
  const cells: OpenCell[] = [];
  const allDays = newDays();
  const unpriced: Unpriced[] = [];
  const estimated: Unpriced[] = [];
  const withoutOnDemand: Unpriced[] = [];

  const cellOf = (dimensions: Dimensions, component: Component, resource: Resource): OpenCell => {
    const { cluster, nodePool, capacityType, instanceType, zone } = dimensions;
    const role = resource.kind === 'instance' ? resource.life.instance.role : null;
    return known.get([component, role, cluster, nodePool, capacityType, zone, instanceType], () => {
      const days = { rate: 0n, onDemandRate: 0n, of: allDays.of(0n, 0n) };
      const cell = { ...dimensions, component, role, counts: newCounts(), days };
      cells.push(cell);
      return cell;
    });
  };

  const addTo = (cell: OpenCell, charge: Charge) => {
    add(cell.counts, charge);
    const { rate, onDemandRate = rate, day } = charge;
    if (cell.days.rate !== rate || cell.days.onDemandRate !== onDemandRate) {
      cell.days = { rate, onDemandRate, of: allDays.of(rate, onDemandRate) };
    }
    let counts = cell.days.of.get(day);
    if (!counts) {
      counts = newCounts();
      cell.days.of.set(day, counts);
    }
    add(counts, charge);
  };

  charge({
    open(dimensions, component, resource) {
      if (resource.kind !== 'instance') {
        const cell = cellOf(dimensions, component, resource);
        return (charge) => addTo(cell, charge);
      }
      const { index } = resource.life.kind;
      let ofKinds = byKind[component];
      if (!ofKinds) {
        ofKinds = [];
        byKind[component] = ofKinds;
      }
      let cell = ofKinds[index];
      if (!cell) {
        cell = cellOf(dimensions, component, resource);
        ofKinds[index] = cell;
      }
      const found = cell;
      return (charge) => addTo(found, charge);
    },
    unpriced: (entry) => unpriced.push(entry),
    estimated: (entry) => estimated.push(entry),
    withoutOnDemand: (entry) => withoutOnDemand.push(entry),
  });
  return {
    cells: cells.map(({ counts, days: _, ...cell }) => ({ ...cell, sum: amountOf(counts) })),
    days: allDays.sums(),
    unpriced,
    estimated,
    withoutOnDemand,
  };
}

export function sumOf(cells: Iterable<Cell>): Amount {
  const all = nothing();
  for (const { sum } of cells) addAmount(all, sum);
  return all;
}
