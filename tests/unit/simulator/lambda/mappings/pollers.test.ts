import * as sdk from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SQSEvent } from 'aws-lambda';
import { sqs } from '../../../../../simulator/aws/services/sqs/service.ts';
import { queueOfArn } from '../../../../../simulator/aws/services/sqs/state.ts';
import type { MappingConfig } from '../../../../../simulator/lambda/mappings/mapping-config.ts';
import { startMappings } from '../../../../../simulator/lambda/mappings/pollers.ts';
import { FunctionError, THROTTLED } from '../../../../../simulator/lambda/outcome.ts';
import { startTestCloud, type TestCloud } from '../../../../support/test-cloud.ts';

const queueArn = 'arn:aws:sqs:eu-west-1:111122223333:inbox';
const QueueUrl = 'https://sqs.eu-west-1.amazonaws.com/111122223333/inbox';
const targetArn = 'arn:aws:lambda:eu-west-1:111122223333:function:router:live';
const caller = { roleArn: 'arn:aws:iam::111122223333:role/sender', sessionName: 'x' };
const START = Date.parse('2026-11-02T08:00:00Z');
const mapping: MappingConfig = {
  id: 'm1',
  queueArn,
  targetArn,
  batchSize: 10,
  windowSeconds: 0,
  reportsItemFailures: true,
  maximumConcurrency: undefined,
  isEnabled: true,
};

type Invoked = { readonly second: number; readonly bodies: string[]; readonly event: SQSEvent };

