/**
 * A sum of rate times units. Units of one rate are summed as numbers for as long as those are exact; only then, and when the rate changes,
 * comes a multiplication in bigints. Most sums have one rate.
 */
export type Tally = { rate: bigint; units: number; total: bigint };

/** A whole number; a bigint where a number might not hold it. */
export type Units = number | bigint;

export const newTally = (): Tally => ({ rate: 0n, units: 0, total: 0n });

function settle(tally: Tally): void {
  if (tally.units !== 0) tally.total += tally.rate * BigInt(tally.units);
  tally.units = 0;
}

/** Units are never negative. */
export function count(tally: Tally, rate: bigint, units: Units): void {
  if (typeof units === 'bigint') {
    tally.total += rate * units;
    return;
  }
  if (tally.rate !== rate) {
    settle(tally);
    tally.rate = rate;
  }
  const sum = tally.units + units;
  if (sum <= Number.MAX_SAFE_INTEGER) {
    tally.units = sum;
    return;
  }
  settle(tally);
  tally.units = units;
}

export function totalOf(tally: Tally): bigint {
  settle(tally);
  return tally.total;
}

export const product = (rate: bigint, units: Units): bigint => rate * BigInt(units);
