import type { Simulation } from '../../../../core/simulation.ts';
import { SimulatedAwsError } from '../../../errors.ts';
import type { CallContext } from '../../../types.ts';
import { cloudWatchState } from '../state.ts';
import type { Alarm, AlarmHistoryItem, AlarmState, CompositeAlarm, Contributor } from './definition.ts';

export const NOTIFY = 'cloudwatch:notify';
const HISTORY = 1000;
const NOTIFY_SECONDS = 1;

export type AlarmMessage = {
  readonly alarmArn: string;
  readonly topicArn: string;
  readonly subject: string;
  readonly message: string;
};

/** Publishes to a topic as the service principal cloudwatch.amazonaws.com with aws:SourceArn of the alarm; throws what SNS answers. */
export type AlarmPublisher = (message: AlarmMessage, context: CallContext) => Promise<void>;

/** Puts an alarm into a state. Where that is another one than before, its actions follow; those of a composite alarm when it is reviewed. */
export function changeState(
  simulation: Simulation,
  alarm: Alarm | CompositeAlarm,
  next: AlarmState,
  reason: string,
): void {
  const before = alarm.state;
  if (before === next) return;
  alarm.state = next;
  alarm.reason = reason;
  alarm.stateMs = simulation.now();
  remember(simulation, alarm.name, `Alarm updated from ${before} to ${next}: ${reason}`);
  if (alarm.kind === 'metric') act(simulation, alarm, next, bodyOf(alarm, before, simulation));
}

/** Performs the actions of the state that a composite alarm is in. */
export function tellOf(simulation: Simulation, composite: CompositeAlarm): void {
  const { told, state } = composite;
  composite.told = state;
  act(simulation, composite, state, bodyOf(composite, told, simulation));
}

/** One series of an alarm goes into ALARM or out of it: people hear of each, whether or not the alarm itself changes. */
export function changeContributor(
  simulation: Simulation,
  alarm: Alarm,
  { id, attributes, reason }: Omit<Contributor, 'sinceMs'>,
  next: 'ALARM' | 'OK',
): void {
  const before = next === 'OK' ? 'ALARM' : 'OK';
  remember(simulation, alarm.name, `Alarm contributor ${id} updated from ${before} to ${next}: ${reason}`);
  act(simulation, alarm, next, {
    ...bodyOf(alarm, before, simulation),
    NewStateValue: next,
    NewStateReason: reason,
    // AWS's page on notices does not name the members: these are those of the event on the bus.
    alarmContributor: { id, attributes },
  });
}

/** The actions of a state, with what they say. */
function act(simulation: Simulation, alarm: Alarm | CompositeAlarm, state: AlarmState, body: object): void {
  if (alarm.input.ActionsEnabled === false) return;
  const { AlarmActions = [], OKActions = [], InsufficientDataActions = [] } = alarm.input;
  const actions = { ALARM: AlarmActions, OK: OKActions, INSUFFICIENT_DATA: InsufficientDataActions }[state];
  for (const topicArn of actions) {
    const data: AlarmMessage = {
      alarmArn: alarm.arn,
      topicArn,
      subject: `${state}: "${alarm.name}" in ${regionOf(alarm)}`,
      message: JSON.stringify(body),
    };
    simulation.schedule(NOTIFY_SECONDS, NOTIFY, data);
  }
}

/** An action that AWS refuses is in the alarm's history and nowhere else. */
export async function notify(publish: AlarmPublisher, message: AlarmMessage, context: CallContext): Promise<void> {
  const alarm = message.alarmArn.slice(message.alarmArn.indexOf(':alarm:') + ':alarm:'.length);
  try {
    await publish(message, context);
    remember(context.simulation, alarm, `Successfully executed action ${message.topicArn}`);
  } catch (error) {
    if (!(error instanceof SimulatedAwsError)) throw error;
    remember(
      context.simulation,
      alarm,
      `Failed to execute action ${message.topicArn}. Received error: ${error.message}`,
    );
  }
}

export function alarmHistory(simulation: Simulation): readonly AlarmHistoryItem[] {
  return cloudWatchState(simulation).history;
}

function remember(simulation: Simulation, alarm: string, summary: string): void {
  const { history } = cloudWatchState(simulation);
  history.push({ at: simulation.timestamp(), alarm, summary });
  if (history.length > HISTORY) history.splice(0, history.length - HISTORY);
}

const regionOf = ({ arn }: { readonly arn: string }) => arn.split(':')[3] ?? '';

/** The members that CloudWatch's own messages have. */
function bodyOf(alarm: Alarm | CompositeAlarm, before: AlarmState, simulation: Simulation): object {
  const { input } = alarm;
  return {
    AlarmName: alarm.name,
    AlarmDescription: input.AlarmDescription ?? null,
    AWSAccountId: alarm.arn.split(':')[4],
    AlarmConfigurationUpdatedTimestamp: new Date(alarm.configuredMs).toISOString(),
    NewStateValue: alarm.state,
    NewStateReason: alarm.reason,
    StateChangeTime: new Date(simulation.now()).toISOString(),
    Region: regionOf(alarm),
    AlarmArn: alarm.arn,
    OldStateValue: before,
    OKActions: input.OKActions ?? [],
    AlarmActions: input.AlarmActions ?? [],
    InsufficientDataActions: input.InsufficientDataActions ?? [],
    ...(alarm.kind === 'metric' ? { Trigger: triggerOf(alarm) } : { AlarmRule: alarm.input.AlarmRule }),
  };
}

function triggerOf({ input }: Alarm): object {
  const { MetricName, Namespace, Dimensions = [], Metrics, Period, EvaluationPeriods, DatapointsToAlarm } = input;
  const common = {
    Period,
    EvaluationPeriods,
    DatapointsToAlarm,
    ComparisonOperator: input.ComparisonOperator,
    Threshold: input.Threshold,
    TreatMissingData: input.TreatMissingData ?? '',
  };
  if (Metrics) return { ...common, Metrics };
  const statistic = input.Statistic ?? input.ExtendedStatistic;
  return {
    MetricName,
    Namespace,
    Statistic: statistic,
    Dimensions: Dimensions.map(({ Name: name, Value: value }) => ({ name, value })),
    ...common,
  };
}
