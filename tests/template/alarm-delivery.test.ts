import { afterEach, describe, expect, it } from '@jest/globals';
import { METRIC_NAMESPACE } from '../../shared/metrics/emf.ts';
import { METRICS } from '../../shared/metrics/names.ts';
import {
  countInvocation,
  countRule,
  countThrottle,
  type RuleMetric,
} from '../../simulator/aws/services/cloudwatch/counters.ts';
import { countMetric } from '../../simulator/aws/services/cloudwatch/store.ts';
import { alarmStack, alarmTemplate } from '../support/alarm-stack.ts';
import { resourcesOf } from '../support/packaged.ts';
import { stackCloud } from '../support/stack-cloud.ts';

type World = Awaited<ReturnType<typeof alarmStack>>;
/** What goes wrong, once a minute; and what is done when it is over. */
type Trouble = {
  readonly minutes: number;
  readonly each: (world: World, minute: number) => unknown;
  readonly mend?: (world: World) => unknown;
};

const send = ({ call, physicalId }: World, queue: string) =>
  call('SQS', 'SendMessage', { QueueUrl: physicalId(queue), MessageBody: '{}' });
const waiting = (queue: string, minutes: number): Trouble => ({
  minutes,
  each: (world, minute) => (minute === 0 ? send(world, queue) : undefined),
  mend: ({ call, physicalId }) => call('SQS', 'PurgeQueue', { QueueUrl: physicalId(queue) }),
});
const ruleTrouble = (rule: string, name: RuleMetric): Trouble => ({
  minutes: 1,
  each: ({ simulation, physicalId }) => countRule(simulation, physicalId(rule), name),
});
const ours = (name: string, dimensions: Record<string, string>, values: readonly number[], minutes = 3): Trouble => ({
  minutes,
  each: ({ simulation }) => {
    for (const value of values) countMetric(simulation, { namespace: METRIC_NAMESPACE, name, dimensions, value });
  },
});
const invocations = (durationMs: number, failed: number): Trouble => ({
  minutes: 3,
  each({ simulation, physicalId }) {
    for (let count = 0; count < 50; count += 1)
      countInvocation(simulation, {
        functionName: physicalId('RouterLambdaFunction'),
        alias: 'live',
        durationMs,
        isFailed: count < failed,
      });
  },
});
const ROUTER = { Function: 'router' };
const kind = (Kind: string) => ({ Kind });
const LOST = 'InvocationsFailedToBeSentToDlq';

/** For each alarm a trouble that it must see. */
const TROUBLES: Readonly<Record<string, Trouble>> = {
  UrgentIngressAgeAlarm: waiting('UrgentIngress', 2),
  BulkIngressAgeAlarm: waiting('BulkIngress', 8),
  IngressDeadLettersAlarm: waiting('IngressDeadLetters', 2),
  RuleDeadLettersAlarm: waiting('RuleDeadLetters', 2),
  FleetDeadLettersAlarm: waiting('FleetDeadLetters', 2),
  NoticeDeadLettersAlarm: waiting('NoticeDeadLetters', 2),
  SpotRuleLostAlarm: ruleTrouble('SpotRule', LOST),
  CapacityReservationRuleLostAlarm: ruleTrouble('CapacityReservationRule', LOST),
  HealthRuleLostAlarm: ruleTrouble('HealthRule', LOST),
  RebalanceRuleLostAlarm: ruleTrouble('RebalanceRule', LOST),
  StateChangeRuleLostAlarm: ruleTrouble('StateChangeRule', LOST),
  FleetRuleLostAlarm: ruleTrouble('FleetRule', LOST),
  NoticeRuleLostAlarm: ruleTrouble('NoticeRule', LOST),
  RouterErrorsAlarm: invocations(80, 1),
  RouterDurationAlarm: invocations(4100, 0),
  RouterThrottlesAlarm: {
    minutes: 3,
    each: ({ simulation, physicalId }) => countThrottle(simulation, physicalId('RouterLambdaFunction'), 'live'),
  },
  SendFailuresAlarm: ours(METRICS.sendFailures, ROUTER, [1]),
  BroadcastFallbackAlarm: ours(METRICS.broadcast, ROUTER, [11], 1),
  RouteLatencyAlarm: ours(METRICS.routeLatency, kind('spot-interruption'), [0.4, 0.5, 5.5]),
  LeadTimeSpotAlarm: ours(METRICS.leadTimeLeft, kind('spot-interruption'), [119, 118, 109], 1),
  LeadTimeCapacityReservationAlarm: ours(METRICS.leadTimeLeft, kind('capacity-reservation-interruption'), [100], 1),
  EventsSilentAlarm: {
    minutes: 27 * 60,
    each: ({ simulation, physicalId }, minute) =>
      minute % 30 === 0 && countRule(simulation, physicalId('FleetRule'), 'TriggeredRules'),
    mend: ({ simulation, physicalId }) => countRule(simulation, physicalId('StateChangeRule'), 'TriggeredRules'),
  },
  CanaryLostAlarm: {
    minutes: 12,
    each: ({ simulation }, minute) => minute % 4 === 0 && canary(simulation, 1),
  },
};

const canary = (simulation: World['simulation'], lost: number) =>
  countMetric(simulation, {
    namespace: METRIC_NAMESPACE,
    name: METRICS.canaryLost,
    dimensions: { Function: 'canary' },
    value: lost,
  });

