import { type Amount, addAmount, type Ledger, nothing } from './cells.ts';
import { dayText } from './days.ts';
import { ATOMS_PER_MICRO, apportion, decimalOf, HOUR_MS, microsOf, rounded } from './money.ts';

/** The smallest part of an hour that is shown, times a million: a millionth of an hour is no whole number of milliseconds. */
const MICRO_HOUR = BigInt(HOUR_MS);
const MILLION = 1_000_000n;

export const CUTS = ['cluster', 'nodePool', 'capacityType', 'instanceType', 'zone', 'day', 'component'] as const;
export type Cut = (typeof CUTS)[number];

export type CutRow = {
  readonly key: string | null;
  readonly cost: string;
  readonly onDemandEquivalent: string;
  readonly savings: string;
  readonly hours: string;
  /** Of these hours, those that have no price and are not in the cost. */
  readonly unpricedHours: string;
};

export type Totals = { readonly cost: bigint; readonly onDemand: bigint; readonly hours: bigint };

export const hoursOf = (ms: number | bigint): string => decimalOf(rounded(BigInt(ms) * MILLION, MICRO_HOUR));

/** In millionths, rounded once: from here on all figures are whole numbers. */
export function totalsOf({ cost, onDemand, instanceMs }: Amount): Totals {
  return {
    cost: microsOf(cost),
    onDemand: microsOf(onDemand),
    hours: rounded(BigInt(instanceMs) * MILLION, MICRO_HOUR),
  };
}

function groups({ cells, days }: Ledger, cut: Cut): Map<string | null, Amount> {
  if (cut === 'day') return new Map([...days].map(([day, amount]) => [dayText(day), amount]));
  const found = new Map<string | null, Amount>();
  for (const cell of cells) {
    const key = cell[cut];
    const sum = found.get(key) ?? nothing();
    addAmount(sum, cell.sum);
    found.set(key, sum);
  }
  return found;
}

/** By name, what has no such dimension last. */
function byKey([a]: readonly [string | null, Amount], [b]: readonly [string | null, Amount]): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Parts that sum to the totals exactly. Savings are apportioned, not what on-demand would cost: so nothing seems to save that cannot. */
export function cutBy(ledger: Ledger, cut: Cut, totals: Totals): CutRow[] {
  const parts = [...groups(ledger, cut)].sort(byKey);
  const amounts = parts.map(([, amount]) => amount);
  const cost = apportion(
    amounts.map((amount) => amount.cost),
    ATOMS_PER_MICRO,
    totals.cost,
  );
  const saved = amounts.map((amount) => amount.onDemand - amount.cost);
  const savings = apportion(saved, ATOMS_PER_MICRO, totals.onDemand - totals.cost);
  const hours = apportion(
    amounts.map(({ instanceMs }) => BigInt(instanceMs) * MILLION),
    MICRO_HOUR,
    totals.hours,
  );
  return parts.map(([key], index) => {
    const part = cost[index] ?? 0n;
    const saving = savings[index] ?? 0n;
    return {
      key,
      cost: decimalOf(part),
      onDemandEquivalent: decimalOf(part + saving),
      savings: decimalOf(saving),
      hours: decimalOf(hours[index] ?? 0n),
      unpricedHours: hoursOf(amounts[index]?.unpricedMs ?? 0),
    };
  });
}
