import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RegoEngine, TemplateFile } from '@aws/cloudformation-validate';
import { describe, expect, it } from '@jest/globals';
import { METRICS } from '../../shared/metrics/names.ts';
import type { JsonMap } from '../../simulator/cloudformation/template.ts';
import { alarmsWithNeighbours, alarmTemplate } from '../support/alarm-stack.ts';
import { clusterTemplate, type NamedResource, resourcesOf } from '../support/packaged.ts';
import { ROOT } from '../support/source-graph.ts';

const both = [alarmTemplate(), clusterTemplate()];
const metricAlarms = both.flatMap((template) => resourcesOf(template, 'AWS::CloudWatch::Alarm'));
const composites = both.flatMap((template) => resourcesOf(template, 'AWS::CloudWatch::CompositeAlarm'));
const all = [...metricAlarms, ...composites];
const named = (alarms: readonly NamedResource[]) => alarms.map((alarm) => [alarm.id, alarm] as const);

/** Alarms that only other alarms look at: they page nobody. */
const halves = metricAlarms.filter(({ id }) => JSON.stringify(composites).includes(`\${${id}}`)).map(({ id }) => id);

const descriptionOf = ({ properties }: NamedResource): string => {
  const text = properties['AlarmDescription'];
  return typeof text === 'string' ? text : String((text as JsonMap | undefined)?.['Fn::Sub']);
};
const runbookOf = (alarm: NamedResource) =>
  /Runbook: (docs\/runbooks\/[a-z-]+\.md)\s*$/.exec(descriptionOf(alarm))?.[1];

/** Every metric that an alarm looks at, by itself or in an expression. */
const metricsOf = ({ properties }: NamedResource): JsonMap[] => {
  const queries = (properties['Metrics'] ?? []) as unknown as { MetricStat?: { Metric: JsonMap } }[];
  return properties['MetricName'] === undefined
    ? queries.flatMap(({ MetricStat }) => (MetricStat ? [MetricStat.Metric] : []))
    : [properties];
};
const dimensionNames = (metric: JsonMap) =>
  ((metric['Dimensions'] ?? []) as { Name: string }[]).map(({ Name }) => Name);

describe('the alarms', () => {
  it('are more than twenty, and one composite one', () => {
    expect([metricAlarms.length > 20, composites.length]).toEqual([true, 1]);
    expect(halves).toEqual(['InstancesChangeAlarm', 'NoStateChangesAlarm']);
  });

  it.each(named(metricAlarms))('%s says what missing data means', (_, { properties }) => {
    expect(['breaching', 'notBreaching', 'ignore', 'missing']).toContain(properties['TreatMissingData']);
  });

  it.each(named(all))('%s says what is broken and has a runbook that says what to do', (id, alarm) => {
    const runbook = runbookOf(alarm) ?? 'none';

    expect(descriptionOf(alarm).length).toBeLessThan(1024);
    expect(existsSync(join(ROOT, runbook)) && readFileSync(join(ROOT, runbook), 'utf8')).toContain(id);
    expect(readFileSync(join(ROOT, 'docs/runbooks/README.md'), 'utf8')).toContain(`\`${id}\``);
  });

  it.each(named(all.filter(({ id }) => !halves.includes(id))))(
    '%s tells somebody, and tells when it is over',
    (_, alarm) => {
      const { AlarmActions, OKActions } = alarm.properties;

      expect([{ Ref: 'AlarmTopic' }, { Ref: 'AlarmTopicArn' }]).toContainEqual((AlarmActions as unknown[])[0]);
      expect(OKActions).toEqual(AlarmActions);
    },
  );

  it.each(named(metricAlarms))('%s looks at series that stay few', (_, alarm) => {
    const allowed = ['QueueName', 'RuleName', 'FunctionName', 'Resource', 'Function', 'Kind'];

    const metrics = metricsOf(alarm);
    expect(metrics.length).toBeGreaterThan(0);
    for (const metric of metrics) expect(allowed).toEqual(expect.arrayContaining(dimensionNames(metric)));
  });

  it.each(named(metricAlarms))(
    '%s never reads an average, and says that few samples are judged too',
    (_, { properties }) => {
      expect(properties['Statistic']).not.toBe('Average');
      if (properties['ExtendedStatistic'] !== undefined)
        expect(properties['EvaluateLowSampleCountPercentile']).toBe('evaluate');
    },
  );

  it('look only at metrics of ours that are published', () => {
    const ours = metricAlarms.flatMap(metricsOf).filter(({ Namespace }) => Namespace === 'Joinery');

    expect(ours.length).toBeGreaterThan(4);
    expect(Object.values(METRICS)).toEqual(expect.arrayContaining(ours.map(({ MetricName }) => MetricName)));
  });

  it('are a template in which the checker finds nothing', () => {
    const folder = mkdtempSync(join(tmpdir(), 'joinery-alarms-'));
    const engine = new RegoEngine();
    const file = join(folder, 'template.json');
    writeFileSync(file, JSON.stringify(alarmsWithNeighbours()));

    const { diagnostics } = engine.validateStandard(new TemplateFile(file));

    const found = diagnostics.filter(({ severity }) => ['FATAL', 'ERROR', 'WARN'].includes(severity));
    expect(found.map(({ ruleId, message }) => `${ruleId} ${message}`)).toEqual([]);
    engine.free();
    rmSync(folder, { recursive: true });
  });
});

describe('the topic of the alarms', () => {
  const { Resources } = alarmTemplate();
  const statements = (id: string, member: string) =>
    (
      Resources[id]?.Properties?.[member] as
        | { Statement: { Sid: string; Principal: { Service?: unknown } }[] }
        | undefined
    )?.Statement ?? [];

  it('is encrypted with a key that lets in who publishes: CloudWatch and EventBridge', () => {
    const services = statements('TopicKey', 'KeyPolicy').flatMap(({ Principal }) => Principal.Service ?? []);

    expect(Resources['AlarmTopic']?.Properties).toEqual({ KmsMasterKeyId: { Ref: 'TopicKey' } });
    expect(services).toEqual(['cloudwatch.amazonaws.com', 'events.amazonaws.com']);
  });

  it('lets alarms of this account publish, and nobody over plain HTTP', () => {
    expect(statements('AlarmTopicPolicy', 'PolicyDocument')).toMatchObject([
      { Effect: 'Deny', Principal: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
      {
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Action: 'sns:Publish',
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      },
    ]);
  });
});
