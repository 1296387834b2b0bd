import { createHash } from 'node:crypto';
import type { Simulation } from '../../../../core/simulation.ts';
import { NotSimulatedError } from '../../../errors.ts';
import { addStatistics, emptyBucket, statisticOf } from '../buckets.ts';
import { isGauge } from '../gauges.ts';
import { type Bucket, cloudWatchState, nameKey, type Series } from '../state.ts';
import { bucketBetween } from '../store.ts';
import type { InsightsQuery, InsightsStatistic } from './query.ts';

/** So many series a query looks at, and so many it answers; what is beyond makes its answer partial. */
const MAX_MATCHED = 10_000;
const MAX_RETURNED = 500;

type Window = { readonly startMs: number; readonly endMs: number };

/** One series of the answer: its labels, a name of its own, and a value or nothing for each window. */
export type InsightsSeries = {
  readonly id: string;
  readonly label: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly points: readonly (number | undefined)[];
};
export type InsightsAnswer = { readonly series: readonly InsightsSeries[]; readonly isPartial: boolean };

const NAMES: Readonly<Record<InsightsStatistic, string>> = {
  AVG: 'Average',
  COUNT: 'SampleCount',
  MAX: 'Maximum',
  MIN: 'Minimum',
  SUM: 'Sum',
};

/** Reads a query for windows that follow each other. A series is there only when it has data in one of them. */
export function readInsights(simulation: Simulation, query: InsightsQuery, windows: readonly Window[]): InsightsAnswer {
  if (isGauge({ namespace: query.namespace, name: query.metricName }))
    throw new NotSimulatedError(`Metrics Insights of ${query.metricName}: its zeros are not kept`);
  const whole = { startMs: windows[0]?.startMs ?? 0, endMs: windows.at(-1)?.endMs ?? 0 };
  const matched = matchingSeries(simulation, query, whole);
  const groups = Object.values(Object.groupBy(matched.slice(0, MAX_MATCHED), (series) => valuesOf(query, series)));
  const answered = ordered(simulation, query, groups as Series[][], whole);
  const limit = Math.min(query.limit ?? MAX_RETURNED, MAX_RETURNED);
  return {
    isPartial: matched.length > MAX_MATCHED || (groups.length > MAX_RETURNED && query.limit === undefined),
    series: answered.slice(0, limit).map((group) => {
      const labels = Object.fromEntries(query.groupBy.map((name) => [name, group[0]?.dimensions[name] ?? '']));
      return {
        id: idOf(query, group[0]),
        label: query.groupBy.length > 0 ? Object.values(labels).join(' ') : query.metricName,
        labels,
        points: windows.map((window) => statisticOf(pooled(simulation, group, window), NAMES[query.statistic])),
      };
    }),
  };
}

function matchingSeries(simulation: Simulation, query: InsightsQuery, whole: Window): Series[] {
  const { series, seriesByName } = cloudWatchState(simulation);
  const { namespace, metricName: name, schema, where } = query;
  const isAsked = ({ dimensions }: Series) =>
    (schema === undefined ||
      (Object.keys(dimensions).length === schema.length &&
        schema.every((label) => Object.hasOwn(dimensions, label)))) &&
    where.every(({ label, value, isEqual }) => (dimensions[label] === value) === isEqual);
  return (seriesByName[nameKey({ namespace, name })] ?? []).flatMap((key) => {
    const found = series[key];
    return found && isAsked(found) && pooled(simulation, [found], whole).count > 0 ? [found] : [];
  });
}

/** The groups as the query wants them; without ORDER BY, which of too many come back is not defined. */
function ordered(simulation: Simulation, query: InsightsQuery, groups: Series[][], whole: Window): Series[][] {
  const { orderBy } = query;
  const ranked = groups.map((group) => ({
    group,
    values: valuesOf(query, group[0]),
    rank: orderBy ? (statisticOf(pooled(simulation, group, whole), NAMES[orderBy.statistic]) ?? 0) : 0,
  }));
  const direction = orderBy?.isDescending ? -1 : 1;
  ranked.sort((a, b) => direction * (a.rank - b.rank) || (a.values < b.values ? -1 : 1));
  return ranked.map(({ group }) => group);
}

function pooled(simulation: Simulation, group: readonly Series[], window: Window): Bucket {
  const whole = emptyBucket();
  for (const series of group) {
    const bucket = bucketBetween(simulation, series, window, false);
    if (bucket.count > 0) addStatistics(whole, bucket);
  }
  return whole;
}

function valuesOf({ groupBy }: InsightsQuery, series: Series | undefined): string {
  return JSON.stringify(groupBy.map((label) => series?.dimensions[label] ?? ''));
}

function idOf(query: InsightsQuery, series: Series | undefined): string {
  return createHash('sha256').update(valuesOf(query, series)).digest('hex').slice(0, 16);
}
