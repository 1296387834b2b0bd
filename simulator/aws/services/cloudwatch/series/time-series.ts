import type { MetricName } from '../state.ts';

/** One series of a query: a value or nothing for each period that was asked for, oldest first. */
export type TimeSeries = {
  /** What it is a statistic of; undefined for what metric math made. */
  readonly metric: MetricName | undefined;
  /** What its own query calls it. */
  readonly label: string | undefined;
  readonly values: readonly (number | undefined)[];
};

/** What an expression can be: one series, several, or a number. */
export type Quantity =
  | { readonly kind: 'series'; readonly series: TimeSeries }
  | { readonly kind: 'array'; readonly all: readonly TimeSeries[] }
  | { readonly kind: 'number'; readonly value: number };

/** Reads a statistic of a metric for each period that was asked for. */
export type ReadSeries = (metric: MetricName, statistic: string, period: number) => TimeSeries;

export const listOf = (quantity: Quantity): readonly TimeSeries[] | undefined => {
  if (quantity.kind === 'array') return quantity.all;
  return quantity.kind === 'series' ? [quantity.series] : undefined;
};

/** The values that a series has, without its gaps. */
export function valuesOf({ values }: TimeSeries): number[] {
  return values.filter((value) => value !== undefined);
}
