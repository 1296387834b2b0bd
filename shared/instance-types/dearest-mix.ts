/** Something that can be bought any number of times: how much of the limit it takes (an integer above 0), and what it costs. */
export type Item = { readonly size: number; readonly cost: number };

/** Takes the larger share of money for what it takes of the limit; of equals the smallest. */
function isDearer(left: Item, right: Item): boolean {
  const difference = BigInt(left.cost) * BigInt(right.size) - BigInt(right.cost) * BigInt(left.size);
  return difference > 0n || (difference === 0n && left.size < right.size);
}

/** The item that costs most for what it takes. */
export function dearestOf<T extends Item>(items: readonly [T, ...T[]]): T {
  return items.reduce((best, item) => (isDearer(item, best) ? item : best));
}

/** The most that a mix of whole items can cost whose sizes add up to at most the limit: exact, for integers. */
export function dearestMix(items: readonly Item[], limit: number): bigint {
  const fitting = worthwhile(items.filter(({ size }) => size <= limit));
  const [first, ...others] = fitting;
  if (!first) return 0n;
  const best = dearestOf([first, ...others]);
  // Some of any `best.size` other items add up to a multiple of it, and as many of the best cost no less: there are fewer others.
  const largest = Math.max(...fitting.map(({ size }) => size));
  const sure = Math.max(0, Math.floor((limit - (best.size - 1) * largest) / best.size));
  return BigInt(sure) * BigInt(best.cost) + BigInt(mostFor(fitting, limit - sure * best.size));
}

/** Those that no other beats: none that is at most as large costs as much. */
function worthwhile(items: readonly Item[]): Item[] {
  const kept: Item[] = [];
  for (const item of [...items].sort((left, right) => left.size - right.size || right.cost - left.cost)) {
    if (item.cost > (kept.at(-1)?.cost ?? -1)) kept.push(item);
  }
  return kept;
}

function mostFor(items: readonly Item[], limit: number): number {
  const most = new Float64Array(limit + 1);
  for (let room = 1; room <= limit; room += 1) {
    let here = 0;
    for (const { size, cost } of items) {
      if (size <= room) here = Math.max(here, (most[room - size] ?? 0) + cost);
    }
    most[room] = here;
  }
  return most[limit] ?? 0;
}

/** At least what any mix can cost: the whole limit, at the rate of the dearest item, rounded up. */
export function dearestRate(items: readonly [Item, ...Item[]], limit: number): bigint {
  const { size, cost } = dearestOf(items);
  return (BigInt(Math.floor(limit)) * BigInt(cost) + BigInt(size) - 1n) / BigInt(size);
}
