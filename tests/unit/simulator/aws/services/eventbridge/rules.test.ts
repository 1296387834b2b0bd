import type { DescribeRuleResponse, ListRulesResponse, PutEventsResponse } from '@aws-sdk/client-eventbridge';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Bus, openBus, queueArn, ruleArn, sendsFor } from './bus-world.ts';

let bus: Bus;
beforeEach(() => {
  bus = openBus();
});
afterEach(() => bus.close());

const PATTERN = { source: ['aws.ec2'] };
const putRule = (input: object) => bus.call('EventBridge', 'PutRule', { Name: 'r', ...input });
const putTargets = (...Targets: object[]) => bus.call('EventBridge', 'PutTargets', { Rule: 'r', Targets });
const target = (more: object = {}) => ({ Id: 'a', Arn: queueArn('q'), ...more });

describe('a rule', () => {
  it('says what was put last; what is left out is gone, and its targets stay', async () => {
    await putRule({ EventPattern: JSON.stringify(PATTERN), Description: 'first' });
    await putTargets(target());
    await putRule({ ScheduleExpression: 'rate(1 hour)', State: 'DISABLED' });

    expect(await bus.call<DescribeRuleResponse>('EventBridge', 'DescribeRule', { Name: 'r' })).toEqual({
      Name: 'r',
      Arn: ruleArn('r'),
      State: 'DISABLED',
      EventBusName: 'default',
      ScheduleExpression: 'rate(1 hour)',
      CreatedBy: '111122223333',
    });
    expect(await bus.call('EventBridge', 'ListTargetsByRule', { Rule: 'r' })).toEqual({ Targets: [target()] });
  });

  it('is listed by prefix and in pages', async () => {
    for (const name of ['b', 'a-2', 'a-1']) await bus.rule(name, PATTERN);

    const list = (input: object) => bus.call<ListRulesResponse>('EventBridge', 'ListRules', input);
    const first = await list({ NamePrefix: 'a', Limit: 1 });
    const second = await list({ NamePrefix: 'a', Limit: 1, NextToken: first.NextToken });

    expect([first, second].flatMap(({ Rules }) => Rules?.map(({ Name }) => Name))).toEqual(['a-1', 'a-2']);
    expect(second.NextToken).toBeUndefined();
  });

  it('is not deleted while it has targets', async () => {
    await bus.rule('r', PATTERN, target());

    await expect(bus.call('EventBridge', 'DeleteRule', { Name: 'r' })).rejects.toThrow('since it has targets');
    await bus.call('EventBridge', 'RemoveTargets', { Rule: 'r', Ids: ['a'] });
    await bus.call('EventBridge', 'DeleteRule', { Name: 'r' });

    await expect(bus.call('EventBridge', 'DescribeRule', { Name: 'r' })).rejects.toThrow(
      expect.objectContaining({ name: 'ResourceNotFoundException' }),
    );
  });

  it.each<[object, string]>([
    [{}, 'ValidationException'],
    [{ EventPattern: '{"source":"aws.ec2"}' }, 'InvalidEventPatternException'],
    [{ EventPattern: `{"a":["${'x'.repeat(2048)}"]}` }, 'LimitExceededException'],
    [{ ScheduleExpression: 'cron(* * * * *)' }, 'ValidationException'],
    [{ EventPattern: '{"a":[1]}', Name: 'no spaces' }, 'ValidationException'],
    [{ EventPattern: '{"a":[1]}', EventBusName: 'mine' }, 'ResourceNotFoundException'],
  ])('is refused: %j', async (input, name) => {
    await expect(putRule(input)).rejects.toThrow(expect.objectContaining({ name }));
  });

  it('is one of three hundred at most', async () => {
    for (let count = 0; count < 300; count += 1) await bus.rule(`r${count}`, PATTERN);

    await expect(bus.rule('one-more', PATTERN)).rejects.toThrow('300 rules');
    await bus.rule('r7', { source: ['aws.health'] });
  });
});

describe('a target', () => {
  beforeEach(() => bus.rule('r', PATTERN));

  it.each<[object, string]>([
    [{ Input: 'not json' }, 'Invalid JSON'],
    [{ Id: 'a b' }, 'not valid'],
    [{ RetryPolicy: { MaximumRetryAttempts: 186 } }, 'between 0 and 185'],
    [{ RetryPolicy: { MaximumEventAgeInSeconds: 59 } }, 'between 60 and 86400'],
    [{ DeadLetterConfig: { Arn: queueArn('dead.fifo') } }, 'standard queue'],
    [{ InputPath: '$.detail' }, 'not simulated'],
    [{ Arn: 'arn:aws:kinesis:eu-west-1:111122223333:stream/s' }, 'not simulated'],
    [{ Arn: queueArn('q').replace('111122223333', '444455556666') }, 'not simulated'],
    [{ Arn: 'arn:aws:states:eu-west-1:111122223333:stateMachine:m' }, 'RoleArn is required'],
  ])('is refused: %j', async (more, message) => {
    await expect(putTargets(target(more))).rejects.toThrow(message);
  });

  it('is one of five at most', async () => {
    await putTargets(...['a', 'b', 'c', 'd', 'e'].map((Id) => target({ Id })));

    await expect(putTargets(target({ Id: 'f' }))).rejects.toThrow('5 targets');
    await putTargets(target({ Id: 'e', Input: '{}' }));
  });

  it('that is not there is a failed entry of its removal', async () => {
    await putTargets(target());

    expect(await bus.call('EventBridge', 'RemoveTargets', { Rule: 'r', Ids: ['a', 'b'] })).toMatchObject({
      FailedEntryCount: 1,
      FailedEntries: [{ TargetId: 'b' }],
    });
  });
});

