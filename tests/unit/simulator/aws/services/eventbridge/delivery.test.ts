import { afterEach, describe, expect, it } from '@jest/globals';
import type { FaultInjector } from '../../../../../../simulator/aws/cloud.ts';
import { SimulatedAwsError } from '../../../../../../simulator/aws/errors.ts';
import { type BusActivity, onBusActivity } from '../../../../../../simulator/aws/services/eventbridge/activity.ts';
import { emitEvent } from '../../../../../../simulator/aws/services/eventbridge/bus.ts';
import { busFaults, eventsState, lostDeliveries } from '../../../../../../simulator/aws/services/eventbridge/state.ts';
import { type Bus, functionArn, openBus, queueArn, ruleArn, sendsFor } from './bus-world.ts';

let bus: Bus;
afterEach(() => bus.close());

const event = (number = 1) => ({
  source: 'aws.ec2',
  detailType: 'Something Happened',
  resources: ['arn:aws:ec2:eu-west-1a:instance/i-0f3a9c1d2b4e5f607'],
  detail: { number },
});
const PATTERN = { source: ['aws.ec2'] };

/** A rule `all` with the queue `ingress`, which it may send to, and what else the target says. */
async function opened(target: object = {}, injectFault?: FaultInjector): Promise<void> {
  bus = openBus(injectFault ? { injectFault } : {});
  await bus.queue('ingress', sendsFor('all', 'ingress'));
  await bus.queue('dead', sendsFor('all', 'dead'));
  await bus.rule('all', PATTERN, { Id: 'queue', Arn: queueArn('ingress'), ...target });
}

const failing =
  (failures: number): FaultInjector =>
  ({ caller, operation, count }) => {
    if (operation === 'SendMessage' && caller.asService && count <= failures) throw unavailable();
  };
const unavailable = () => new SimulatedAwsError('ServiceUnavailable', 'Try later', 503);
const withDeadLetters = { DeadLetterConfig: { Arn: queueArn('dead') } };
const attributesOf = (name: string) =>
  Object.fromEntries(
    Object.entries(bus.messages(name)[0]?.attributes ?? {}).map(([key, { StringValue }]) => [key, StringValue]),
  );

