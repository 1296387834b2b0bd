import { quantised } from './quantise.ts';
import type { Series } from './series.ts';

/** One metric of a call to CloudWatch: at most so many different values, each with its count. */
export type Datum = Omit<Series, 'counts'> & { readonly counts: readonly number[] };

/** What PutMetricData takes. */
const MAX_VALUES = 150;
const MAX_DATA = 1000;
/** Of 1 MB; the rest is for what the request has around the data. */
const MAX_BYTES = 900_000;
/** What a datum has beside what is counted: its timestamp and the names of its members. */
const DATUM_BYTES = 120;

/** What is sent of a series: values that CloudWatch would refuse are left out, and one without any value is not sent. */
export function dataOf(series: Series): Datum[] {
  const { counts = series.values.map(() => 1), ...rest } = series;
  const all = quantised({ values: series.values, counts }, MAX_VALUES);
  return Array.from({ length: Math.ceil(all.values.length / MAX_VALUES) }, (_, index) => {
    const [from, to] = [index * MAX_VALUES, (index + 1) * MAX_VALUES];
    return { ...rest, values: all.values.slice(from, to), counts: all.counts.slice(from, to) };
  });
}

/** Data in calls that CloudWatch takes, in their order. */
export function batchesOf(data: readonly Datum[]): Datum[][] {
  const batches: Datum[][] = [];
  let bytes = 0;
  for (const datum of data) {
    const size = JSON.stringify(datum).length + 25 * Object.keys(datum.dimensions).length + DATUM_BYTES;
    const last = batches.at(-1);
    if (last && last.length < MAX_DATA && bytes + size <= MAX_BYTES) {
      last.push(datum);
      bytes += size;
    } else {
      batches.push([datum]);
      bytes = size;
    }
  }
  return batches;
}
