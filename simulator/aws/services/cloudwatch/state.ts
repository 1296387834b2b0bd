import type { Simulation } from '../../../core/simulation.ts';
import type { Alarm, AlarmHistoryItem, CompositeAlarm } from './alarms/definition.ts';

/** What arrived for one series in one stretch of time. `values` is null where only a statistic set was published: no percentiles then. */
export type Bucket = {
  count: number;
  sum: number;
  min: number;
  max: number;
  values: Record<string, number> | null;
  /** How many keys `values` has. */
  distinct: number;
};

export type Series = {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly unit: string;
  /** By the minute in which the stretch starts, counted from the epoch. */
  readonly buckets: Record<string, Bucket>;
  /** The keys of the buckets as numbers, in their order. */
  minutes: number[];
  thinnedMs: number;
};

export type EmfFault = { readonly at: string; readonly logGroup: string; readonly reason: string };

type CloudWatchState = {
  readonly series: Record<string, Series>;
  /** The keys of the series of each namespace and name. */
  readonly seriesByName: Record<string, string[]>;
  readonly alarms: Record<string, Alarm>;
  readonly composites: Record<string, CompositeAlarm>;
  readonly history: AlarmHistoryItem[];
  readonly emfFaults: EmfFault[];
  /** Since when gauges are sampled each minute: since there are alarms. */
  watchedSinceMs: number | null;
  isTicking: boolean;
  lastDataMs: number;
};

export function cloudWatchState(simulation: Simulation): CloudWatchState {
  return simulation.state(
    'cloudwatch',
    (): CloudWatchState => ({
      series: {},
      seriesByName: {},
      alarms: {},
      composites: {},
      history: [],
      emfFaults: [],
      watchedSinceMs: null,
      isTicking: false,
      lastDataMs: 0,
    }),
  );
}

export type MetricName = {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
};

export const nameKey = ({ namespace, name }: Omit<MetricName, 'dimensions'>): string => `${namespace}\n${name}`;

/** The identity of a series: name and dimensions, whatever the order of these. */
export function seriesKey({ namespace, name, dimensions }: MetricName): string {
  const keys = Object.keys(dimensions);
  if (keys.length > 1) keys.sort();
  return keys.reduce((key, dimension) => `${key}\n${dimension}=${dimensions[dimension]}`, `${namespace}\n${name}`);
}
