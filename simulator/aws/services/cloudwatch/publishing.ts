import type { Dimension, MetricDatum, PutMetricDataInput } from '@aws-sdk/client-cloudwatch';
import { NotSimulatedError } from '../../errors.ts';
import { type CallContext, operation } from '../../types.ts';
import {
  dimensionFault,
  invalidCombination,
  invalidValue,
  MAX_DIMENSIONS,
  metricNameFault,
  missingParameter,
  namespaceFault,
  numberFault,
  refuse,
  timeFault,
  unitFault,
} from './checks.ts';
import { countMetric, type MetricPoint } from './store.ts';

const MAX_METRICS = 1000;
const MAX_VALUES = 150;
const MAX_BYTES = 1_048_576;

export const publishingOperations = {
  PutMetricData: operation<PutMetricDataInput, object>({
    authorize: ({ Namespace = '' }) => [
      { action: 'cloudwatch:PutMetricData', resource: '*', context: { 'cloudwatch:namespace': Namespace } },
    ],
    run(input, context) {
      if (input.EntityMetricData !== undefined || input.StrictEntityValidation !== undefined)
        throw new NotSimulatedError('CloudWatch PutMetricData with entities');
      if (!input.Namespace) throw missingParameter('Namespace');
      const { Namespace: namespace, MetricData: data = [] } = input;
      refuse(namespaceFault(namespace));
      if (data.length === 0) throw missingParameter('MetricData');
      if (data.length > MAX_METRICS)
        throw invalidValue(`The collection MetricData must not have a size greater than ${MAX_METRICS}.`);
      if (Buffer.byteLength(JSON.stringify(input)) > MAX_BYTES) throw invalidValue('the request is larger than 1 MB');
      // All or nothing: a fault in the last metric refuses the first one too.
      const points = data.map((datum) => pointOf(namespace, datum, context));
      for (const point of points) countMetric(context.simulation, point);
      return {};
    },
  }),
};

function pointOf(namespace: string, datum: MetricDatum, { simulation }: CallContext): MetricPoint {
  if (!datum.MetricName) throw missingParameter('MetricData.member.MetricName');
  refuse(metricNameFault(datum.MetricName), unitFault(datum.Unit ?? 'None'));
  if ((datum.StorageResolution ?? 60) !== 60) throw new NotSimulatedError('CloudWatch high-resolution metrics');
  const atMs = datum.Timestamp?.getTime() ?? simulation.now();
  refuse(timeFault(atMs, simulation.now()));
  const dimensions = dimensionsOf(datum.Dimensions ?? []);
  const common = { namespace, name: datum.MetricName, dimensions, unit: datum.Unit ?? 'None', atMs };
  const { Value, StatisticValues, Values, Counts } = datum;
  if ([Value, StatisticValues, Values].filter((given) => given !== undefined).length !== 1)
    throw invalidCombination(`${datum.MetricName}: exactly one of Value, Values and StatisticValues is needed`);
  if (Counts !== undefined && Values === undefined)
    throw invalidCombination(`${datum.MetricName}: Counts without Values`);
  if (Value !== undefined) {
    refuse(numberFault(Value));
    return { ...common, value: Value };
  }
  if (StatisticValues) {
    const { SampleCount = 0, Sum = 0, Minimum = 0, Maximum = 0 } = StatisticValues;
    refuse(...[SampleCount, Sum, Minimum, Maximum].map(numberFault));
    if (SampleCount <= 0 || Minimum > Maximum)
      throw invalidValue(`${datum.MetricName}: the statistic set is not valid`);
    return { ...common, statistics: { count: SampleCount, sum: Sum, min: Minimum, max: Maximum } };
  }
  return { ...common, values: valuesOf(datum.MetricName, Values ?? [], Counts) };
}

function valuesOf(name: string, values: readonly number[], counts: readonly number[] | undefined): [number, number][] {
  if (values.length === 0 || values.length > MAX_VALUES)
    throw invalidValue(`${name}: Values takes 1 to ${MAX_VALUES} values, got ${values.length}`);
  if (counts && counts.length !== values.length)
    throw invalidValue(`${name}: ${values.length} Values and ${counts.length} Counts`);
  refuse(...values.map(numberFault), ...(counts ?? []).map(numberFault));
  if (counts?.some((count) => count <= 0)) throw invalidValue(`${name}: a count must be above zero`);
  return values.map((value, index) => [value, counts?.[index] ?? 1]);
}

/** Dimensions as a map; refuses too many, invalid ones and one that comes twice. */
export function dimensionsOf(list: readonly Dimension[]): Record<string, string> {
  if (list.length > MAX_DIMENSIONS) throw invalidValue(`a metric has at most ${MAX_DIMENSIONS} dimensions`);
  const dimensions: Record<string, string> = {};
  for (const { Name = '', Value = '' } of list) {
    refuse(dimensionFault(Name, Value));
    if (dimensions[Name] !== undefined) throw invalidValue(`the dimension ${Name} comes twice`);
    dimensions[Name] = Value;
  }
  return dimensions;
}
