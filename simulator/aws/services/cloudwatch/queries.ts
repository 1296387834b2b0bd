import type { Metric, MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import type { Simulation } from '../../../core/simulation.ts';
import { NotSimulatedError } from '../../errors.ts';
import { invalidCombination, invalidValue, missingParameter } from './checks.ts';
import { parseExpression } from './expressions.ts';
import { dataPoint } from './gauges.ts';
import { dimensionsOf } from './publishing.ts';
import type { MetricName } from './state.ts';

const MAX_QUERIES = 500;

type Window = { readonly startMs: number; readonly endMs: number };
export type Reader = { readonly id: string; readonly isReturned: boolean; read(window: Window): number | undefined };

export function metricNameOf(metric: Metric): MetricName {
  if (!metric.Namespace) throw missingParameter('Namespace');
  if (!metric.MetricName) throw missingParameter('MetricName');
  return { namespace: metric.Namespace, name: metric.MetricName, dimensions: dimensionsOf(metric.Dimensions ?? []) };
}

/** CloudWatch's periods are whole minutes; the shorter ones of high-resolution metrics are not simulated. */
export function checkPeriod(period: number | undefined): number {
  if (period === undefined) throw missingParameter('Period');
  if ([1, 5, 10, 20, 30].includes(period)) throw new NotSimulatedError(`CloudWatch periods of ${period} s`);
  if (!Number.isInteger(period) || period < 60 || period % 60 !== 0)
    throw invalidValue(`the period ${period} is not a multiple of 60`);
  return period;
}

/** The ids of the queries of one request: each once, and not too many. */
export function checkedIds(queries: readonly MetricDataQuery[]): string[] {
  if (queries.length === 0 || queries.length > MAX_QUERIES) throw invalidValue(`${queries.length} metric data queries`);
  const ids = queries.map(({ Id = '' }) => Id);
  const badId = ids.find((id, index) => !/^[a-z][A-Za-z0-9_]{0,254}$/.test(id) || ids.indexOf(id) !== index);
  if (badId !== undefined) throw invalidValue(`the id ${JSON.stringify(badId)} is not valid, or comes twice`);
  return ids;
}

/** The queries of an alarm, checked and ready to be read for any window, with their common period. */
export function readersOf(
  simulation: Simulation,
  queries: readonly MetricDataQuery[],
): { readers: Reader[]; period: number } {
  const ids = checkedIds(queries);
  const periods = new Set(queries.flatMap(({ MetricStat }) => (MetricStat ? [checkPeriod(MetricStat.Period)] : [])));
  const [period] = periods;
  if (period === undefined)
    throw new NotSimulatedError('CloudWatch queries without a MetricStat (Metrics Insights, SEARCH)');
  if (periods.size > 1) throw new NotSimulatedError('CloudWatch queries of several periods at once');
  const byId = new Map<string, Reader>();
  const stats = queries.filter(({ MetricStat }) => MetricStat !== undefined);
  for (const query of stats) byId.set(query.Id ?? '', statReader(simulation, query));
  const known = new Set(byId.keys());
  for (const query of queries.filter(({ MetricStat }) => MetricStat === undefined))
    byId.set(query.Id ?? '', mathReader(query, byId, known));
  return { readers: ids.flatMap((id) => byId.get(id) ?? []), period };
}

function refuseRest(query: MetricDataQuery): void {
  if (query.AccountId !== undefined || query.Period !== undefined)
    throw new NotSimulatedError('CloudWatch queries with an AccountId or a Period of their own');
}

function statReader(simulation: Simulation, query: MetricDataQuery): Reader {
  refuseRest(query);
  const { MetricStat: stat, Id: id = '', Expression } = query;
  if (Expression !== undefined || !stat) throw invalidCombination(`${id}: either an Expression or a MetricStat`);
  if (stat.Unit !== undefined) throw new NotSimulatedError('CloudWatch queries by Unit');
  if (!stat.Stat) throw missingParameter('Stat');
  const metric = metricNameOf(stat.Metric ?? {});
  const { Stat } = stat;
  // Refuses an unknown statistic before anybody waits for a point.
  dataPoint(simulation, metric, Stat, 0, 0);
  return {
    id,
    isReturned: query.ReturnData ?? true,
    read: ({ startMs, endMs }) => dataPoint(simulation, metric, Stat, startMs, endMs),
  };
}

function mathReader(query: MetricDataQuery, byId: ReadonlyMap<string, Reader>, known: ReadonlySet<string>): Reader {
  refuseRest(query);
  const { Id: id = '', Expression } = query;
  if (!Expression) throw invalidCombination(`${id}: either an Expression or a MetricStat`);
  const value = parseExpression(Expression, known);
  return {
    id,
    isReturned: query.ReturnData ?? true,
    read: (window) => value((other) => byId.get(other)?.read(window)),
  };
}
