import type { PutMetricAlarmInput } from '@aws-sdk/client-cloudwatch';
import type { Simulation } from '../../../../core/simulation.ts';
import { NotSimulatedError, SimulatedAwsError } from '../../../errors.ts';
import { invalidValue } from '../checks.ts';
import { parseInsights } from '../insights/parse.ts';
import { type InsightsQuery, isInsights } from '../insights/query.ts';
import { checkPeriod } from '../queries.ts';
import { cloudWatchState } from '../state.ts';

const MAX_ALARMS = 200;
const MAX_RANGE_SECONDS = 3 * 3600;

export type InsightsSource = { readonly query: InsightsQuery; readonly period: number };

/** Sources by definition: a restore makes new objects of all definitions. */
const known = new WeakMap<PutMetricAlarmInput, { readonly source: InsightsSource | undefined }>();

/** The Metrics Insights query that an alarm watches, if it watches one. */
export function insightsSource(input: PutMetricAlarmInput): InsightsSource | undefined {
  const found = known.get(input) ?? { source: readSource(input) };
  known.set(input, found);
  return found.source;
}

function readSource({ Metrics = [] }: PutMetricAlarmInput): InsightsSource | undefined {
  const [first, ...others] = Metrics.filter(({ Expression }) => isInsights(Expression));
  if (!first?.Expression) return undefined;
  if (others.length > 0 || Metrics.length > 1)
    throw new NotSimulatedError('CloudWatch alarms with Metrics Insights beside other queries');
  if (first.AccountId !== undefined) throw new NotSimulatedError('CloudWatch queries with an AccountId');
  if (first.ReturnData === false) throw invalidValue('exactly one element of the metrics list must return data');
  return { query: parseInsights(first.Expression), period: checkPeriod(first.Period) };
}

/** What CloudWatch asks of an alarm on Metrics Insights beyond what it asks of any. */
export function checkInsights(simulation: Simulation, input: PutMetricAlarmInput): InsightsSource | undefined {
  const source = insightsSource(input);
  if (!source) return undefined;
  if (source.query.groupBy.length > 0 && source.query.orderBy === undefined)
    throw invalidValue('an alarm on several series needs ORDER BY: it says which are looked at first');
  if ((input.EvaluationPeriods ?? 0) * source.period > MAX_RANGE_SECONDS)
    throw invalidValue('an alarm on Metrics Insights looks at the last three hours only (EvaluationPeriods * Period)');
  const others = Object.values(cloudWatchState(simulation).alarms).filter(
    (alarm) => alarm.name !== input.AlarmName && insightsSource(alarm.input) !== undefined,
  );
  if (others.length >= MAX_ALARMS)
    throw new SimulatedAwsError('LimitExceededException', `more than ${MAX_ALARMS} alarms on Metrics Insights`, 400);
  return source;
}
