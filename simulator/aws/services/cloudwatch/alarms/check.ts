import type { MetricDataQuery, PutMetricAlarmInput } from '@aws-sdk/client-cloudwatch';
import type { Simulation } from '../../../../core/simulation.ts';
import { NotSimulatedError } from '../../../errors.ts';
import { invalidCombination, invalidValue, missingParameter, numberFault, refuse } from '../checks.ts';
import { readersOf } from '../queries.ts';
import { checkInsights } from './insights-source.ts';
import { isComparison, type Rule } from './judge.ts';

const DAY_SECONDS = 86_400;
const MAX_ACTIONS = 5;
const MAX_DESCRIPTION = 1024;
const MISSING = ['breaching', 'notBreaching', 'ignore', 'missing'];
const NOT_SIMULATED = ['Unit', 'ThresholdMetricId', 'EvaluationCriteria', 'EvaluationInterval'];

/** The queries of an alarm: its own, or its one metric written as a query. */
export function queriesOf(input: PutMetricAlarmInput): readonly MetricDataQuery[] {
  if (input.Metrics) return input.Metrics;
  const { Namespace, MetricName, Dimensions, Period } = input;
  const Stat = input.Statistic ?? input.ExtendedStatistic;
  return [{ Id: 'm1', ReturnData: true, MetricStat: { Metric: { Namespace, MetricName, Dimensions }, Period, Stat } }];
}

export function ruleOf(input: PutMetricAlarmInput): Rule {
  const evaluationPeriods = input.EvaluationPeriods ?? 0;
  return {
    evaluationPeriods,
    datapointsToAlarm: input.DatapointsToAlarm ?? evaluationPeriods,
    threshold: input.Threshold ?? 0,
    comparison: input.ComparisonOperator ?? '',
    treatMissing: input.TreatMissingData ?? 'missing',
  };
}

/** Refuses what CloudWatch would refuse, and what is not simulated. */
export function checkAlarm(simulation: Simulation, input: PutMetricAlarmInput): void {
  const foreign = NOT_SIMULATED.find((name) => (input as unknown as Record<string, unknown>)[name] !== undefined);
  if (foreign !== undefined) throw new NotSimulatedError(`CloudWatch alarms with ${foreign}`);
  checkCommon(input);
  checkSource(input);
  const insights = checkInsights(simulation, input);
  if (insights) {
    checkRule(ruleOf(input), input, insights.period);
    return;
  }
  const { readers, period } = readersOf(simulation, queriesOf(input));
  if (readers.filter(({ isReturned }) => isReturned).length !== 1)
    throw invalidValue('exactly one element of the metrics list must return data');
  checkRule(ruleOf(input), input, period);
}

function checkSource(input: PutMetricAlarmInput): void {
  const single = [
    input.MetricName,
    input.Namespace,
    input.Dimensions,
    input.Period,
    input.Statistic,
    input.ExtendedStatistic,
  ];
  if (input.Metrics) {
    if (single.some((given) => given !== undefined))
      throw invalidCombination('Metrics and the parameters of a single metric exclude each other');
    return;
  }
  if ((input.Statistic === undefined) === (input.ExtendedStatistic === undefined))
    throw invalidCombination('exactly one of Statistic and ExtendedStatistic is needed');
  if (input.ExtendedStatistic !== undefined && !/^p\d/.test(input.ExtendedStatistic))
    throw new NotSimulatedError(`CloudWatch alarms on ${input.ExtendedStatistic}`);
}

function checkRule(rule: Rule, input: PutMetricAlarmInput, period: number): void {
  if (input.Threshold === undefined) throw missingParameter('Threshold');
  refuse(numberFault(rule.threshold));
  if (!isComparison(rule.comparison)) throw new NotSimulatedError(`CloudWatch comparison ${rule.comparison}`);
  if (!MISSING.includes(rule.treatMissing)) throw invalidValue(`TreatMissingData ${rule.treatMissing} is not valid`);
  if (rule.evaluationPeriods < 1) throw invalidValue('EvaluationPeriods must be at least 1');
  if (rule.datapointsToAlarm < 1 || rule.datapointsToAlarm > rule.evaluationPeriods)
    throw invalidValue('DatapointsToAlarm must be between 1 and EvaluationPeriods');
  const longest = period >= 3600 ? 7 * DAY_SECONDS : DAY_SECONDS;
  if (rule.evaluationPeriods * period > longest)
    throw invalidValue(`Metrics cannot be checked across more than ${longest} seconds (EvaluationPeriods * Period)`);
  const low = input.EvaluateLowSampleCountPercentile;
  if (low !== undefined && low !== 'evaluate') throw new NotSimulatedError(`EvaluateLowSampleCountPercentile ${low}`);
}

type Common = {
  readonly AlarmName?: string | undefined;
  readonly AlarmDescription?: string | undefined;
  readonly AlarmActions?: readonly string[] | undefined;
  readonly OKActions?: readonly string[] | undefined;
  readonly InsufficientDataActions?: readonly string[] | undefined;
};

/** What a metric alarm and a composite alarm have in common. */
export function checkCommon(input: Common): void {
  if (!input.AlarmName) throw missingParameter('AlarmName');
  if (input.AlarmName.length > 255) throw invalidValue('the name of an alarm has at most 255 characters');
  if ((input.AlarmDescription ?? '').length > MAX_DESCRIPTION)
    throw invalidValue(`the description of an alarm has at most ${MAX_DESCRIPTION} characters`);
  for (const actions of [input.AlarmActions, input.OKActions, input.InsufficientDataActions]) {
    if ((actions ?? []).length > MAX_ACTIONS)
      throw invalidValue(`an alarm has at most ${MAX_ACTIONS} actions for each state`);
    const other = actions?.find((arn) => !/^arn:aws:sns:[a-z0-9-]+:\d{12}:[\w-]+$/.test(arn));
    if (other !== undefined) throw new NotSimulatedError(`the alarm action ${other}: only SNS topics are`);
  }
}
