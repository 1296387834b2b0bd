import type { DashboardVariable } from '../aws/services/cloudwatch/dashboards/body.ts';
import type { CloudWatch } from './cloud-watch.ts';

const MINUTE_MS = 60_000;
const SEARCHED_MS = 3 * 3600_000;

/** A variable with what can be chosen for it, and what is. */
export type Choice = {
  readonly id: string;
  readonly label: string;
  readonly values: readonly string[];
  readonly value: string | undefined;
};

/** What a variable offers: its own values, or those of the dimension that its search finds. */
export async function choiceOf(
  variable: DashboardVariable,
  asked: string | undefined,
  cloudWatch: CloudWatch,
): Promise<Choice> {
  const { id, label = id, defaultValue } = variable;
  const values = variable.values?.map(({ value }) => value) ?? (await found(variable, cloudWatch));
  const first = defaultValue === '__FIRST' ? values[0] : defaultValue;
  return { id, label, values, value: asked !== undefined && values.includes(asked) ? asked : first };
}

async function found({ search, populateFrom }: DashboardVariable, cloudWatch: CloudWatch): Promise<string[]> {
  if (search === undefined || populateFrom === undefined) return [];
  const nowMs = cloudWatch.now();
  const { MetricDataResults = [] } = await cloudWatch.getMetricData({
    StartTime: new Date(nowMs - SEARCHED_MS),
    EndTime: new Date(nowMs + MINUTE_MS),
    MetricDataQueries: [
      { Id: 'values', Expression: `SEARCH('${search}', 'SampleCount', 60)`, Label: `\${PROP('Dim.${populateFrom}')}` },
    ],
  });
  return [...new Set(MetricDataResults.flatMap(({ Label }) => Label ?? []))].sort();
}

/** The text of a dashboard with a variable's value in place of its pattern. Variables of the type property are not on our dashboard. */
export function applied(text: string, { type, pattern }: DashboardVariable, value: string): string {
  if (type !== 'pattern' || pattern === undefined) throw new Error('only variables of the type pattern can be applied');
  // Inside of JSON: the value may hold no quote that ends its text.
  return text.replaceAll(pattern, JSON.stringify(value).slice(1, -1));
}
