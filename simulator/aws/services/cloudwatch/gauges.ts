import type { Simulation } from '../../../core/simulation.ts';
import { NotSimulatedError } from '../../errors.ts';
import { queueGauges } from '../sqs/gauges.ts';
import { sqsState } from '../sqs/state.ts';
import { isPercentile, isStatistic, statisticOf } from './buckets.ts';
import { invalidValue } from './checks.ts';
import { cloudWatchState, type MetricName } from './state.ts';
import { bucketBetween, setGauge } from './store.ts';

const MINUTE_MS = 60_000;
/** SQS publishes these for a queue each minute, zero or not. Zeros are not kept: what is absent was zero. */
const SQS_GAUGES = [
  'ApproximateNumberOfMessagesVisible',
  'ApproximateNumberOfMessagesNotVisible',
  'ApproximateNumberOfMessagesDelayed',
  'ApproximateAgeOfOldestMessage',
];

export const isGauge = ({ namespace, name }: Omit<MetricName, 'dimensions'>): boolean =>
  namespace === 'AWS/SQS' && SQS_GAUGES.includes(name);

/** The gauges of every queue that there is: they have data points whether they are kept or not. */
export function gaugeMetrics(simulation: Simulation): MetricName[] {
  return Object.values(sqsState(simulation).queues).flatMap((queue) =>
    SQS_GAUGES.map((name) => ({ namespace: 'AWS/SQS', name, dimensions: { QueueName: queue.name } })),
  );
}

/** Writes down what every queue shows now, as of the minute of the time given. Says whether any of it is above zero. */
export function sampleGauges(simulation: Simulation, atMs: number): boolean {
  let isAnyAboveZero = false;
  for (const { queueName, values } of queueGauges(simulation)) {
    for (const [name, value] of Object.entries(values)) {
      if (value === 0) continue;
      isAnyAboveZero = true;
      setGauge(simulation, { namespace: 'AWS/SQS', name, dimensions: { QueueName: queueName } }, atMs, value);
    }
  }
  return isAnyAboveZero;
}

/** One data point: a statistic of a metric from start to before end; undefined where there is none. */
export function dataPoint(
  simulation: Simulation,
  metric: MetricName,
  statistic: string,
  startMs: number,
  endMs: number,
): number | undefined {
  if (!isStatistic(statistic)) {
    if (/^(tm|tc|ts|wm|pr|iqm)/i.test(statistic)) throw new NotSimulatedError(`CloudWatch statistic ${statistic}`);
    throw invalidValue(`the statistic ${statistic} is not valid`);
  }
  if (isGauge(metric) && statistic !== 'Maximum')
    throw new NotSimulatedError(`CloudWatch ${statistic} of ${metric.name}: its zeros are not kept`);
  const point = statisticOf(bucketBetween(simulation, metric, { startMs, endMs }, isPercentile(statistic)), statistic);
  return point ?? (isGauge(metric) && wasSampled(simulation, metric, startMs, endMs) ? 0 : undefined);
}

function wasSampled(simulation: Simulation, metric: MetricName, startMs: number, endMs: number): boolean {
  const queue = sqsState(simulation).queues[metric.dimensions['QueueName'] ?? ''];
  if (!queue || queue.createdMs >= endMs || Object.keys(metric.dimensions).length !== 1) return false;
  const { watchedSinceMs } = cloudWatchState(simulation);
  const now = simulation.now();
  // Without alarms nobody samples: then there is only what is so in this minute.
  if (watchedSinceMs === null) return startMs <= now && now < endMs + MINUTE_MS;
  return endMs > watchedSinceMs && startMs <= now;
}
