import { METRIC_NAMESPACE } from '../metrics/emf.ts';
import type { Line, MetricProperties, Row, Widget } from './body.ts';

export const PERIOD = 60;
const THIRD = 8;
const HEIGHT = 6;
const REGION = '${AWS::Region}';

/** A dollar sign that neither the packager nor CloudFormation takes for its own: the builder gives Fn::Sub what D is. */
const dimension = (name: string) => `\${D}{PROP('Dim.${name}')}`;

export const COLORS = {
  blue: '#2a78b8',
  lightBlue: '#8fc1e3',
  darkBlue: '#123f66',
  green: '#2b8a5b',
  lightGreen: '#8ccf9f',
  orange: '#d9822b',
  yellow: '#c9a227',
  purple: '#7a5aa6',
  teal: '#1c8c99',
  grey: '#7b8794',
  red: '#c0392b',
} as const;

/** Median, nine of ten, ninety-nine of a hundred: the same three colours everywhere. */
export const PERCENTILES = [
  { stat: 'p50', label: 'median', color: COLORS.lightBlue },
  { stat: 'p90', label: 'p90', color: COLORS.blue },
  { stat: 'p99', label: 'p99', color: COLORS.darkBlue },
] as const;

/** SEARCH for one of our metrics by the names of its dimensions, narrowed to values of some of them. */
export function searchFor(
  metric: string,
  dimensions: readonly string[],
  stat: string,
  only: Readonly<Record<string, string>> = {},
): string {
  const terms = Object.entries(only).map(([name, value]) => ` ${name}="${value}"`);
  const schema = [METRIC_NAMESPACE, ...dimensions].join(',');
  return `SEARCH('{${schema}} MetricName="${metric}"${terms.join('')}', '${stat}', ${PERIOD})`;
}

/** One line for each series that the search finds, called after its dimensions. */
export function eachBy(
  expression: string,
  id: string,
  names: readonly string[],
  more: { prefix?: string; yAxis?: 'right' } = {},
): Row {
  const { prefix, ...drawn } = more;
  const label = [...(prefix === undefined ? [] : [prefix]), ...names.map(dimension)].join(' ');
  return [{ id, expression, label, ...drawn }];
}

export const oneLine = (id: string, expression: string, label: string, color: string): Row => [
  { id, expression, label, color },
];

/** One of our metrics with all its dimensions. */
export function metric(
  name: string,
  dimensions: Readonly<Record<string, string>>,
  drawn: Exclude<Row[number], string>,
): Row {
  return [METRIC_NAMESPACE, name, ...Object.entries(dimensions).flat(), drawn];
}

export type GraphOptions = {
  readonly unit: string;
  readonly max?: number;
  readonly isStacked?: boolean;
  readonly lines?: readonly Line[];
  readonly rightUnit?: string;
  readonly width?: number;
  readonly period?: number;
};

export function graph(title: string, rows: readonly Row[], options: GraphOptions): Widget {
  const { unit, max, isStacked = false, lines, rightUnit, width = THIRD, period = PERIOD } = options;
  const axis = (label: string) => ({ label, min: 0, showUnits: false });
  const properties: MetricProperties = {
    title,
    region: REGION,
    view: 'timeSeries',
    stacked: isStacked,
    period,
    legend: { position: 'bottom' },
    yAxis: {
      left: { ...axis(unit), ...(max === undefined ? {} : { max }) },
      ...(rightUnit === undefined ? {} : { right: axis(rightUnit) }),
    },
    ...(lines === undefined ? {} : { annotations: { horizontal: lines } }),
    metrics: rows,
  };
  return { type: 'metric', width, height: HEIGHT, properties };
}

/** The last values, large. */
export function numbers(title: string, rows: readonly Row[]): Widget {
  return {
    type: 'metric',
    width: 24,
    height: 3,
    properties: { title, region: REGION, view: 'singleValue', sparkline: false, period: PERIOD, metrics: rows },
  };
}

export const heading = (markdown: string): Widget => ({
  type: 'text',
  width: 24,
  height: 2,
  properties: { markdown, background: 'transparent' },
});
