import type {
  DeleteAlarmsInput,
  DescribeAlarmContributorsInput,
  DescribeAlarmContributorsOutput,
  DescribeAlarmsInput,
  DescribeAlarmsOutput,
  PutCompositeAlarmInput,
  PutMetricAlarmInput,
  SetAlarmStateInput,
  Tag,
} from '@aws-sdk/client-cloudwatch';
import { NotSimulatedError, SimulatedAwsError } from '../../../errors.ts';
import { type AccessRequest, type CallContext, operation } from '../../../types.ts';
import { invalidValue, missingParameter } from '../checks.ts';
import { cloudWatchState } from '../state.ts';
import { wakeEvaluation } from '../store.ts';
import { checkAlarm, checkCommon } from './check.ts';
import { parseCompositeRule } from './composite-rule.ts';
import type { Alarm, CompositeAlarm } from './definition.ts';
import { evaluateComposites } from './evaluate.ts';
import { changeState } from './state-change.ts';
import { checkSuppressor, plainName } from './suppression.ts';

const MAX_RECORDS = 100;
const MAX_CHILDREN = 100;

const alarmArn = ({ region, accountId }: CallContext, name: string) =>
  `arn:aws:cloudwatch:${region}:${accountId}:alarm:${name}`;

function access(
  context: CallContext,
  action: string,
  name: string,
  keys: AccessRequest['context'] = {},
): AccessRequest {
  return { action: `cloudwatch:${action}`, resource: alarmArn(context, name), context: keys };
}

type Put = {
  readonly AlarmName?: string | undefined;
  readonly AlarmActions?: readonly string[] | undefined;
  readonly Tags?: readonly Tag[] | undefined;
};

function putAccess(action: string, input: Put, context: CallContext): AccessRequest[] {
  const { AlarmName = '', AlarmActions = [], Tags = [] } = input;
  const tags =
    Tags.length === 0
      ? {}
      : {
          ...Object.fromEntries(Tags.map(({ Key, Value = '' }) => [`aws:RequestTag/${Key}`, Value])),
          'aws:TagKeys': Tags.map(({ Key = '' }) => Key),
        };
  const put = access(context, action, AlarmName, {
    ...tags,
    ...(AlarmActions.length > 0 ? { 'cloudwatch:AlarmActions': AlarmActions } : {}),
  });
  return Tags.length === 0 ? [put] : [put, access(context, 'TagResource', AlarmName, tags)];
}

/** How an alarm stands after it was written: a new one knows nothing yet, a changed one stays as it was. */
function standing(context: CallContext, name: string, before: Alarm | CompositeAlarm | undefined) {
  const now = context.simulation.now();
  return {
    name,
    arn: alarmArn(context, name),
    configuredMs: now,
    state: before?.state ?? ('INSUFFICIENT_DATA' as const),
    reason: before?.reason ?? 'Unchecked: Initial alarm creation',
    stateMs: before?.stateMs ?? now,
  };
}

/** The alarms are looked at from now on, and gauges are sampled for them. */
function watch({ simulation }: CallContext): void {
  const state = cloudWatchState(simulation);
  state.watchedSinceMs ??= simulation.now();
  state.lastDataMs = Math.max(state.lastDataMs, simulation.now());
  wakeEvaluation(simulation);
}

function found(context: CallContext, name: string | undefined): Alarm | CompositeAlarm {
  const { alarms, composites } = cloudWatchState(context.simulation);
  const alarm = alarms[name ?? ''] ?? composites[name ?? ''];
  if (!alarm) throw new SimulatedAwsError('ResourceNotFound', `Alarm ${name} does not exist`, 404);
  return alarm;
}

