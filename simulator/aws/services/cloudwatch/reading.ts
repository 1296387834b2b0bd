import type {
  GetMetricDataInput,
  GetMetricDataOutput,
  GetMetricStatisticsInput,
  GetMetricStatisticsOutput,
  ListMetricsInput,
  ListMetricsOutput,
  Statistic,
} from '@aws-sdk/client-cloudwatch';
import type { Simulation } from '../../../core/simulation.ts';
import { NotSimulatedError } from '../../errors.ts';
import { operation } from '../../types.ts';
import { invalidCombination, invalidValue, missingParameter } from './checks.ts';
import { dataPoint, sampleGauges } from './gauges.ts';
import { checkPeriod, metricNameOf } from './queries.ts';
import { metricData } from './series/metric-data.ts';
import { cloudWatchState, type Series } from './state.ts';

const MAX_POINTS = 100_800;
const MAX_STATISTICS_POINTS = 1440;
const RECENTLY_MS = 3 * 3600_000;
const LISTED_MS = 14 * 24 * 3600_000;
const MINUTE_MS = 60_000;

function refuseMembers(name: string, members: object): void {
  const other = Object.entries(members).find(([, value]) => value !== undefined);
  if (other) throw new NotSimulatedError(`CloudWatch ${name} with ${other[0]}`);
}

/** The starts of the periods between two times. A period starts on a multiple of itself. */
function starts(from: Date | undefined, to: Date | undefined, period: number, most: number): number[] {
  if (!from) throw missingParameter('StartTime');
  if (!to) throw missingParameter('EndTime');
  if (from >= to) throw invalidValue('The parameter StartTime must be less than the parameter EndTime.');
  const periodMs = period * 1000;
  const firstMs = Math.floor(from.getTime() / periodMs) * periodMs;
  const count = Math.ceil((to.getTime() - firstMs) / periodMs);
  if (count > most)
    throw invalidCombination(`You have requested up to ${count} datapoints, which exceeds the limit of ${most}.`);
  return Array.from({ length: count }, (_, index) => firstMs + index * periodMs);
}

/** Whoever reads sees the gauges as they are now. */
function sampleNow(simulation: Simulation): void {
  sampleGauges(simulation, simulation.now());
}

export const readingOperations = {
  GetMetricData: operation<GetMetricDataInput, GetMetricDataOutput>({
    authorize: () => [{ action: 'cloudwatch:GetMetricData', resource: '*' }],
    run({ MetricDataQueries = [], StartTime, EndTime, ScanBy, ...rest }, { simulation }) {
      refuseMembers('GetMetricData', rest);
      sampleNow(simulation);
      const results = metricData(simulation, MetricDataQueries, (period) =>
        starts(StartTime, EndTime, period, MAX_POINTS),
      );
      const points = results.reduce((sum, { Values = [] }) => sum + Values.length, 0);
      if (points > MAX_POINTS) throw new NotSimulatedError('pages of GetMetricData');
      if (ScanBy !== 'TimestampAscending')
        for (const { Timestamps, Values } of results) {
          Timestamps?.reverse();
          Values?.reverse();
        }
      return { Messages: [], MetricDataResults: results };
    },
  }),
  GetMetricStatistics: operation<GetMetricStatisticsInput, GetMetricStatisticsOutput>({
    authorize: () => [{ action: 'cloudwatch:GetMetricStatistics', resource: '*' }],
    run(input, { simulation }) {
      const {
        Namespace,
        MetricName,
        Dimensions,
        StartTime,
        EndTime,
        Statistics = [],
        ExtendedStatistics = [],
        Period,
        ...rest
      } = input;
      refuseMembers('GetMetricStatistics', rest);
      if (Statistics.length + ExtendedStatistics.length === 0) throw missingParameter('Statistics');
      sampleNow(simulation);
      const metric = metricNameOf({ Namespace, MetricName, Dimensions });
      const period = checkPeriod(Period);
      const datapoints = starts(StartTime, EndTime, period, MAX_STATISTICS_POINTS).flatMap((startMs) => {
        const read = (name: string) => dataPoint(simulation, metric, name, startMs, startMs + period * 1000);
        const values = Statistics.flatMap((name: Statistic) => named(name, read(name)));
        const extended = ExtendedStatistics.flatMap((name) => named(name, read(name)));
        if (values.length + extended.length === 0) return [];
        return [
          {
            Timestamp: new Date(startMs),
            ...Object.fromEntries(values),
            ...(extended.length > 0 ? { ExtendedStatistics: Object.fromEntries(extended) } : {}),
          },
        ];
      });
      return { Label: metric.name, Datapoints: datapoints };
    },
  }),
  ListMetrics: operation<ListMetricsInput, ListMetricsOutput>({
    authorize: () => [{ action: 'cloudwatch:ListMetrics', resource: '*' }],
    run({ Namespace, MetricName, Dimensions = [], RecentlyActive, ...rest }, { simulation }) {
      refuseMembers('ListMetrics', rest);
      const sinceMs = simulation.now() - (RecentlyActive ? RECENTLY_MS : LISTED_MS);
      const isAsked = ({ namespace, name, dimensions, buckets }: Series) =>
        namespace === (Namespace ?? namespace) &&
        name === (MetricName ?? name) &&
        Dimensions.every(
          ({ Name = '', Value }) => dimensions[Name] !== undefined && (Value ?? dimensions[Name]) === dimensions[Name],
        ) &&
        Object.keys(buckets).some((minute) => Number(minute) * MINUTE_MS >= sinceMs);
      const found = Object.values(cloudWatchState(simulation).series).filter(isAsked);
      if (found.length > 500) throw new NotSimulatedError('pages of ListMetrics');
      return {
        Metrics: found.map(({ namespace, name, dimensions }) => ({
          Namespace: namespace,
          MetricName: name,
          Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
        })),
      };
    },
  }),
};

function named(name: string, value: number | undefined): [string, number][] {
  return value === undefined ? [] : [[name, value]];
}