describe('a schedule', () => {
  const times = () => bus.messages('ticks').map(({ body }) => JSON.parse(body).time as string);

  beforeEach(async () => {
    await bus.queue('ticks', sendsFor('r', 'ticks'));
    await putRule({ ScheduleExpression: 'cron(0/10 * * * ? *)' });
    await putTargets(target({ Arn: queueArn('ticks') }));
  });

  it('fires in its minute with the event that AWS has for it, again after a restore, and never twice', async () => {
    await bus.simulation.runFor(15 * 60);
    bus.simulation.restore(bus.simulation.snapshot());
    await bus.simulation.runFor(10 * 60);

    expect(times()).toEqual(['2026-11-02T08:10:00Z', '2026-11-02T08:20:00Z']);
    expect(JSON.parse(bus.messages('ticks')[0]?.body ?? '')).toMatchObject({
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      resources: [ruleArn('r')],
      detail: {},
    });
  });

  it('does not fire while its rule is disabled, and fires once when it was put again', async () => {
    await bus.call('EventBridge', 'DisableRule', { Name: 'r' });
    await bus.simulation.runFor(15 * 60);
    expect(times()).toEqual([]);

    await bus.call('EventBridge', 'EnableRule', { Name: 'r' });
    await putRule({ ScheduleExpression: 'cron(0/10 * * * ? *)' });
    await bus.simulation.runFor(10 * 60);

    expect(times()).toEqual(['2026-11-02T08:20:00Z']);
  });
});

describe('PutEvents', () => {
  const entry = (more: object = {}) => ({ Source: 'joinery', DetailType: 'Canary', Detail: '{"n":1}', ...more });
  const put = (...Entries: object[]) => bus.call<PutEventsResponse>('EventBridge', 'PutEvents', { Entries });

  it('takes what is right and names what is wrong, entry by entry', async () => {
    await bus.queue('q', sendsFor('r', 'q'));
    await bus.rule('r', { source: ['joinery'] }, target());

    const { FailedEntryCount, Entries } = await put(
      entry({ Time: new Date('2026-11-01T00:00:00.999Z') }),
      entry({ Source: 'aws.ec2' }),
      entry({ Detail: '[]' }),
      entry({ Detail: '{' }),
      entry({ DetailType: undefined }),
    );
    await bus.simulation.runFor(2);

    expect(FailedEntryCount).toBe(4);
    expect(Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([
      undefined,
      'NotAuthorizedForSourceException',
      'MalformedDetail',
      'MalformedDetail',
      'InvalidArgument',
    ]);
    expect(bus.messages('q').map(({ body }) => JSON.parse(body))).toEqual([
      {
        version: '0',
        id: Entries?.[0]?.EventId,
        'detail-type': 'Canary',
        source: 'joinery',
        account: '111122223333',
        time: '2026-11-01T00:00:00Z',
        region: 'eu-west-1',
        resources: [],
        detail: { n: 1 },
      },
    ]);
  });

  it.each<[string, object[], string]>([
    ['eleven entries', Array.from({ length: 11 }, () => entry()), 'between 1 and 10'],
    ['more than 1 MB', [entry({ Detail: JSON.stringify({ text: 'x'.repeat(1_048_576) }) })], 'over the limit'],
    ['nothing complete', [entry({ Source: undefined })], 'None of the entries'],
  ])('refuses %s as a whole', async (_what, entries, message) => {
    await expect(put(...entries)).rejects.toThrow(message);
  });
});

describe('TestEventPattern', () => {
  const event = {
    id: '1',
    account: '111122223333',
    source: 'aws.ec2',
    time: '2026-11-02T08:00:00Z',
    region: 'eu-west-1',
    resources: [],
    'detail-type': 'X',
    detail: { state: 'running' },
  };
  const test = (pattern: object, Event: object) =>
    bus.call('EventBridge', 'TestEventPattern', {
      EventPattern: JSON.stringify(pattern),
      Event: JSON.stringify(Event),
    });

  it('says whether a pattern matches an event, and wants the whole envelope', async () => {
    expect(await test({ detail: { state: ['running'] } }, event)).toEqual({ Result: true });
    expect(await test({ detail: { state: ['stopped'] } }, event)).toEqual({ Result: false });
    await expect(test({ source: ['a'] }, { source: 'a' })).rejects.toThrow('it has no id, account');
  });
});
