import { type Cell, sumOf } from './cells.ts';
import { decimalOf, microsOf, percentOf } from './money.ts';

/** Against the period of the same length just before. The causes sum to the change exactly. */
export type Change = {
  readonly previousTotal: string;
  readonly change: string;
  readonly percent: number | null;
  /** What the same machines cost more in an hour. */
  readonly price: string;
  /** More or fewer instance-hours, at the old average price. */
  readonly hours: string;
  /** Dearer or cheaper machines in place of others; also what is new. */
  readonly mix: string;
  /** Volumes, addresses, control planes, reservations, Joinery. */
  readonly other: string;
};

type Use = { cost: bigint; ms: bigint };

function computeBy(cells: readonly Cell[]): Map<string, Use> {
  const uses = new Map<string, Use>();
  for (const cell of cells) {
    if (cell.component !== 'compute') continue;
    const { cluster, nodePool, capacityType, instanceType, zone } = cell;
    const key = JSON.stringify([cluster, nodePool, capacityType, instanceType, zone]);
    const { cost, instanceMs } = cell.sum;
    const use = uses.get(key) ?? { cost: 0n, ms: 0n };
    uses.set(key, { cost: use.cost + cost, ms: use.ms + BigInt(instanceMs) });
  }
  return uses;
}

const total = (uses: Iterable<Use>): Use => {
  const sum = { cost: 0n, ms: 0n };
  for (const { cost, ms } of uses) {
    sum.cost += cost;
    sum.ms += ms;
  }
  return sum;
};

export function changeBetween(before: readonly Cell[], now: readonly Cell[]): Change {
  const [old, current] = [computeBy(before), computeBy(now)];
  const [oldSum, sum] = [total(old.values()), total(current.values())];
  let price = 0n;
  for (const [key, use] of current) {
    const was = old.get(key);
    if (was && was.ms > 0n) price += use.cost - (was.cost * use.ms) / was.ms;
  }
  // Without anything before there is no average price: all that is new is the mix.
  const hours = oldSum.ms === 0n ? 0n : ((sum.ms - oldSum.ms) * oldSum.cost) / oldSum.ms;
  const [all, oldAll] = [sumOf(now).cost, sumOf(before).cost];
  const other = all - sum.cost - (oldAll - oldSum.cost);
  // Rounded apart they would miss the change by a millionth; what is left over belongs to the mix, which is itself what the others leave.
  const [previousTotal, newTotal] = [microsOf(oldAll), microsOf(all)];
  const change = newTotal - previousTotal;
  const [ofPrice, ofHours, ofOther] = [microsOf(price), microsOf(hours), microsOf(other)];
  return {
    previousTotal: decimalOf(previousTotal),
    change: decimalOf(change),
    percent: percentOf(change, previousTotal),
    price: decimalOf(ofPrice),
    hours: decimalOf(ofHours),
    mix: decimalOf(change - ofPrice - ofHours - ofOther),
    other: decimalOf(ofOther),
  };
}
