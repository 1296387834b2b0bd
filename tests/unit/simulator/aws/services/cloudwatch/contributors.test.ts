import type { DescribeAlarmContributorsOutput, DescribeAlarmsOutput } from '@aws-sdk/client-cloudwatch';
import * as sdk from '@aws-sdk/client-cloudwatch';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AlarmMessage } from '../../../../../../simulator/aws/services/cloudwatch/alarms/state-change.ts';
import { cloudWatchService } from '../../../../../../simulator/aws/services/cloudwatch/service.ts';
import { countMetric } from '../../../../../../simulator/aws/services/cloudwatch/store.ts';
import { TEST_CALLER } from '../../../../../support/simulated-client.ts';
import { startTestCloud, type TestCloud } from '../../../../../support/test-cloud.ts';

const TOPIC = 'arn:aws:sns:eu-west-1:111122223333:alarms';
const QUERY = 'SELECT MAX(Lag) FROM SCHEMA("Joinery", Cluster) GROUP BY Cluster ORDER BY MAX() DESC';

describe('an alarm on Metrics Insights', () => {
  let world: TestCloud;
  let sent: { state: string; cluster: string | undefined }[];
  const call = <O>(operation: string, input: object) =>
    world.simulation.runUntil(world.cloud.call('CloudWatch', operation, input, TEST_CALLER)) as Promise<O>;
  const anAlarm = (more: object = {}, query: object = {}) =>
    call('PutMetricAlarm', {
      AlarmName: 'lag',
      Metrics: [{ Id: 'clusters', Expression: QUERY, Period: 60, ...query }],
      EvaluationPeriods: 3,
      DatapointsToAlarm: 2,
      Threshold: 10,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'notBreaching',
      AlarmActions: [TOPIC],
      OKActions: [TOPIC],
      ...more,
    });
  const lag = (values: Readonly<Record<string, number>>) => {
    for (const [Cluster, value] of Object.entries(values))
      countMetric(world.simulation, { namespace: 'Joinery', name: 'Lag', dimensions: { Cluster }, value });
  };
  const minutes = async (count: number, values: Readonly<Record<string, number>> = {}) => {
    for (let minute = 0; minute < count; minute += 1) {
      lag(values);
      await world.simulation.runFor(60);
    }
    await world.simulation.runFor(2);
  };
  const alarm = async () => (await call<DescribeAlarmsOutput>('DescribeAlarms', {})).MetricAlarms?.[0];
  const contributors = async () =>
    (await call<DescribeAlarmContributorsOutput>('DescribeAlarmContributors', { AlarmName: 'lag' }))
      .AlarmContributors ?? [];
  const said = () => sent.splice(0).map(({ state, cluster }) => (cluster ? `${state} ${cluster}` : state));

  beforeEach(() => {
    sent = [];
    const service = cloudWatchService(async ({ message }: AlarmMessage) => {
      const body = JSON.parse(message) as {
        NewStateValue: string;
        alarmContributor?: { attributes: { Cluster: string } };
      };
      sent.push({ state: body.NewStateValue, cluster: body.alarmContributor?.attributes.Cluster });
    });
    world = startTestCloud([{ service, sdk }]);
  });
  afterEach(() => world.simulation.close());

  it('judges each series by itself, and tells of each as well as of itself', async () => {
    await anAlarm();
    await minutes(3, { a: 5, b: 5 });
    expect(said()).toEqual(['OK']);

    await minutes(2, { a: 50, b: 5 });
    expect(said()).toEqual(['ALARM', 'ALARM a']);
    expect(await alarm()).toMatchObject({ StateReason: '1 out of 2 time series evaluated to ALARM' });
    expect(await contributors()).toEqual([
      {
        ContributorId: expect.stringMatching(/^[0-9a-f]{16}$/),
        ContributorAttributes: { Cluster: 'a' },
        StateReason: 'datapoints [5, 50, 50] against the threshold 10',
        StateTransitionedTimestamp: expect.anything(),
      },
    ]);

    await minutes(2, { a: 50, b: 50 });
    expect(said()).toEqual(['ALARM b']);

    await minutes(2, { a: 5, b: 50 });
    expect(said()).toEqual(['OK a']);
    expect(await alarm()).toMatchObject({ StateValue: 'ALARM' });

    await minutes(2, { a: 5, b: 5 });
    expect(said()).toEqual(['OK', 'OK b']);
    expect(await contributors()).toEqual([]);
  });

  it('loses a series that ends, whatever it says of missing data', async () => {
    await anAlarm({ TreatMissingData: 'breaching' });
    await minutes(5, { a: 5, b: 50 });
    said();

    await minutes(4, { b: 50 });
    const early = said();
    await minutes(3, { b: 50 });

    expect([early, said()]).toEqual([['ALARM a'], ['OK a']]);
  });

  it('knows nothing until there is a series, or says what missing data means', async () => {
    await anAlarm({ TreatMissingData: 'missing' });
    await minutes(2);
    expect((await alarm())?.StateValue).toBe('INSUFFICIENT_DATA');

    await anAlarm();
    await minutes(2);
    expect((await alarm())?.StateValue).toBe('OK');
  });

  it('goes on after a restore where it was', async () => {
    await anAlarm();
    await minutes(4, { a: 50 });
    const saved = world.simulation.snapshot();
    await minutes(4, { a: 5 });
    said();

    world.simulation.restore(saved);
    await minutes(4, { a: 5 });

    expect(said()).toEqual(['OK', 'OK a']);
  });

  it('counts a hundred series in ALARM, and says when it did not look at all of them', async () => {
    await anAlarm();
    const many = Object.fromEntries(Array.from({ length: 501 }, (_, index) => [`c${index}`, index + 11]));
    await minutes(3, many);

    expect(await alarm()).toMatchObject({
      StateReason: '100+ time series evaluated to ALARM',
      EvaluationState: 'PARTIAL_DATA',
    });
    const names = (await contributors()).map(({ ContributorAttributes }) => ContributorAttributes?.['Cluster']);
    expect([names.length, names[0], names.at(-1)]).toEqual([100, 'c500', 'c401']);
  });

  it.each<[string, object, object]>([
    ['an order', {}, { Expression: QUERY.slice(0, QUERY.indexOf(' ORDER')) }],
    ['a period', {}, { Period: undefined }],
    ['a look at the last three hours only', { EvaluationPeriods: 181 }, {}],
    ['a query that says what it returns', {}, { ReturnData: false }],
    ['a query that is one', {}, { Expression: 'SELECT MAX FROM Joinery' }],
  ])('is refused without %s', async (_, more, query) => {
    await expect(anAlarm(more, query)).rejects.toThrow();

    expect(await alarm()).toBeUndefined();
  });

  it('is refused when there are two hundred', async () => {
    for (let count = 0; count < 200; count += 1) await anAlarm({ AlarmName: `lag-${count}` });

    await expect(anAlarm({ AlarmName: 'one-more' })).rejects.toMatchObject({ name: 'LimitExceededException' });
    await expect(anAlarm({ AlarmName: 'lag-7' })).resolves.toBeDefined();
  });
});

