import type { MetricDataQuery, MetricDataResult } from '@aws-sdk/client-cloudwatch';
import type { MetricWidget } from '../aws/services/cloudwatch/dashboards/body.ts';

type Properties = MetricWidget['properties'];
type Row = Properties['metrics'][number];
type Drawn = Exclude<Row[number], string>;

/** One line of a graph, or one number. */
export type DrawnSeries = {
  readonly label: string;
  readonly color: string | null;
  readonly yAxis: 'left' | 'right';
  /** Time in milliseconds and value, oldest first. */
  readonly points: readonly (readonly [number, number])[];
};

const DEFAULT_PERIOD = 300;

const drawnOf = (row: Row): Drawn => {
  const last = row.at(-1);
  return typeof last === 'object' ? last : {};
};
const idOf = (row: Row, index: number): string => drawnOf(row).id ?? `row${index}`;

export const periodOf = ({ period }: Properties): number => period ?? DEFAULT_PERIOD;

/** What CloudWatch's console would ask for a widget: each element of `metrics` is one query of GetMetricData. */
export function queriesOf(properties: Properties): MetricDataQuery[] {
  return properties.metrics.map((row, index): MetricDataQuery => {
    const { expression, label, stat, visible = true, period = periodOf(properties) } = drawnOf(row);
    const common = { Id: idOf(row, index), ReturnData: visible, ...(label === undefined ? {} : { Label: label }) };
    if (expression !== undefined) return { ...common, Expression: expression, Period: period };
    const [Namespace, MetricName, ...pairs] = row.filter((part) => typeof part === 'string');
    const Dimensions = pairs.flatMap((Name, at) => (at % 2 === 0 ? [{ Name, Value: pairs[at + 1] }] : []));
    const Stat = stat ?? properties.stat ?? 'Average';
    return { ...common, MetricStat: { Metric: { Namespace, MetricName, Dimensions }, Period: period, Stat } };
  });
}

/** The answers as they are drawn. A colour is for the first series of its element only, as in CloudWatch. */
export function drawnSeries(properties: Properties, results: readonly MetricDataResult[]): DrawnSeries[] {
  const seen = new Set<string>();
  return results.map(({ Id = '', Label, Timestamps = [], Values = [] }) => {
    const index = properties.metrics.findIndex((row, at) => idOf(row, at) === Id);
    const row = properties.metrics[index];
    const { color, yAxis = 'left' } = row ? drawnOf(row) : {};
    const isFirst = !seen.has(Id);
    seen.add(Id);
    const points = Timestamps.map((time, at) => [time.getTime(), Values[at] ?? 0] as const);
    return { label: Label ?? Id, color: isFirst ? (color ?? null) : null, yAxis, points };
  });
}