describe('an event source mapping', () => {
  let world: TestCloud;
  let invoked: Invoked[];
  let answer: (event: SQSEvent, number: number) => unknown;
  let most: number;
  beforeEach(async () => {
    world = startTestCloud([{ service: sqs, sdk }]);
    invoked = [];
    answer = () => null;
    most = 0;
    await call('CreateQueue', { QueueName: 'inbox' });
  });
  afterEach(() => world.simulation.close());

  function call<O = object>(name: string, input: object): Promise<O> {
    return world.simulation.runUntil(world.cloud.call('SQS', name, input, caller) as Promise<O>);
  }

  function start(changes: Partial<MappingConfig> = {}, seconds = 0.2): void {
    const { simulation, cloud } = world;
    const config = { name: 'router', roleArn: 'arn:aws:iam::111122223333:role/router', timeoutSeconds: 5 } as never;
    let running = 0;
    const runtime = {
      functionOf: () => config,
      invoke: async (_arn: string, payload: unknown) => {
        const event = payload as SQSEvent;
        invoked.push({
          second: (simulation.now() - START) / 1000,
          bodies: event.Records.map(({ body }) => body),
          event,
        });
        running += 1;
        most = Math.max(most, running);
        await simulation.sleep(seconds);
        running -= 1;
        return answer(event, invoked.length);
      },
    };
    startMappings({ simulation, cloud, runtime: () => runtime, mappings: [{ ...mapping, ...changes }] });
  }

  async function send(count: number, first = 0): Promise<void> {
    for (let from = first; from < first + count; from += 10) {
      const size = Math.min(10, first + count - from);
      const Entries = Array.from({ length: size }, (_, index) => ({ Id: `${index}`, MessageBody: `${from + index}` }));
      await call('SendMessageBatch', { QueueUrl, Entries });
    }
  }

  const left = () => Object.keys(queueOfArn(world.simulation, queueArn)?.messages ?? {}).length;
  const handled = () => invoked.flatMap(({ bodies }) => bodies).sort((a, b) => Number(a) - Number(b));

  it('hands a batch to the function in the form that Lambda gives it, and deletes it', async () => {
    start();
    await call('SendMessage', {
      QueueUrl,
      MessageBody: 'one',
      MessageAttributes: { kind: { DataType: 'String', StringValue: 'spot' } },
    });
    await world.simulation.runFor(2);
    expect(invoked).toHaveLength(1);
    expect(invoked[0]?.event.Records).toEqual([
      {
        messageId: expect.any(String),
        receiptHandle: expect.any(String),
        body: 'one',
        attributes: {
          ApproximateReceiveCount: '1',
          SentTimestamp: expect.stringMatching(/^\d{13}$/),
          SenderId: expect.stringMatching(/:x$/),
          ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
        },
        messageAttributes: {
          kind: { stringValue: 'spot', stringListValues: [], binaryListValues: [], dataType: 'String' },
        },
        md5OfMessageAttributes: expect.any(String),
        md5OfBody: 'f97c5d29941bfb1b2fdab0874906ab82',
        eventSource: 'aws:sqs',
        eventSourceARN: queueArn,
        awsRegion: 'eu-west-1',
      },
    ]);
    expect(left()).toBe(0);
  });

  it('leaves no timer behind when its queue is empty', async () => {
    start();
    await send(3);
    await world.simulation.runFor(60);
    expect(left()).toBe(0);
    const still = world.simulation.runUntil(new Promise(() => undefined));
    await expect(still).rejects.toThrow('stands still');
  });

  it.each([
    ['nothing', null, []],
    ['an empty list', { batchItemFailures: [] }, []],
    ['the second message', 'second', ['1']],
    ['a message of another batch', { batchItemFailures: [{ itemIdentifier: 'other' }] }, ['0', '1', '2']],
    ['an empty identifier', { batchItemFailures: [{ itemIdentifier: '' }] }, ['0', '1', '2']],
    ['a key of another name', { batchItemFailures: [{ id: 'x' }] }, ['0', '1', '2']],
    ['text', 'done', ['0', '1', '2']],
  ])('retries what failed after the visibility timeout when the function answers %s', async (_, first, again) => {
    const messageIds: string[] = [];
    answer = (event, number) => {
      messageIds.push(...event.Records.map(({ messageId }) => messageId));
      if (number > 1) return null;
      return first === 'second' ? { batchItemFailures: [{ itemIdentifier: messageIds[1] }] } : first;
    };
    start();
    await send(3);
    await world.simulation.runFor(29);
    expect(left()).toBe(again.length);
    await world.simulation.runFor(10);
    expect(invoked.slice(1).flatMap(({ bodies }) => bodies)).toEqual(again);
    expect(invoked[1]?.event.Records[0]?.attributes.ApproximateReceiveCount ?? '2').toBe('2');
    expect(left()).toBe(0);
  });

  it('ignores the answer when it does not report item failures, and retries the whole batch after an error', async () => {
    answer = (event, number) => {
      if (number === 1) throw new FunctionError('Sandbox.Timedout', 'no time');
      return { batchItemFailures: [{ itemIdentifier: event.Records[0]?.messageId }] };
    };
    start({ reportsItemFailures: false });
    await send(2);
    await world.simulation.runFor(60);
    expect(invoked.map(({ bodies }) => bodies)).toEqual([
      ['0', '1'],
      ['0', '1'],
    ]);
    expect(left()).toBe(0);
  });

  it('starts with five batches at once and grows by three hundred a minute up to its maximum', async () => {
    await send(600);
    start({ maximumConcurrency: 8 }, 1);
    await send(1, 600);
    await world.simulation.runFor(0.1);
    expect(most).toBe(5);
    await world.simulation.runFor(20);
    expect(most).toBe(8);
    expect(handled()).toHaveLength(601);
    expect(new Set(handled()).size).toBe(601);
    expect(left()).toBe(0);
  });

  it('fills a batch over its window', async () => {
    start({ batchSize: 25, windowSeconds: 5 });
    await send(10);
    await world.simulation.runFor(1);
    await send(10, 10);
    await world.simulation.runFor(1);
    expect(invoked).toHaveLength(0);
    await world.simulation.runFor(4);
    expect(invoked.map(({ bodies }) => bodies.length)).toEqual([20]);
    await send(30, 20);
    await world.simulation.runFor(1);
    expect(invoked.map(({ bodies }) => bodies.length)).toEqual([20, 25]);
    await world.simulation.runFor(6);
    expect(invoked.map(({ bodies }) => bodies.length)).toEqual([20, 25, 5]);
  });

  it('tries a throttled function again, and lets the messages go when their visibility ends', async () => {
    answer = () => {
      if (world.simulation.now() < START + 45_000) throw new FunctionError(THROTTLED, 'Rate Exceeded.');
      return null;
    };
    start({}, 0);
    await send(1);
    await world.simulation.runFor(40);
    const counts = invoked.map(({ event }) => event.Records[0]?.attributes.ApproximateReceiveCount);
    expect(counts.filter((count) => count === '1').length).toBeGreaterThan(3);
    expect(counts).toContain('2');
    await world.simulation.runFor(30);
    expect(left()).toBe(0);
  });

  it('goes on after a restore: what was under way is received again', async () => {
    start({}, 20);
    await send(2);
    await world.simulation.runFor(5);
    const saved = world.simulation.snapshot();
    expect(invoked).toHaveLength(1);
    world.simulation.restore(JSON.parse(JSON.stringify(saved)));
    await world.simulation.runFor(80);
    expect(invoked.map(({ bodies }) => bodies)).toEqual([
      ['0', '1'],
      ['0', '1'],
    ]);
    expect(left()).toBe(0);
  });
});
