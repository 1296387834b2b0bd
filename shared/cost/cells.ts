import type { Component } from '../prices-file/schema.ts';
import type { Charge, Dimensions, Sink, Unpriced } from './charge.ts';
import { keyed } from './keyed.ts';

/** All charges that agree in every dimension but the day. */
export type Cell = Dimensions & {
  readonly component: Component;
  readonly role: 'karpenter' | 'bootstrap' | null;
  readonly region: string | null;
  readonly days: Map<number, Amount>;
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
  readonly unpriced: readonly Unpriced[];
  readonly estimated: readonly Unpriced[];
  readonly withoutOnDemand: readonly Unpriced[];
  readonly sink: Sink;
};

/** Gathers charges into cells. */
export function newLedger(): Ledger {
  const known = keyed<Cell>();
  const cells: Cell[] = [];
  const unpriced: Unpriced[] = [];
  const estimated: Unpriced[] = [];
  const withoutOnDemand: Unpriced[] = [];
  const sink: Sink = {
    open(dimensions, component, resource) {
      const { cluster, nodePool, capacityType, instanceType, zone } = dimensions;
      const role = resource.kind === 'instance' ? resource.instance.role : null;
      const path = [cluster, nodePool, capacityType, instanceType, zone, component, role];
      const { days } = known.get(path, () => {
        const cell = { ...dimensions, component, role, region: regionOf(resource), days: new Map<number, Amount>() };
        cells.push(cell);
        return cell;
      });
      return (charge) => addTo(days, charge);
    },
    unpriced: (entry) => unpriced.push(entry),
    estimated: (entry) => estimated.push(entry),
    withoutOnDemand: (entry) => withoutOnDemand.push(entry),
  };
  return { cells, unpriced, estimated, withoutOnDemand, sink };
}

function regionOf(resource: Parameters<Sink['open']>[2]): string | null {
  if (resource.kind === 'instance') return resource.instance.region;
  if (resource.kind === 'cluster') return resource.cluster.region;
  return resource.kind === 'reservation' ? resource.reservation.region : null;
}

function addTo(days: Map<number, Amount>, { day, cost, onDemand, instanceMs, basis }: Charge): void {
  let amount = days.get(day);
  if (!amount) {
    amount = nothing();
    days.set(day, amount);
  }
  amount.cost += cost;
  amount.onDemand += onDemand;
  amount.instanceMs += instanceMs;
  if (basis === 'unpriced') amount.unpricedMs += instanceMs;
}

export function sumOf(cells: Iterable<Cell>): Amount {
  const sum = nothing();
  for (const { days } of cells) for (const amount of days.values()) addAmount(sum, amount);
  return sum;
}