describe('a composite alarm with a suppressor', () => {
  let world: TestCloud;
  let sent: string[];
  const call = <O>(operation: string, input: object) =>
    world.simulation.runUntil(world.cloud.call('CloudWatch', operation, input, TEST_CALLER)) as Promise<O>;
  const part = (AlarmName: string) =>
    call('PutMetricAlarm', {
      AlarmName,
      Namespace: 'Joinery',
      MetricName: AlarmName,
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 0,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'notBreaching',
    });
  const composite = (more: object = {}) =>
    call('PutCompositeAlarm', {
      AlarmName: 'page',
      AlarmRule: 'ALARM(trouble)',
      ActionsSuppressor: 'work',
      ActionsSuppressorWaitPeriod: 90,
      ActionsSuppressorExtensionPeriod: 150,
      AlarmActions: [TOPIC],
      OKActions: [TOPIC],
      ...more,
    });
  const minutes = async (count: number, ...names: string[]) => {
    for (let minute = 0; minute < count; minute += 1) {
      for (const name of names) countMetric(world.simulation, { namespace: 'Joinery', name, dimensions: {} });
      await world.simulation.runFor(60);
    }
    await world.simulation.runFor(2);
  };
  const state = async () => {
    const input = { AlarmNames: ['page'], AlarmTypes: ['CompositeAlarm'] };
    const { CompositeAlarms } = await call<DescribeAlarmsOutput>('DescribeAlarms', input);
    return [CompositeAlarms?.[0]?.StateValue, CompositeAlarms?.[0]?.ActionsSuppressedBy];
  };

  beforeEach(async () => {
    sent = [];
    const service = cloudWatchService(async ({ subject }: AlarmMessage) => {
      sent.push(subject.split(':')[0] ?? '');
    });
    world = startTestCloud([{ service, sdk }]);
    await part('trouble');
    await part('work');
  });
  afterEach(() => world.simulation.close());

  it('waits at first, in case that the suppressor is about to come', async () => {
    await composite();
    await minutes(4);
    await minutes(1, 'trouble');
    expect([sent, await state()]).toEqual([['OK'], ['ALARM', 'WaitPeriod']]);
    await minutes(2, 'trouble');

    expect([sent, await state()]).toEqual([
      ['OK', 'ALARM'],
      ['ALARM', undefined],
    ]);
  });

  it('says nothing while the suppressor is in ALARM, nor for a while after that', async () => {
    await composite();
    await minutes(4);
    await minutes(1, 'trouble', 'work');
    await minutes(8, 'trouble', 'work');
    expect([sent, await state()]).toEqual([['OK'], ['ALARM', 'Alarm']]);
    await minutes(4, 'trouble');
    expect([sent, await state()]).toEqual([['OK'], ['ALARM', 'ExtensionPeriod']]);
    await minutes(4, 'trouble');

    expect([sent, await state()]).toEqual([
      ['OK', 'ALARM'],
      ['ALARM', undefined],
    ]);
  });

  it('says nothing of a trouble that came and went meanwhile', async () => {
    await composite();
    await minutes(4);
    await minutes(5, 'trouble', 'work');
    await minutes(10, 'work');
    await minutes(10);

    expect([sent, await state()]).toEqual([['OK'], ['OK', undefined]]);
  });

  it.each<[string, object]>([
    ['a suppressor that is not there', { ActionsSuppressor: 'nobody' }],
    ['a suppressor without its waiting', { ActionsSuppressorWaitPeriod: undefined }],
    ['a waiting without a suppressor', { ActionsSuppressor: undefined }],
    [
      'more than a hundred alarms',
      { AlarmRule: Array.from({ length: 101 }, (_, index) => `ALARM(a${index})`).join(' OR ') },
    ],
  ])('is refused with %s', async (_, more) => {
    await expect(composite(more)).rejects.toThrow();
  });
});
