import type { MetricDataQuery, MetricDataResult, MetricStat } from '@aws-sdk/client-cloudwatch';
import type { Simulation } from '../../../../core/simulation.ts';
import { NotSimulatedError } from '../../../errors.ts';
import { invalidCombination, invalidValue, missingParameter } from '../checks.ts';
import { dataPoint } from '../gauges.ts';
import { checkedIds, checkPeriod, metricNameOf } from '../queries.ts';
import { labelOf } from './labels.ts';
import { evaluate } from './math.ts';
import { findMetrics, parseSearch } from './search.ts';
import type { Quantity, ReadSeries } from './time-series.ts';

const SEARCH_PERIOD = /\bSEARCH\(\s*'[^']*'\s*,\s*'[^']*'\s*,\s*(\d+)\s*\)/g;

/** The starts of the periods that are asked for, oldest first. */
export type Times = (period: number) => readonly number[];

/** The results of GetMetricData, with the periods that they are of; the values of each oldest first. */
export function metricData(
  simulation: Simulation,
  queries: readonly MetricDataQuery[],
  timesOf: Times,
): MetricDataResult[] {
  checkedIds(queries);
  const period = commonPeriod(queries);
  const times = timesOf(period);
  const read: ReadSeries = (metric, statistic, asked) => {
    if (checkPeriod(asked) !== period) throw new NotSimulatedError('CloudWatch queries of several periods at once');
    // Refuses an unknown statistic although there is no time to read.
    dataPoint(simulation, metric, statistic, 0, 0);
    const values = times.map((startMs) => dataPoint(simulation, metric, statistic, startMs, startMs + period * 1000));
    return { metric, label: undefined, values };
  };
  const known = new Map<string, Quantity>();
  const open = new Set<string>();
  const quantityOf = (query: MetricDataQuery): Quantity => {
    const { Id: id = '', Expression: expression, MetricStat: stat } = query;
    const before = known.get(id);
    if (before) return before;
    if (open.has(id)) throw invalidValue(`${id} refers to itself`);
    open.add(id);
    refuseRest(query);
    if ((expression === undefined) === (stat === undefined))
      throw invalidCombination(`${id}: either an Expression or a MetricStat`);
    const found = stat ? seriesOf(stat, query.Label) : worked(expression ?? '');
    known.set(id, found);
    return found;
  };
  const seriesOf = ({ Metric, Stat, Period, Unit }: MetricStat, label: string | undefined): Quantity => {
    if (Unit !== undefined) throw new NotSimulatedError('CloudWatch queries by Unit');
    if (!Stat) throw missingParameter('Stat');
    return { kind: 'series', series: { ...read(metricNameOf(Metric ?? {}), Stat, Period ?? 0), label } };
  };
  const worked = (expression: string): Quantity =>
    evaluate(expression, {
      series: (id) => {
        const query = queries.find(({ Id }) => Id === id);
        return query && quantityOf(query);
      },
      metrics: (part) =>
        queries.flatMap((query) => {
          const found = query.MetricStat && query.Id?.includes(part) ? quantityOf(query) : undefined;
          return found?.kind === 'series' ? [found.series] : [];
        }),
      search: (text, statistic, asked) =>
        findMetrics(simulation, parseSearch(text)).map((metric) => read(metric, statistic, asked ?? period)),
    });
  return queries.flatMap((query) => {
    const quantity = quantityOf(query);
    if (query.ReturnData === false) return [];
    if (quantity.kind === 'number') throw invalidValue(`${query.Id} is a number and no series`);
    const all = quantity.kind === 'array' ? quantity.all : [quantity.series];
    return all.map((series): MetricDataResult => {
      const points = times.flatMap((startMs, index) => {
        const value = series.values[index];
        return value === undefined ? [] : [{ startMs, value }];
      });
      return {
        Id: query.Id,
        Label: labelOf(query, series, quantity.kind === 'array'),
        StatusCode: 'Complete',
        Timestamps: points.map(({ startMs }) => new Date(startMs)),
        Values: points.map(({ value }) => value),
      };
    });
  });
}

function refuseRest(query: MetricDataQuery): void {
  if (query.AccountId !== undefined) throw new NotSimulatedError('CloudWatch queries with an AccountId');
  if (query.Period !== undefined && query.MetricStat)
    throw invalidCombination(`${query.Id}: the Period of a MetricStat stands in it`);
  if (/^\s*SELECT\b/i.test(query.Expression ?? ''))
    throw new NotSimulatedError('CloudWatch Metrics Insights in GetMetricData');
}

/** Every part of a request has the same period here; CloudWatch would bring several together. */
function commonPeriod(queries: readonly MetricDataQuery[]): number {
  const periods = new Set(
    queries.flatMap(({ MetricStat, Period, Expression = '' }) => {
      if (MetricStat) return [checkPeriod(MetricStat.Period)];
      const inSearch = [...Expression.matchAll(SEARCH_PERIOD)].map(([, seconds]) => checkPeriod(Number(seconds)));
      return Period === undefined ? inSearch : [checkPeriod(Period), ...inSearch];
    }),
  );
  const [period, another] = periods;
  if (period === undefined) throw missingParameter('Period');
  if (another !== undefined) throw new NotSimulatedError('CloudWatch queries of several periods at once');
  return period;
}