describe('an event on the bus', () => {
  it('reaches the queue of a matching rule within a second, as compact JSON in the order that AWS has', async () => {
    await opened();

    const id = emitEvent(bus.simulation, event());
    const at = bus.simulation.timestamp();
    await bus.simulation.runFor(2);

    expect(bus.messages('ingress').map(({ body }) => body)).toEqual([
      `{"version":"0","id":"${id}","detail-type":"Something Happened","source":"aws.ec2","account":"111122223333",` +
        `"time":"${at}","region":"eu-west-1","resources":["arn:aws:ec2:eu-west-1a:instance/i-0f3a9c1d2b4e5f607"],"detail":{"number":1}}`,
    ]);
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('takes as long as EventBridge does', async () => {
    await opened();
    const took: number[] = [];
    onBusActivity(bus.simulation, ({ kind, afterMs }) => {
      if (kind === 'delivered') took.push(afterMs);
    });

    for (let number = 0; number < 1000; number += 1) emitEvent(bus.simulation, event(number));
    await bus.simulation.runFor(5);

    const sorted = took.toSorted((left, right) => left - right);
    expect(sorted).toHaveLength(1000);
    expect(sorted[500]).toBeGreaterThan(150);
    expect(sorted[500]).toBeLessThan(260);
    expect(sorted[990]).toBeGreaterThan(380);
    expect(sorted[990]).toBeLessThan(750);
  });

  it('is nothing to rules that do not match or are disabled', async () => {
    await opened();
    await bus.rule('other', { source: ['aws.health'] }, { Id: 'queue', Arn: queueArn('ingress') });
    await bus.call('EventBridge', 'DisableRule', { Name: 'all' });

    emitEvent(bus.simulation, event());
    await bus.simulation.runFor(2);

    expect(bus.messages('ingress')).toEqual([]);
    expect(lostDeliveries(bus.simulation)).toEqual([]);
  });

  it('comes with the message group and the constant input of its target', async () => {
    await opened({ Input: '{"fixed": 1}', SqsParameters: { MessageGroupId: 'spot' } });

    emitEvent(bus.simulation, event());
    await bus.simulation.runFor(2);

    expect(bus.messages('ingress')).toMatchObject([{ body: '{"fixed": 1}', groupId: 'spot' }]);
  });

  it('is handed to a function that the rule may invoke', async () => {
    await opened();
    bus.admitted.add(`${functionArn('known')} events.amazonaws.com ${ruleArn('function')}`);
    await bus.rule('function', PATTERN, { Id: 'function', Arn: functionArn('known') });

    const id = emitEvent(bus.simulation, event());
    await bus.simulation.runFor(2);

    expect(bus.invoked).toMatchObject([{ functionArn: functionArn('known'), event: { id, detail: { number: 1 } } }]);
  });
});

describe('a delivery that fails', () => {
  it.each([
    [
      'no statement for the rule',
      sendsFor('another', 'ingress'),
      'NO_PERMISSIONS',
      /not authorized to perform: sqs:SendMessage/,
    ],
    ['no policy at all', '', 'NO_PERMISSIONS', /no resource-based policy allows/],
  ])('goes to the dead-letter queue at once for %s', async (_what, policy, code, message) => {
    await opened(withDeadLetters);
    const QueueUrl = 'https://sqs.eu-west-1.amazonaws.com/111122223333/ingress';
    await bus.call('SQS', 'SetQueueAttributes', { QueueUrl, Attributes: { Policy: policy } });

    const id = emitEvent(bus.simulation, event());
    await bus.simulation.runFor(3);

    expect(bus.messages('ingress')).toEqual([]);
    expect(JSON.parse(bus.messages('dead')[0]?.body ?? '')).toMatchObject({ id, source: 'aws.ec2' });
    expect(attributesOf('dead')).toEqual({
      RULE_ARN: ruleArn('all'),
      TARGET_ARN: queueArn('ingress'),
      ERROR_CODE: code,
      ERROR_MESSAGE: expect.stringMatching(message),
      RETRY_ATTEMPTS: '0',
    });
  });

  it.each([
    ['a queue that is gone', { Id: 'x', Arn: queueArn('gone') }, 'NO_RESOURCE'],
    ['a function that is gone', { Id: 'x', Arn: functionArn('gone') }, 'NO_RESOURCE'],
    ['a function without a permission', { Id: 'x', Arn: functionArn('known') }, 'NO_PERMISSIONS'],
  ])('is not tried again for %s', async (_what, target, code) => {
    await opened();
    await bus.queue('dead2', sendsFor('strict', 'dead2'));
    await bus.rule('strict', PATTERN, { ...target, DeadLetterConfig: { Arn: queueArn('dead2') } });

    emitEvent(bus.simulation, event());
    await bus.simulation.runFor(3);

    expect(attributesOf('dead2')).toMatchObject({ ERROR_CODE: code, RETRY_ATTEMPTS: '0' });
    expect(bus.invoked).toEqual([]);
  });

  it('is lost, and counted, without a dead-letter queue and with one that does not let the rule send', async () => {
    await opened();
    await bus.queue('closed');
    const gone = { Arn: queueArn('gone') };
    await bus.rule(
      'none',
      PATTERN,
      { Id: 'a', ...gone },
      { Id: 'b', ...gone, DeadLetterConfig: { Arn: queueArn('closed') } },
    );

    emitEvent(bus.simulation, event());
    await bus.simulation.runFor(3);

    const lost = lostDeliveries(bus.simulation).toSorted((left, right) =>
      left.deadLetter > right.deadLetter ? 1 : -1,
    );
    expect(lost).toMatchObject([
      {
        ruleArn: ruleArn('none'),
        failure: { code: 'NO_RESOURCE' },
        deadLetter: expect.stringContaining('not authorized'),
      },
      {
        ruleArn: ruleArn('none'),
        failure: { code: 'NO_RESOURCE' },
        deadLetter: expect.stringContaining('no dead-letter'),
      },
    ]);
  });

  it('is tried again with growing pauses until the target takes it', async () => {
    await opened({}, failing(6));
    const activity: BusActivity[] = [];
    onBusActivity(bus.simulation, (each) => activity.push(each));

    emitEvent(bus.simulation, event());
    await bus.simulation.runFor(120);

    expect(activity.map(({ kind }) => kind)).toEqual(['matched', ...Array(6).fill('retried'), 'delivered']);
    const pauses = activity.slice(1).map(({ atMs }, index, all) => atMs - (all[index - 1]?.atMs ?? atMs));
    expect(pauses.at(-1)).toBeGreaterThan(4 * (pauses[2] ?? 0));
    expect(bus.messages('ingress')).toHaveLength(1);
  });

  it('goes to the dead-letter queue when its policy leaves no more attempts', async () => {
    await opened({ ...withDeadLetters, RetryPolicy: { MaximumRetryAttempts: 2 } }, failing(3));

    emitEvent(bus.simulation, event());
    await bus.simulation.runFor(10);

    expect(bus.messages('ingress')).toEqual([]);
    expect(attributesOf('dead')).toMatchObject({
      ERROR_CODE: 'ERROR_FROM_TARGET',
      EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
      RETRY_ATTEMPTS: '2',
    });
  });

  it('goes to the dead-letter queue when its policy leaves no more time', async () => {
    let backAtMs = 0;
    const forMinute: FaultInjector = ({ caller }) => {
      if (caller.asService && bus.simulation.now() < backAtMs) throw unavailable();
    };
    await opened({ ...withDeadLetters, RetryPolicy: { MaximumEventAgeInSeconds: 60 } }, forMinute);

    emitEvent(bus.simulation, event());
    backAtMs = bus.simulation.now() + 60_000;
    await bus.simulation.runFor(70);

    expect(bus.messages('ingress')).toEqual([]);
    expect(attributesOf('dead')).toMatchObject({ EXHAUSTED_RETRY_CONDITION: 'MaximumEventAgeInSeconds' });
  });
});

describe('a bus with faults', () => {
  it('delivers a share of the events twice', async () => {
    await opened();
    busFaults(bus.simulation).duplicateShare = 0.1;

    for (let number = 0; number < 500; number += 1) emitEvent(bus.simulation, event(number));
    await bus.simulation.runFor(3);

    const bodies = bus.messages('ingress').map(({ body }) => body);
    expect(new Set(bodies).size).toBe(500);
    expect(bodies.length).toBeGreaterThan(530);
    expect(bodies.length).toBeLessThan(570);
  });

  it('lets events overtake one another within its window', async () => {
    await opened();
    busFaults(bus.simulation).reorderWindowSeconds = 60;

    for (let number = 0; number < 50; number += 1) emitEvent(bus.simulation, event(number));
    await bus.simulation.runFor(62);

    const numbers = bus.messages('ingress').map(({ body }) => JSON.parse(body).detail.number as number);
    expect(numbers.toSorted((left, right) => left - right)).toEqual(Array.from({ length: 50 }, (_, index) => index));
    expect(numbers).not.toEqual(numbers.toSorted((left, right) => left - right));
  });

  it('keeps everything during an outage and delivers it afterwards', async () => {
    await opened();
    const now = bus.simulation.now();
    busFaults(bus.simulation).outage = { fromMs: now, untilMs: now + 600_000 };

    emitEvent(bus.simulation, event());
    await bus.simulation.runFor(599);
    expect(bus.messages('ingress')).toEqual([]);
    await bus.simulation.runFor(5);

    expect(bus.messages('ingress')).toHaveLength(1);
  });

  it('takes up after a restore what a snapshot found in the middle of its call', async () => {
    await opened();
    emitEvent(bus.simulation, event());
    const isCalling = () =>
      Object.values(eventsState(bus.simulation).deliveries).some(({ startedMs }) => startedMs !== null);
    while (!isCalling()) await bus.simulation.runFor(0.01);
    const world = bus.simulation.snapshot();
    await bus.simulation.runFor(30);
    expect(bus.messages('ingress')).toHaveLength(1);

    bus.simulation.restore(world);
    expect(bus.messages('ingress')).toEqual([]);
    await bus.simulation.runFor(30);

    expect(bus.messages('ingress')).toHaveLength(1);
    expect(eventsState(bus.simulation).deliveries).toEqual({});
  });
});
