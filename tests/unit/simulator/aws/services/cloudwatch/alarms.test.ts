import type { DescribeAlarmsOutput } from '@aws-sdk/client-cloudwatch';
import * as sdk from '@aws-sdk/client-cloudwatch';
import * as sqsSdk from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SimulatedAwsError } from '../../../../../../simulator/aws/errors.ts';
import { judge } from '../../../../../../simulator/aws/services/cloudwatch/alarms/judge.ts';
import {
  type AlarmMessage,
  alarmHistory,
} from '../../../../../../simulator/aws/services/cloudwatch/alarms/state-change.ts';
import { cloudWatchService } from '../../../../../../simulator/aws/services/cloudwatch/service.ts';
import { countMetric } from '../../../../../../simulator/aws/services/cloudwatch/store.ts';
import { sqs } from '../../../../../../simulator/aws/services/sqs/service.ts';
import { TEST_CALLER } from '../../../../../support/simulated-client.ts';
import { startTestCloud, type TestCloud } from '../../../../../support/test-cloud.ts';

const TOPIC = 'arn:aws:sns:eu-west-1:111122223333:alarms';
const rule = { threshold: 0, comparison: 'GreaterThanThreshold' };

/** X breaches, 0 does not, - is missing; the newest point is the last. */
const points = (text: string) => [...text].map((mark) => (mark === '-' ? undefined : mark === 'X' ? 1 : 0));