export const alarmOperations = {
  PutMetricAlarm: operation<PutMetricAlarmInput, object>({
    authorize: (input, context) => putAccess('PutMetricAlarm', input, context),
    run(input, context) {
      checkAlarm(context.simulation, input);
      const name = input.AlarmName ?? '';
      const { alarms, composites } = cloudWatchState(context.simulation);
      if (composites[name]) throw invalidValue(`${name} is a composite alarm`);
      const contributors = alarms[name]?.contributors ?? {};
      alarms[name] = {
        ...standing(context, name, alarms[name]),
        kind: 'metric',
        input,
        contributors,
        isPartial: false,
      };
      watch(context);
      return {};
    },
  }),
  PutCompositeAlarm: operation<PutCompositeAlarmInput, object>({
    authorize: (input, context) => putAccess('PutCompositeAlarm', input, context),
    run(input, context) {
      checkCommon(input);
      if (!input.AlarmRule) throw missingParameter('AlarmRule');
      checkSuppressor(context.simulation, input);
      const { names } = parseCompositeRule(input.AlarmRule);
      if (new Set(names).size > MAX_CHILDREN) throw invalidValue(`AlarmRule names more than ${MAX_CHILDREN} alarms`);
      for (const child of names) {
        const plain = plainName(child);
        const { alarms, composites } = cloudWatchState(context.simulation);
        if (!alarms[plain] && !composites[plain]) throw invalidValue(`AlarmRule names ${child}, which does not exist`);
      }
      const name = input.AlarmName ?? '';
      const { alarms, composites } = cloudWatchState(context.simulation);
      if (alarms[name]) throw invalidValue(`${name} is a metric alarm`);
      const before = composites[name];
      composites[name] = {
        ...standing(context, name, before),
        kind: 'composite',
        input,
        told: before?.told ?? 'INSUFFICIENT_DATA',
        suppression: null,
        extensionUntilMs: before?.extensionUntilMs ?? 0,
      };
      watch(context);
      return {};
    },
  }),
  DeleteAlarms: operation<DeleteAlarmsInput, object>({
    authorize: ({ AlarmNames = [] }, context) => AlarmNames.map((name) => access(context, 'DeleteAlarms', name)),
    run({ AlarmNames = [] }, context) {
      for (const name of AlarmNames) found(context, name);
      const { alarms, composites } = cloudWatchState(context.simulation);
      for (const name of AlarmNames) {
        delete alarms[name];
        delete composites[name];
      }
      return {};
    },
  }),
  DescribeAlarms: operation<DescribeAlarmsInput, DescribeAlarmsOutput>({
    authorize: ({ AlarmNames }, context) =>
      (AlarmNames ?? ['*']).map((name) => access(context, 'DescribeAlarms', name)),
    run(input, context) {
      const { AlarmNames, AlarmNamePrefix, AlarmTypes = ['MetricAlarm'], StateValue, MaxRecords, ...rest } = input;
      const other = Object.entries(rest).find(([, value]) => value !== undefined);
      if (other) throw new NotSimulatedError(`CloudWatch DescribeAlarms with ${other[0]}`);
      const { alarms, composites } = cloudWatchState(context.simulation);
      const isAsked = ({ name, state }: Alarm | CompositeAlarm) =>
        (AlarmNames?.includes(name) ?? true) &&
        name.startsWith(AlarmNamePrefix ?? '') &&
        (StateValue ?? state) === state;
      const metric = AlarmTypes.includes('MetricAlarm') ? Object.values(alarms).filter(isAsked) : [];
      const composite = AlarmTypes.includes('CompositeAlarm') ? Object.values(composites).filter(isAsked) : [];
      if (metric.length + composite.length > (MaxRecords ?? MAX_RECORDS))
        throw new NotSimulatedError('pages of DescribeAlarms');
      const metricAlarms = metric.map((alarm) => ({
        ...shown(alarm),
        ...(alarm.isPartial ? { EvaluationState: 'PARTIAL_DATA' as const } : {}),
      }));
      return { MetricAlarms: metricAlarms, CompositeAlarms: composite.map(shownComposite) };
    },
  }),
  DescribeAlarmContributors: operation<DescribeAlarmContributorsInput, DescribeAlarmContributorsOutput>({
    authorize: ({ AlarmName = '' }, context) => [access(context, 'DescribeAlarmContributors', AlarmName)],
    run({ AlarmName = '', NextToken }, { simulation }) {
      if (NextToken !== undefined) throw new NotSimulatedError('pages of DescribeAlarmContributors');
      const alarm = cloudWatchState(simulation).alarms[AlarmName];
      if (!alarm) throw new SimulatedAwsError('ResourceNotFoundException', `Alarm ${AlarmName} does not exist`, 404);
      return {
        AlarmContributors: Object.values(alarm.contributors).map(({ id, attributes, reason, sinceMs }) => ({
          ContributorId: id,
          ContributorAttributes: attributes,
          StateReason: reason,
          StateTransitionedTimestamp: new Date(sinceMs),
        })),
      };
    },
  }),
  SetAlarmState: operation<SetAlarmStateInput, object>({
    authorize: (input, context) => [access(context, 'SetAlarmState', input.AlarmName ?? '')],
    run(input, context) {
      const alarm = found(context, input.AlarmName);
      const state = (['OK', 'ALARM', 'INSUFFICIENT_DATA'] as const).find((name) => name === input.StateValue);
      if (!state) throw invalidValue(`${input.StateValue} is no state of an alarm`);
      if (!input.StateReason) throw missingParameter('StateReason');
      changeState(context.simulation, alarm, state, input.StateReason);
      evaluateComposites(context.simulation);
      // The next evaluation puts the state right again.
      watch(context);
      return {};
    },
  }),
};

function shownComposite(alarm: CompositeAlarm) {
  const { suppression } = alarm;
  const why = suppression && alarm.state !== alarm.told ? suppression.by : undefined;
  return {
    ...shown(alarm),
    ...(why ? { ActionsSuppressedBy: why, ActionsSuppressedReason: `Actions suppressed by ${why}` } : {}),
  };
}

function shown<I extends Put>(alarm: { input: I } & Omit<Alarm, 'input' | 'kind' | 'contributors' | 'isPartial'>) {
  const { Tags: _, ...definition } = alarm.input;
  return {
    ...definition,
    AlarmArn: alarm.arn,
    AlarmConfigurationUpdatedTimestamp: new Date(alarm.configuredMs),
    StateValue: alarm.state,
    StateReason: alarm.reason,
    StateUpdatedTimestamp: new Date(alarm.stateMs),
  };
}
