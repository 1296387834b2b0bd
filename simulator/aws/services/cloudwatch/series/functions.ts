import { NotSimulatedError } from '../../../errors.ts';
import { invalidValue } from '../checks.ts';
import { listOf, type Quantity, type TimeSeries, valuesOf } from './time-series.ts';

type Fold = (values: readonly number[]) => number;

const FOLDS: Readonly<Record<string, Fold>> = {
  SUM: (values) => values.reduce((sum, value) => sum + value, 0),
  AVG: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
  MIN: (values) => Math.min(...values),
  MAX: (values) => Math.max(...values),
};

/** An argument of a function: a quantity, or a word such as DESC. */
export type Argument = Quantity | { readonly kind: 'word'; readonly text: string };

/** Metric math's functions, as far as dashboards of ours use them. */
export function applyFunction(name: string, given: readonly Argument[]): Quantity {
  const fold = FOLDS[name];
  if (fold) return folded(name, fold, given);
  if (name === 'FILL') return filled(given);
  if (name === 'REMOVE_EMPTY') return { kind: 'array', all: nonEmpty(arrayOf(name, given[0])) };
  if (name === 'SORT') return sorted(given);
  throw new NotSimulatedError(`CloudWatch metric math ${name}()`);
}

/** Of several series, one that says for each moment what those say that have a value then; of one series, a number. */
function folded(name: string, fold: Fold, [of, ...more]: readonly Argument[]): Quantity {
  if (of === undefined || of.kind === 'word' || more.length > 0) throw invalidValue(`${name} takes one argument`);
  if (of.kind === 'series') {
    const values = valuesOf(of.series);
    if (values.length === 0) return { kind: 'series', series: of.series };
    return { kind: 'number', value: fold(values) };
  }
  const all = arrayOf(name, of);
  const length = Math.max(0, ...all.map(({ values }) => values.length));
  const values = Array.from({ length }, (_, index) => {
    const there = all.flatMap(({ values }) => values[index] ?? []);
    return there.length === 0 ? undefined : fold(there);
  });
  return { kind: 'series', series: { metric: undefined, label: undefined, values } };
}

/** Fills gaps: FILL(series, 0) with a number, FILL(series, REPEAT) with the last value before the gap. */
function filled([of, filler, ...more]: readonly Argument[]): Quantity {
  if (of === undefined || of.kind === 'word' || filler === undefined || more.length > 0)
    throw invalidValue('FILL takes a series and what to fill it with');
  const fill = (series: TimeSeries): TimeSeries => {
    let last: number | undefined;
    const values = series.values.map((value) => {
      last = value ?? last;
      return value ?? (filler.kind === 'number' ? filler.value : last);
    });
    return { ...series, values };
  };
  if (filler.kind !== 'number' && !(filler.kind === 'word' && filler.text === 'REPEAT'))
    throw new NotSimulatedError('CloudWatch FILL with anything but a number or REPEAT');
  if (of.kind === 'series') return { kind: 'series', series: fill(of.series) };
  return { kind: 'array', all: arrayOf('FILL', of).map(fill) };
}

const SORT_BY: Readonly<Record<string, Fold>> = { ...FOLDS };

/** SORT(array, MAX, DESC, 10): ordered by what each series is in all, and cut to so many. */
function sorted([of, by, order, most, ...more]: readonly Argument[]): Quantity {
  const all = arrayOf('SORT', of);
  const fold = by?.kind === 'word' ? SORT_BY[by.text] : undefined;
  if (!fold || order?.kind !== 'word' || !['ASC', 'DESC'].includes(order.text) || more.length > 0)
    throw invalidValue('SORT takes an array, AVG, MIN, MAX or SUM, ASC or DESC, and a number');
  if (most !== undefined && most.kind !== 'number') throw invalidValue('the last argument of SORT is a number');
  const sign = order.text === 'ASC' ? 1 : -1;
  const ranked = nonEmpty(all)
    .map((series) => ({ series, size: fold(valuesOf(series)) }))
    .sort((a, b) => sign * (a.size - b.size));
  return { kind: 'array', all: ranked.slice(0, most?.value).map(({ series }) => series) };
}

function nonEmpty(all: readonly TimeSeries[]): TimeSeries[] {
  return all.filter((series) => valuesOf(series).length > 0);
}

function arrayOf(name: string, of: Argument | undefined): readonly TimeSeries[] {
  const all = of === undefined || of.kind === 'word' ? undefined : listOf(of);
  if (!all) throw invalidValue(`${name} takes an array of series`);
  return all;
}
