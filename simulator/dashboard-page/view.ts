import type { AlarmType, MetricAlarm } from '@aws-sdk/client-cloudwatch';
import {
  type DashboardWidget,
  type MetricWidget,
  readDashboardBody,
} from '../aws/services/cloudwatch/dashboards/body.ts';
import type { CloudWatch } from './cloud-watch.ts';
import { applied, type Choice, choiceOf } from './variables.ts';
import { type DrawnSeries, drawnSeries, periodOf, queriesOf } from './widget-queries.ts';

const MINUTE_MS = 60_000;

export type AlarmView = {
  readonly arn: string;
  readonly name: string;
  readonly kind: AlarmType;
  readonly description: string;
  readonly state: string;
  readonly reason: string;
  readonly sinceMs: number;
};

export type WidgetView = {
  readonly widget: DashboardWidget;
  readonly period: number;
  readonly series: readonly DrawnSeries[];
  /** Why it could not be read. */
  readonly fault?: string;
};

/** The whole page at one moment. */
export type DashboardView = {
  readonly name: string;
  readonly nowMs: number;
  readonly startMs: number;
  readonly variables: readonly Choice[];
  readonly widgets: readonly WidgetView[];
  readonly alarms: readonly AlarmView[];
};

/** Reads a dashboard and everything on it, with the values that were chosen for its variables. */
export async function readView(
  name: string,
  chosen: Readonly<Record<string, string>>,
  cloudWatch: CloudWatch,
): Promise<DashboardView> {
  const { DashboardBody: text = '' } = await cloudWatch.getDashboard(name);
  const { variables = [], start } = bodyOf(text);
  const choices = await Promise.all(variables.map((variable) => choiceOf(variable, chosen[variable.id], cloudWatch)));
  const withValues = variables.reduce(
    (made, variable, index) => applied(made, variable, choices[index]?.value ?? 'none'),
    text,
  );
  const nowMs = cloudWatch.now();
  const startMs = nowMs - durationMs(start ?? '-PT3H');
  const [widgets, alarms] = await Promise.all([
    Promise.all(bodyOf(withValues).widgets.map((widget) => viewOf(widget, { startMs, nowMs }, cloudWatch))),
    alarmsOf(cloudWatch),
  ]);
  return { name, nowMs, startMs, variables: choices, widgets, alarms };
}

function bodyOf(text: string) {
  const read = readDashboardBody(text);
  if ('faults' in read) throw new Error(`the dashboard is not valid: ${JSON.stringify(read.faults[0])}`);
  return read.body;
}

async function viewOf(
  widget: DashboardWidget,
  window: { readonly startMs: number; readonly nowMs: number },
  cloudWatch: CloudWatch,
): Promise<WidgetView> {
  if (widget.type !== 'metric') return { widget, period: 0, series: [] };
  const period = periodOf(widget.properties);
  try {
    return { widget, period, series: await seriesOf(widget, window, cloudWatch) };
  } catch (error) {
    return { widget, period, series: [], fault: error instanceof Error ? error.message : String(error) };
  }
}

async function seriesOf(
  { properties }: MetricWidget,
  { startMs, nowMs }: { readonly startMs: number; readonly nowMs: number },
  cloudWatch: CloudWatch,
): Promise<DrawnSeries[]> {
  const { MetricDataResults = [] } = await cloudWatch.getMetricData({
    MetricDataQueries: queriesOf(properties),
    StartTime: new Date(startMs),
    EndTime: new Date(nowMs + MINUTE_MS),
    ScanBy: 'TimestampAscending',
  });
  return drawnSeries(properties, MetricDataResults);
}

async function alarmsOf(cloudWatch: CloudWatch): Promise<AlarmView[]> {
  const { MetricAlarms = [], CompositeAlarms = [] } = await cloudWatch.describeAlarms();
  const shown = (kind: AlarmType) => (alarm: Omit<MetricAlarm, 'Metrics'>) => ({
    arn: alarm.AlarmArn ?? '',
    name: alarm.AlarmName ?? '',
    kind,
    description: alarm.AlarmDescription ?? '',
    state: alarm.StateValue ?? 'INSUFFICIENT_DATA',
    reason: alarm.StateReason ?? '',
    sinceMs: alarm.StateUpdatedTimestamp?.getTime() ?? 0,
  });
  return [...MetricAlarms.map(shown('MetricAlarm')), ...CompositeAlarms.map(shown('CompositeAlarm'))];
}

/** A time before now as a dashboard's start says it, such as -PT3H or -P1D. */
function durationMs(text: string): number {
  const [, days, hours, minutes] = /^-P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?$/.exec(text) ?? [];
  const total = Number(days ?? 0) * 1440 + Number(hours ?? 0) * 60 + Number(minutes ?? 0);
  if (total === 0) throw new Error(`the start ${text} of the dashboard is not simulated`);
  return total * MINUTE_MS;
}
