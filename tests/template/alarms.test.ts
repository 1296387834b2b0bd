import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { METRICS } from '../../shared/metrics/names.ts';
import { parseInsights } from '../../simulator/aws/services/cloudwatch/insights/parse.ts';
import type { InsightsQuery } from '../../simulator/aws/services/cloudwatch/insights/query.ts';
import type { Json, JsonMap } from '../../simulator/cloudformation/template.ts';
import { alarmTemplate, namesIn } from '../support/alarm-stack.ts';
import { clusterTemplate, compiledTemplate, type NamedResource, resourcesOf } from '../support/packaged.ts';
import { ROOT } from '../support/source-graph.ts';

const both = [alarmTemplate(), clusterTemplate()];
const metricAlarms = both.flatMap((template) => resourcesOf(template, 'AWS::CloudWatch::Alarm'));
const composites = both.flatMap((template) => resourcesOf(template, 'AWS::CloudWatch::CompositeAlarm'));
const all = [...metricAlarms, ...composites];
const named = (alarms: readonly NamedResource[]) => alarms.map((alarm) => [alarm.id, alarm] as const);
const textOf = (value: Json | undefined) =>
  typeof value === 'string' ? value : String((value as JsonMap)?.['Fn::Sub']);
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

/** Alarms that only other alarms look at: they tell nobody. */
const halves = metricAlarms.filter(({ properties }) => properties['AlarmActions'] === undefined).map(({ id }) => id);
const partsOf = ({ properties }: NamedResource) =>
  [...textOf(properties['AlarmRule']).matchAll(/ALARM\("\$\{(\w+)\}"\)/g)].map(([, id = '']) => id);
const pages = composites.filter(({ properties }) => JSON.stringify(properties['AlarmActions']).includes('PagingTopic'));

const descriptionOf = ({ properties }: NamedResource): string => textOf(properties['AlarmDescription']);
const runbookOf = (alarm: NamedResource) =>
  /Runbook: (docs\/runbooks\/[a-z-]+\.md)\s*$/.exec(descriptionOf(alarm))?.[1];

type Looked = { readonly namespace: string; readonly name: string; readonly dimensions: readonly string[] };
type Query = { readonly MetricStat?: { readonly Metric: JsonMap }; readonly Expression?: Json };

const queriesOf = ({ properties }: NamedResource) => (properties['Metrics'] ?? []) as unknown as readonly Query[];
const insightsOf = (alarm: NamedResource): InsightsQuery[] =>
  queriesOf(alarm)
    .map(({ Expression }) => textOf(Expression))
    .filter((text) => text.startsWith('SELECT '))
    .map(parseInsights);

/** Every metric that an alarm looks at, by itself, in an expression or in a query. */
const metricsOf = (alarm: NamedResource): Looked[] => {
  const plain = (metric: JsonMap) => ({
    namespace: String(metric['Namespace']),
    name: String(metric['MetricName']),
    dimensions: ((metric['Dimensions'] ?? []) as { Name: string }[]).map(({ Name }) => Name),
  });
  if (alarm.properties['MetricName'] !== undefined) return [plain(alarm.properties)];
  return [
    ...queriesOf(alarm).flatMap(({ MetricStat }) => (MetricStat ? [plain(MetricStat.Metric)] : [])),
    ...insightsOf(alarm).map(({ namespace, metricName: name, schema = [] }) => ({
      namespace,
      name,
      dimensions: schema,
    })),
  ];
};

