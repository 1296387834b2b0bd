/** Values, each so many times. */
export type Distribution = { readonly values: readonly number[]; readonly counts: readonly number[] };

/** Each step of the scale: its middle is at most the square root of it, less than 2 %, away from what falls to it. */
const STEP = Math.log(1.039);

/**
 * Equal values together; where there are more than `most` different ones, each gives way to the nearest step of a scale that is
 * right within 2 %. Zero stays zero. What is not a finite number is left out.
 */
export function quantised(given: Distribution, most: number): Distribution {
  const exact = counted(given, (value) => value);
  return exact.size <= most ? asDistribution(exact) : asDistribution(counted(given, nearestStep));
}

function nearestStep(value: number): number {
  if (value === 0) return 0;
  return Math.sign(value) * Math.exp(Math.round(Math.log(Math.abs(value)) / STEP) * STEP);
}

function counted({ values, counts }: Distribution, place: (value: number) => number): Map<number, number> {
  const totals = new Map<number, number>();
  values.forEach((value, index) => {
    const count = counts[index] ?? 1;
    if (!Number.isFinite(value) || !Number.isFinite(count) || count <= 0) return;
    const at = place(value);
    totals.set(at, (totals.get(at) ?? 0) + count);
  });
  return totals;
}

function asDistribution(totals: ReadonlyMap<number, number>): Distribution {
  return { values: [...totals.keys()], counts: [...totals.values()] };
}
