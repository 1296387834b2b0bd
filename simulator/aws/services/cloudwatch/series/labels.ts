import type { MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { NotSimulatedError } from '../../../errors.ts';
import { invalidValue } from '../checks.ts';
import type { TimeSeries } from './time-series.ts';

const DYNAMIC = /\$\{([^{}]*)\}/g;
const DIMENSION = /^PROP\('Dim\.([^']+)'\)$/;

/** What a series is called: its label with the dynamic parts filled in; by default its metric's name, or the id of the query. */
export function labelOf(query: MetricDataQuery, series: TimeSeries, isOneOfSeveral: boolean): string {
  const { Label: label, Id: id = '', MetricStat: stat } = query;
  const own = stat?.Metric?.MetricName ?? series.label ?? (series.metric ? ownName(series.metric) : id);
  if (label === undefined || label === '') return own;
  if (label.includes('${')) return label.replaceAll(DYNAMIC, (_, what: string) => dynamic(what, series));
  return isOneOfSeveral ? `${label} ${own}` : label;
}

function ownName({ name, dimensions }: NonNullable<TimeSeries['metric']>): string {
  return [...Object.values(dimensions), name].join(' ');
}

function dynamic(what: string, { metric }: TimeSeries): string {
  const dimension = DIMENSION.exec(what)?.[1];
  if (dimension === undefined) throw new NotSimulatedError(`the dynamic label \${${what}} of CloudWatch`);
  const value = metric?.dimensions[dimension];
  if (value === undefined) throw invalidValue(`a label asks for the dimension ${dimension}, which its series has not`);
  return value;
}