describe('the alarms', () => {
  it('tell somebody, but for the halves of one other', () => {
    expect(halves).toEqual(['InstancesChangeAlarm', 'NoStateChangesAlarm', 'NoReportAlarm', 'DeployedForADayAlarm']);
    expect(composites.flatMap(partsOf)).toEqual(expect.arrayContaining(halves));
  });

  it.each(named(metricAlarms))('%s says what missing data means', (_, alarm) => {
    const { TreatMissingData } = alarm.properties;
    expect(['breaching', 'notBreaching', 'ignore', 'missing']).toContain(TreatMissingData);
    // A series is not there without data: a rule for its absence would only hit clusters that are new.
    if (insightsOf(alarm).length > 0) expect(TreatMissingData).toBe('notBreaching');
  });

  it.each(named(all))('%s says what is broken and has a runbook that says what to do', (id, alarm) => {
    const runbook = runbookOf(alarm) ?? 'none';

    expect(descriptionOf(alarm).length).toBeLessThan(1024);
    expect(existsSync(join(ROOT, runbook)) && read(runbook)).toContain(`\`${id}\``);
    expect(read(runbook)).toContain('\n1. ');
    expect(read(runbook)).toMatch(/(^|\n)(It|A page) is over when /);
    expect(read('docs/runbooks/README.md')).toContain(`\`${id}\``);
  });

  it.each(named(all.filter(({ id }) => !halves.includes(id))))(
    '%s tells somebody, and tells when it is over',
    (_, { properties }) => {
      const topics = ['AlarmTopic', 'AlarmTopicArn', 'PagingTopic'].map((Ref) => ({ Ref }));

      expect(topics).toContainEqual((properties['AlarmActions'] as unknown[])[0]);
      expect(properties['OKActions']).toEqual(properties['AlarmActions']);
    },
  );

  it.each(named(metricAlarms))('%s looks at series that stay few', (_, alarm) => {
    const ofAws = ['QueueName', 'RuleName', 'FunctionName', 'Resource', 'StateMachineArn', 'TableName', 'Operation'];
    const ofOurs = ['Function', 'Kind', 'Part', 'Cluster', 'NodePool', 'Reason'];

    const metrics = metricsOf(alarm);
    expect(metrics.length).toBeGreaterThan(0);
    for (const { dimensions } of metrics)
      expect([...ofAws, ...ofOurs]).toEqual(expect.arrayContaining([...dimensions]));
  });

  it.each(named(metricAlarms))('%s never reads an average, and says that few samples are judged too', (_, alarm) => {
    const { properties } = alarm;
    expect([properties['Statistic'], ...insightsOf(alarm).map(({ statistic }) => statistic)]).not.toContain('AVG');
    expect(properties['Statistic']).not.toBe('Average');
    if (properties['ExtendedStatistic'] !== undefined)
      expect(properties['EvaluateLowSampleCountPercentile']).toBe('evaluate');
  });

  it("look only at metrics of ours that are published, and at AWS's that the simulated account counts", () => {
    const looked = metricAlarms.flatMap(metricsOf);
    const ours = looked.filter(({ namespace }) => namespace === 'Joinery').map(({ name }) => name);
    const theirs = looked.filter(({ namespace }) => namespace !== 'Joinery').map(({ name }) => name);
    const services = 'simulator/aws/services';
    const counted = [
      ...['cloudwatch/counters.ts', 'cloudwatch/gauges.ts', 'dynamodb/count-failures.ts'].map(
        (file) => `${services}/${file}`,
      ),
    ]
      .map(read)
      .join('\n');

    expect(ours.length).toBeGreaterThan(20);
    expect(Object.values(METRICS)).toEqual(expect.arrayContaining(ours));
    expect(theirs.filter((name) => !counted.includes(`'${name}'`))).toEqual([]);
  });
});

describe('what must not go wrong in silence', () => {
  const watched = new Set(metricAlarms.flatMap(({ properties }) => namesIn(properties['Dimensions'] ?? [])));
  const whole = compiledTemplate();

  it('is every dead-letter queue', () => {
    const deadLetters = resourcesOf(whole, 'AWS::SQS::Queue').filter(
      ({ properties }) => properties['RedrivePolicy'] === undefined,
    );

    expect(deadLetters.length).toBeGreaterThan(6);
    expect(deadLetters.filter(({ id }) => !watched.has(id))).toEqual([]);
  });

  it('is every end of a state machine but a good one', () => {
    const ends = metricAlarms
      .filter(({ properties }) => properties['Namespace'] === 'AWS/States')
      .map(({ properties }) => `${namesIn(properties['Dimensions'] ?? [])} ${String(properties['MetricName'])}`);
    const machines = resourcesOf(whole, 'AWS::StepFunctions::StateMachine').map(({ id }) => id);
    const bad = ['ExecutionsFailed', 'ExecutionsTimedOut', 'ExecutionsAborted'];

    expect(ends.toSorted()).toEqual(machines.flatMap((id) => bad.map((metric) => `${id} ${metric}`)).toSorted());
  });
});

describe('the pages', () => {
  it('are three, and each stands for alarms that say more by themselves', () => {
    expect(pages.map(({ id }) => id)).toEqual(['NoticesPageAlarm', 'ClustersPageAlarm', 'BackendPageAlarm']);
    for (const page of pages) {
      expect(partsOf(page).length).toBeGreaterThan(2);
      expect(page.properties['ActionsSuppressor']).toEqual({ Ref: 'MaintenanceAlarm' });
      expect(all.filter(({ id }) => !halves.includes(id)).map(({ id }) => id)).toEqual(
        expect.arrayContaining(partsOf(page)),
      );
    }
  });
});

describe('the topics of the alarms', () => {
  const { Resources } = alarmTemplate();
  const statements = (id: string, member: string) =>
    (
      Resources[id]?.Properties?.[member] as
        | { Statement: { Sid: string; Principal: { Service?: unknown } }[] }
        | undefined
    )?.Statement ?? [];

  it('are encrypted with a key that lets in who publishes: CloudWatch and EventBridge', () => {
    const services = statements('TopicKey', 'KeyPolicy').flatMap(({ Principal }) => Principal.Service ?? []);

    for (const topic of ['AlarmTopic', 'PagingTopic'])
      expect(Resources[topic]?.Properties).toEqual({ KmsMasterKeyId: { Ref: 'TopicKey' } });
    expect(services).toEqual(['cloudwatch.amazonaws.com', 'events.amazonaws.com']);
  });

  it.each(['AlarmTopicPolicy', 'PagingTopicPolicy'])(
    'let alarms of this account publish, and nobody over plain HTTP: %s',
    (policy) => {
      expect(statements(policy, 'PolicyDocument')).toMatchObject([
        { Effect: 'Deny', Principal: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
        {
          Principal: { Service: 'cloudwatch.amazonaws.com' },
          Action: 'sns:Publish',
          Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
        },
      ]);
    },
  );
});