/** Work, by the minute: none of it is a reason to wake anybody. */
function goesWell({ simulation, physicalId }: World, minute: number): void {
  if (minute % 4 === 0) canary(simulation, 0);
  if (minute % 30 === 0) {
    countRule(simulation, physicalId('FleetRule'), 'TriggeredRules');
    countRule(simulation, physicalId('StateChangeRule'), 'TriggeredRules');
  }
  countInvocation(simulation, {
    functionName: physicalId('RouterLambdaFunction'),
    alias: 'live',
    durationMs: 60,
    isFailed: false,
  });
  const spot = kind('spot-interruption');
  for (const value of [0.3, 0.9])
    countMetric(simulation, { namespace: METRIC_NAMESPACE, name: METRICS.routeLatency, dimensions: spot, value });
  countMetric(simulation, { namespace: METRIC_NAMESPACE, name: METRICS.leadTimeLeft, dimensions: spot, value: 119 });
  countMetric(simulation, { namespace: METRIC_NAMESPACE, name: METRICS.broadcast, dimensions: ROUTER, value: 1 });
}

const alarmsOf = (type: string) => resourcesOf(alarmTemplate(), type);
const published = (world: World) =>
  world.sent().map(
    ({ subject }) =>
      /^(\w+): "joinery-prod-(\w+)-/
        .exec(subject ?? '')
        ?.slice(1)
        .join(' ') ?? subject,
  );

describe('an alarm of the deployment', () => {
  let world: World | undefined;
  afterEach(() => {
    world?.simulation.close();
    world = undefined;
  });

  it('has a trouble here that it must see', () => {
    const loud = [...alarmsOf('AWS::CloudWatch::Alarm'), ...alarmsOf('AWS::CloudWatch::CompositeAlarm')].filter(
      ({ properties }) => properties['AlarmActions'] !== undefined,
    );

    expect(loud.map(({ id }) => id).sort()).toEqual(Object.keys(TROUBLES).sort());
  });

  it('says nothing but that all is well while all is well', async () => {
    world = await alarmStack();
    for (let minute = 0; minute < 3 * 60; minute += 1) {
      goesWell(world, minute);
      await world.simulation.runFor(60);
    }

    const fine = Object.keys(TROUBLES).map((id) => `OK ${id}`);
    // No canary has arrived yet when the alarms are made.
    expect(published(world).toSorted()).toEqual([...fine, 'ALARM CanaryLostAlarm'].toSorted());
  });

  it.each(Object.entries(TROUBLES))('%s tells of its trouble, and when it is over', async (id, trouble) => {
    world = await alarmStack();
    const { simulation } = world;
    const isCanary = id === 'CanaryLostAlarm';
    const calm = (minute: number) => void (!isCanary && minute % 4 === 0 && canary(simulation, 0));
    for (let minute = 0; minute < 20; minute += 1) {
      if (minute % 4 === 0) canary(simulation, 0);
      await simulation.runFor(60);
    }
    const before = published(world).filter((line) => line?.endsWith(` ${id}`));

    for (let minute = 0; minute < trouble.minutes; minute += 1) {
      calm(minute);
      await trouble.each(world, minute);
      await simulation.runFor(60);
    }
    await simulation.runFor(65);
    const during = published(world).filter((line) => line?.endsWith(` ${id}`));
    await trouble.mend?.(world);
    for (let minute = 0; minute < 30; minute += 1) {
      if (minute % 4 === 0) canary(simulation, 0);
      await simulation.runFor(60);
    }

    expect(during.slice(before.length)).toEqual([`ALARM ${id}`]);
    expect(published(world).findLast((line) => line?.endsWith(` ${id}`))).toBe(`OK ${id}`);
  });

  it('tells of canaries that nobody sends any more', async () => {
    world = await alarmStack();
    for (let minute = 0; minute < 20; minute += 1) {
      if (minute % 4 === 0) canary(world.simulation, 0);
      await world.simulation.runFor(60);
    }
    await world.simulation.runFor(25 * 60);

    expect(published(world).findLast((line) => line?.endsWith(' CanaryLostAlarm'))).toBe('ALARM CanaryLostAlarm');
  });
});

describe("the alarm of a cluster's stack", () => {
  it('tells when nobody reads the queue, and when somebody does', async () => {
    const world = await stackCloud();
    try {
      await world.call('CloudFormation', 'CreateStack', world.stackInput('banking'));
      expect(await world.settled()).toBe('CREATE_COMPLETE');
      const QueueUrl = 'https://sqs.eu-west-1.amazonaws.com/111122223333/joinery-cluster-banking';
      const state = async () => {
        type Described = { MetricAlarms: { StateValue: string; AlarmDescription: string; AlarmName: string }[] };
        const { MetricAlarms } = await world.call<Described>('CloudWatch', 'DescribeAlarms', {});
        return MetricAlarms[0];
      };

      for (let minute = 0; minute < 4; minute += 1) {
        await world.call('SQS', 'SendMessage', { QueueUrl, MessageBody: '{}' });
        await world.simulation.runFor(60);
      }
      const during = await state();
      await world.call('SQS', 'PurgeQueue', { QueueUrl });
      await world.simulation.runFor(130);

      expect(during).toMatchObject({
        StateValue: 'ALARM',
        AlarmName: expect.stringMatching(/^joinery-cluster-banking-ClusterNotConsumingAlarm-/),
        AlarmDescription: expect.stringContaining('the cluster banking has not'),
      });
      expect(await state()).toMatchObject({ StateValue: 'OK' });
    } finally {
      world.simulation.close();
    }
  });
});