describe('the judgement of an alarm', () => {
  // The tables of CloudWatch's guide: missing, ignore, breaching, notBreaching.
  it.each([
    ['0-X-X', 3, 3, 'OK', 'OK', 'OK', 'OK'],
    ['----0', 3, 3, 'OK', 'OK', 'OK', 'OK'],
    ['-----', 3, 3, 'INSUFFICIENT_DATA', 'retain', 'ALARM', 'OK'],
    ['0XX-X', 3, 3, 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
    ['--X--', 3, 3, 'ALARM', 'retain', 'ALARM', 'OK'],
    ['0-X-X', 3, 2, 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
    ['00X0X', 3, 2, 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
    ['0-X--', 3, 2, 'OK', 'OK', 'ALARM', 'OK'],
    ['----0', 3, 2, 'OK', 'OK', 'ALARM', 'OK'],
    ['---X-', 3, 2, 'ALARM', 'retain', 'ALARM', 'OK'],
    ['X--', 1, 1, 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
    ['X-0', 1, 1, 'OK', 'OK', 'OK', 'OK'],
  ])(
    'reads %s with %i periods, %i of them, as the guide does',
    (text, evaluationPeriods, datapointsToAlarm, ...expected) => {
      const verdicts = ['missing', 'ignore', 'breaching', 'notBreaching'].map((treatMissing) =>
        judge(points(text), { ...rule, evaluationPeriods, datapointsToAlarm, treatMissing }),
      );

      expect(verdicts).toEqual(expected);
    },
  );
});

describe('an alarm', () => {
  let world: TestCloud;
  let sent: AlarmMessage[];
  let refusal: Error | undefined;
  const call = <O>(operation: string, input: object, service = 'CloudWatch') =>
    world.simulation.runUntil(world.cloud.call(service, operation, input, TEST_CALLER)) as Promise<O>;
  const anAlarm = (more: object = {}) =>
    call('PutMetricAlarm', {
      AlarmName: 'errors',
      AlarmDescription: 'It is broken.',
      Namespace: 'Joinery',
      MetricName: 'Errors',
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 0,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'notBreaching',
      AlarmActions: [TOPIC],
      OKActions: [TOPIC],
      ...more,
    });
  const fail = () => countMetric(world.simulation, { namespace: 'Joinery', name: 'Errors', dimensions: {} });
  const state = async (AlarmNames = ['errors']) => {
    const AlarmTypes = ['MetricAlarm', 'CompositeAlarm'];
    const { MetricAlarms = [], CompositeAlarms = [] } = await call<DescribeAlarmsOutput>('DescribeAlarms', {
      AlarmNames,
      AlarmTypes,
    });
    return [...MetricAlarms, ...CompositeAlarms].map(({ StateValue }) => StateValue).join();
  };
  const subjects = () => sent.map(({ subject }) => subject.split(':')[0]);

  beforeEach(() => {
    sent = [];
    refusal = undefined;
    world = startTestCloud([
      {
        service: cloudWatchService(async (message) => {
          if (refusal) throw refusal;
          sent.push(message);
        }),
        sdk,
      },
      { service: sqs, sdk: sqsSdk },
    ]);
  });
  afterEach(() => world.simulation.close());

  it('says that all is well, that it fires, and that it is over, each once', async () => {
    await anAlarm();
    await world.simulation.runFor(300);
    fail();
    await world.simulation.runFor(90);
    expect(await state()).toBe('ALARM');
    await world.simulation.runFor(600);

    expect(subjects()).toEqual(['OK', 'ALARM', 'OK']);
    expect(sent[1]).toMatchObject({
      topicArn: TOPIC,
      alarmArn: 'arn:aws:cloudwatch:eu-west-1:111122223333:alarm:errors',
    });
    expect(JSON.parse(sent[1]?.message ?? '')).toMatchObject({
      AlarmName: 'errors',
      AlarmDescription: 'It is broken.',
      NewStateValue: 'ALARM',
      OldStateValue: 'OK',
      Trigger: { MetricName: 'Errors', Threshold: 0 },
    });
  });

  it('waits for two bad minutes of three', async () => {
    await anAlarm({ EvaluationPeriods: 3, DatapointsToAlarm: 2 });
    await world.simulation.runFor(120);
    fail();
    await world.simulation.runFor(60);
    expect(await state()).toBe('OK');
    fail();
    await world.simulation.runFor(70);

    expect(await state()).toBe('ALARM');
  });

  it('fires when a heartbeat stops', async () => {
    await anAlarm({ Threshold: 1, ComparisonOperator: 'LessThanThreshold', TreatMissingData: 'breaching' });
    for (let beat = 0; beat < 5; beat += 1) {
      fail();
      await world.simulation.runFor(60);
    }
    expect(await state()).toBe('OK');
    await world.simulation.runFor(300);

    expect(await state()).toBe('ALARM');
  });

  it('sees a message in a queue, and its age, without anybody counting', async () => {
    const { QueueUrl } = await call<{ QueueUrl: string }>('CreateQueue', { QueueName: 'letters' }, 'SQS');
    const queue = { Namespace: 'AWS/SQS', Dimensions: [{ Name: 'QueueName', Value: 'letters' }], Statistic: 'Maximum' };
    await anAlarm({ ...queue, MetricName: 'ApproximateNumberOfMessagesVisible' });
    await anAlarm({ ...queue, AlarmName: 'age', MetricName: 'ApproximateAgeOfOldestMessage', Threshold: 120 });
    await world.simulation.runFor(20_000);
    await call('SendMessage', { QueueUrl, MessageBody: 'lost' }, 'SQS');
    await world.simulation.runFor(70);
    expect(await state(['errors', 'age'])).toBe('ALARM,OK');
    await world.simulation.runFor(120);
    expect(await state(['errors', 'age'])).toBe('ALARM,ALARM');

    const { Messages } = await call<{ Messages: { ReceiptHandle: string }[] }>('ReceiveMessage', { QueueUrl }, 'SQS');
    await call('DeleteMessage', { QueueUrl, ReceiptHandle: Messages[0]?.ReceiptHandle }, 'SQS');
    await world.simulation.runFor(70);
    expect(await state(['errors', 'age'])).toBe('OK,OK');
  });

  it('does not keep the world going when nothing can change any more', async () => {
    await anAlarm();
    fail();

    const standsStill = world.simulation.runUntil(new Promise(() => undefined));

    await expect(standsStill).rejects.toThrow('stands still');
    expect(subjects()).toEqual(['ALARM', 'OK']);
  });

  it('goes on after a restore, with what was still to be said', async () => {
    await anAlarm();
    fail();
    await world.simulation.runFor(60.5);
    const saved = world.simulation.snapshot();
    await world.simulation.runFor(600);
    const once = subjects();
    sent = [];

    world.simulation.restore(saved);
    await world.simulation.runFor(600);

    expect(once).toEqual(['ALARM', 'OK']);
    expect(subjects()).toEqual(once);
    expect(await state()).toBe('OK');
  });

  it('keeps what a topic refused in its history', async () => {
    refusal = new SimulatedAwsError('AuthorizationErrorException', 'not authorized to perform: SNS:Publish', 403);
    await anAlarm();
    await world.simulation.runFor(120);

    expect(alarmHistory(world.simulation).map(({ summary }) => summary)).toEqual([
      expect.stringContaining('from INSUFFICIENT_DATA to OK'),
      expect.stringContaining('Failed to execute action'),
    ]);
  });

  it('stands for several others when it is composite', async () => {
    await anAlarm({ AlarmActions: [], OKActions: [] });
    await anAlarm({
      AlarmName: 'quiet',
      MetricName: 'Nothing',
      TreatMissingData: 'breaching',
      Threshold: 1,
      ComparisonOperator: 'LessThanThreshold',
      AlarmActions: [],
      OKActions: [],
    });
    await call('PutCompositeAlarm', {
      AlarmName: 'both',
      AlarmRule: 'ALARM("errors") AND (ALARM(quiet) OR FALSE)',
      AlarmActions: [TOPIC],
    });
    await world.simulation.runFor(120);
    expect(await state(['both'])).toBe('OK');
    fail();
    await world.simulation.runFor(70);

    expect(await state(['both'])).toBe('ALARM');
    expect(subjects()).toEqual(['ALARM']);
  });

  it('can be set by hand until it is looked at again', async () => {
    await anAlarm();
    await world.simulation.runFor(120);
    await call('SetAlarmState', { AlarmName: 'errors', StateValue: 'ALARM', StateReason: 'a drill' });
    expect(await state()).toBe('ALARM');
    await world.simulation.runFor(70);

    expect(subjects()).toEqual(['OK', 'ALARM', 'OK']);
  });

  it.each<[string, object]>([
    ['a day and more', { Period: 300, EvaluationPeriods: 289 }],
    ['more points than periods', { DatapointsToAlarm: 2 }],
    ['two statistics', { ExtendedStatistic: 'p99' }],
    ['an unknown rule for missing data', { TreatMissingData: 'good' }],
    ['a period of 90 seconds', { Period: 90 }],
    ['both kinds of metrics', { Metrics: [] }],
    ['an action that is no topic', { AlarmActions: ['arn:aws:lambda:eu-west-1:111122223333:function:x'] }],
    [
      'Metrics Insights',
      {
        Namespace: undefined,
        MetricName: undefined,
        Statistic: undefined,
        Period: undefined,
        Metrics: [{ Id: 'q', Expression: 'SELECT MAX(x) FROM y' }],
      },
    ],
    [
      'two series that return data',
      {
        Namespace: undefined,
        MetricName: undefined,
        Statistic: undefined,
        Period: undefined,
        Metrics: ['a', 'b'].map((Id) => ({
          Id,
          MetricStat: { Metric: { Namespace: 'N', MetricName: 'M' }, Period: 60, Stat: 'Sum' },
        })),
      },
    ],
    [
      'a zero-keeping statistic of a gauge',
      { Namespace: 'AWS/SQS', MetricName: 'ApproximateAgeOfOldestMessage', Statistic: 'Average' },
    ],
    ['too long a description', { AlarmDescription: 'x'.repeat(1025) }],
  ])('is refused with %s', async (_, more) => {
    await expect(anAlarm(more)).rejects.toThrow();

    expect(await state()).toBe('');
  });
});
