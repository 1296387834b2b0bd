import type { DescribeAlarmsOutput } from '@aws-sdk/client-cloudwatch';
import { generatedName } from '../naming.ts';
import { asTagList, checkProperties, mergedTags, textOf } from '../properties.ts';
import type { ProvidedResource, ProviderContext, ResourceProvider } from '../provider.ts';
import { type JsonMap, TemplateError } from '../template.ts';

const METRIC = 'AWS::CloudWatch::Alarm';
const COMPOSITE = 'AWS::CloudWatch::CompositeAlarm';
const NAME_CHARACTERS = 255;

const COMMON = {
  AlarmName: 'text',
  AlarmDescription: 'text',
  ActionsEnabled: 'boolean',
  AlarmActions: 'texts',
  OKActions: 'texts',
  InsufficientDataActions: 'texts',
  Tags: 'tags',
} as const;

const KNOWN = {
  [METRIC]: {
    ...COMMON,
    MetricName: 'text',
    Namespace: 'text',
    Dimensions: 'maps',
    Statistic: 'text',
    ExtendedStatistic: 'text',
    Period: 'number',
    EvaluationPeriods: 'number',
    DatapointsToAlarm: 'number',
    Threshold: 'number',
    ComparisonOperator: 'text',
    TreatMissingData: 'text',
    EvaluateLowSampleCountPercentile: 'text',
    Metrics: 'maps',
  },
  [COMPOSITE]: {
    ...COMMON,
    AlarmRule: 'text',
    ActionsSuppressor: 'text',
    ActionsSuppressorWaitPeriod: 'number',
    ActionsSuppressorExtensionPeriod: 'number',
  },
} as const;
const REQUIRED = { [METRIC]: ['EvaluationPeriods', 'ComparisonOperator'], [COMPOSITE]: ['AlarmRule'] } as const;
const NUMBERS = [
  'Period',
  'EvaluationPeriods',
  'DatapointsToAlarm',
  'Threshold',
  'ActionsSuppressorWaitPeriod',
  'ActionsSuppressorExtensionPeriod',
];

type Type = typeof METRIC | typeof COMPOSITE;

/** The request of PutMetricAlarm or PutCompositeAlarm: the properties have its members' names. */
function requestOf(type: Type, AlarmName: string, properties: JsonMap, context: ProviderContext): object {
  checkProperties(type, properties, KNOWN[type], REQUIRED[type]);
  const { Tags: own, ...given } = properties;
  const members = Object.entries(given).map(([name, value]) => {
    if (NUMBERS.includes(name)) return [name, Number(value)];
    return [name, name === 'ActionsEnabled' ? String(value) === 'true' : value];
  });
  const tags = asTagList(mergedTags(context.tags, own));
  return { ...Object.fromEntries(members), AlarmName, ...(tags.length > 0 ? { Tags: tags } : {}) };
}

function provider(type: Type, operation: 'PutMetricAlarm' | 'PutCompositeAlarm'): ResourceProvider {
  const put = async (name: string, properties: JsonMap, context: ProviderContext): Promise<ProvidedResource> => {
    await context.call('CloudWatch', operation, requestOf(type, name, properties, context));
    const AlarmTypes = ['MetricAlarm', 'CompositeAlarm'];
    const described = await context.call<DescribeAlarmsOutput>('CloudWatch', 'DescribeAlarms', {
      AlarmNames: [name],
      AlarmTypes,
    });
    const [alarm] = [...(described.MetricAlarms ?? []), ...(described.CompositeAlarms ?? [])];
    return { physicalId: name, attributes: { Arn: alarm?.AlarmArn ?? '' } };
  };
  return {
    type,
    seconds: [2, 6],
    async create(properties, context) {
      const name = textOf(properties, 'AlarmName') ?? generatedName(context, NAME_CHARACTERS);
      const made = await put(name, properties, context);
      context.exists(name);
      return made;
    },
    async update(current, properties, context) {
      if (textOf(current.properties, 'AlarmName') !== textOf(properties, 'AlarmName')) return 'replace';
      const before = JSON.stringify(mergedTags({}, current.properties['Tags']));
      if (before !== JSON.stringify(mergedTags({}, properties['Tags'])))
        throw new TemplateError(`changing the tags of ${type} is not simulated`);
      return put(current.physicalId, properties, context);
    },
    async delete({ physicalId }, context) {
      try {
        await context.call('CloudWatch', 'DeleteAlarms', { AlarmNames: [physicalId] });
      } catch (error) {
        if (!(error instanceof Error && error.name === 'ResourceNotFound')) throw error;
      }
    },
  };
}

export const alarmProvider = provider(METRIC, 'PutMetricAlarm');
export const compositeAlarmProvider = provider(COMPOSITE, 'PutCompositeAlarm');
