import * as sdk from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createQueue } from '../../../../../../simulator/aws/services/sqs/queues.ts';
import { sqs } from '../../../../../../simulator/aws/services/sqs/service.ts';
import { queuePolicy } from '../../../../../../simulator/aws/services/sqs/state.ts';
import type { AccessRequest } from '../../../../../../simulator/aws/types.ts';
import { simulatedClient, TEST_CALLER } from '../../../../../support/simulated-client.ts';
import { startTestCloud, type TestCloud } from '../../../../../support/test-cloud.ts';

describe('the simulated SQS', () => {
  let world: TestCloud;
  let client: Pick<sdk.SQSClient, 'send'>;
  let asked: AccessRequest[];
  beforeEach(() => {
    asked = [];
    world = startTestCloud([{ service: sqs, sdk }], { authorize: (request) => void asked.push(request) });
    client = simulatedClient<sdk.SQSClient>(world.cloud, 'SQS');
  });
  afterEach(() => world.simulation.close());
  const run = <T>(promise: Promise<T>) => world.simulation.runUntil(promise);
  const create = async (QueueName: string, Attributes: Record<string, string> = {}) =>
    (await run(client.send(new sdk.CreateQueueCommand({ QueueName, Attributes })))).QueueUrl ?? '';
  const send = (QueueUrl: string, MessageBody: string, options: object = {}) =>
    run(client.send(new sdk.SendMessageCommand({ QueueUrl, MessageBody, ...options })));
  const receive = async (QueueUrl: string, options: object = {}) =>
    (await run(client.send(new sdk.ReceiveMessageCommand({ QueueUrl, ...options })))).Messages ?? [];
  const remove = (QueueUrl: string, ReceiptHandle: string | undefined) =>
    run(client.send(new sdk.DeleteMessageCommand({ QueueUrl, ReceiptHandle })));

  it('delivers again when the visibility timeout is over, and an old receipt handle deletes nothing', async () => {
    const queue = await create('q', { VisibilityTimeout: '30' });
    await send(queue, 'x');
    const [first] = await receive(queue);
    await world.simulation.runFor(29);
    const hidden = await receive(queue);
    await world.simulation.runFor(2);
    const [second] = await receive(queue, { VisibilityTimeout: 0 });

    await remove(queue, first?.ReceiptHandle);
    const afterOldHandle = await receive(queue, { VisibilityTimeout: 0 });
    await remove(queue, afterOldHandle[0]?.ReceiptHandle);

    expect(hidden).toEqual([]);
    expect(second?.MessageId).toBe(first?.MessageId);
    expect(afterOldHandle).toHaveLength(1);
    expect(await receive(queue)).toEqual([]);
  });

  it('shows no attributes that were not asked for, and those of a prefix when they are', async () => {
    const queue = await create('q');
    const MessageAttributes = {
      'joinery.kind': { DataType: 'String', StringValue: 'spot' },
      other: { DataType: 'String', StringValue: 'x' },
    };
    await send(queue, 'x', { MessageAttributes });

    const [bare] = await receive(queue, { VisibilityTimeout: 0 });
    const [some] = await receive(queue, { MessageAttributeNames: ['joinery.*'] });

    expect(Object.keys(bare ?? {}).toSorted()).toEqual(['Body', 'MD5OfBody', 'MessageId', 'ReceiptHandle']);
    expect(some?.MessageAttributes).toEqual({ 'joinery.kind': MessageAttributes['joinery.kind'] });
  });

  it('ends a long poll when a delayed message is due, not before and not later', async () => {
    const queue = await create('q');
    await send(queue, 'later', { DelaySeconds: 7 });
    const start = world.simulation.now();

    const [message] = await receive(queue, { WaitTimeSeconds: 20 });

    expect(message?.Body).toBe('later');
    expect((world.simulation.now() - start) / 1000).toBeCloseTo(7, 0);
  });

  it('ends a long poll empty after its wait', async () => {
    const queue = await create('q', { ReceiveMessageWaitTimeSeconds: '20' });
    const start = world.simulation.now();

    expect(await receive(queue)).toEqual([]);
    expect((world.simulation.now() - start) / 1000).toBeCloseTo(20, 0);
  });

  it('gives nothing to a poll of a world that was left by a restore', async () => {
    const queue = await create('q');
    const saved = world.simulation.snapshot();
    const abandoned = client.send(new sdk.ReceiveMessageCommand({ QueueUrl: queue, WaitTimeSeconds: 20 }));
    await world.simulation.runFor(1);
    world.simulation.restore(saved);

    await send(queue, 'x');
    const [message] = await receive(queue);

    expect(message?.Body).toBe('x');
    void abandoned;
  });

  it('forgets messages that are older than it keeps, counted from the first send also in a dead-letter queue', async () => {
    const deadLetters = await create('q-dlq', { MessageRetentionPeriod: '120' });
    const RedrivePolicy = JSON.stringify({
      deadLetterTargetArn: 'arn:aws:sqs:eu-west-1:111122223333:q-dlq',
      maxReceiveCount: '1',
    });
    const queue = await create('q', { RedrivePolicy, VisibilityTimeout: '60' });
    await send(queue, 'poison');
    await receive(queue);
    await world.simulation.runFor(61);
    await receive(queue);
    const [dead] = await receive(deadLetters, { VisibilityTimeout: 0, MessageSystemAttributeNames: ['All'] });
    await world.simulation.runFor(60);

    expect(dead).toMatchObject({
      Body: 'poison',
      Attributes: { DeadLetterQueueSourceArn: 'arn:aws:sqs:eu-west-1:111122223333:q' },
    });
    expect(await receive(deadLetters)).toEqual([]);
  });

  it('lets no message be hidden for more than twelve hours in all', async () => {
    const queue = await create('q');
    await send(queue, 'x');
    const [message] = await receive(queue, { VisibilityTimeout: 3600 });
    await world.simulation.runFor(1800);
    const change = (VisibilityTimeout: number) =>
      run(
        client.send(
          new sdk.ChangeMessageVisibilityCommand({
            QueueUrl: queue,
            ReceiptHandle: message?.ReceiptHandle,
            VisibilityTimeout,
          }),
        ),
      );

    await expect(change(43_200)).rejects.toThrow('beyond the limit');
    await expect(change(40_000)).resolves.toEqual({});
  });

  it('rests the name of a deleted queue for a minute', async () => {
    const queue = await create('q');
    await run(client.send(new sdk.DeleteQueueCommand({ QueueUrl: queue })));
    const gone = send(queue, 'x');

    await expect(gone).rejects.toMatchObject({
      name: 'QueueDoesNotExist',
      Code: 'AWS.SimpleQueueService.NonExistentQueue',
    });
    await expect(create('q')).rejects.toMatchObject({ name: 'QueueDeletedRecently' });
    await world.simulation.runFor(60);
    expect(await create('q')).toBe(queue);
  });

  it.each([
    ['InvalidAttributeName', { Nonsense: '1' }],
    ['InvalidAttributeValue', { DelaySeconds: '1.5' }],
    ['InvalidAttributeValue', { Policy: 'not json' }],
    [
      'InvalidParameterValue',
      { RedrivePolicy: '{"deadLetterTargetArn":"arn:aws:sqs:eu-west-1:111122223333:none","maxReceiveCount":3}' },
    ],
    ['InvalidParameterValue', { RedrivePolicy: '{"maxReceiveCount":3}' }],
    ['NotSimulatedError', { FifoQueue: 'true' }],
    ['NotSimulatedError', { KmsMasterKeyId: 'alias/aws/sqs' }],
  ])('refuses with %s a queue with %j', async (name, attributes) => {
    await expect(create('q', attributes as unknown as Record<string, string>)).rejects.toMatchObject({ name });
  });

  it.each(['q.fifo', 'a b', 'x'.repeat(81)])('refuses the queue name %s', async (name) => {
    await expect(create(name)).rejects.toThrow();
  });

  it('asks for permission for the queue with its tags, and hands its policy to the authorizer', async () => {
    const context = world.cloud.context(TEST_CALLER);
    const QueueUrl = createQueue(context, {
      name: 'q',
      attributes: { Policy: '{"Statement":[]}' },
      tags: { 'joinery.dev:managed': 'true' },
    });

    await run(client.send(new sdk.SendMessageBatchCommand({ QueueUrl, Entries: [{ Id: 'a', MessageBody: 'x' }] })));

    expect(asked).toEqual([
      {
        action: 'sqs:SendMessage',
        resource: 'arn:aws:sqs:eu-west-1:111122223333:q',
        context: { 'aws:ResourceTag/joinery.dev:managed': 'true' },
      },
    ]);
    expect(asked.map((request) => queuePolicy(request, context, 'SQS'))).toEqual(['{"Statement":[]}']);
  });

  it('answers for each entry of a batch on its own', async () => {
    const QueueUrl = await create('q');
    const Entries = [
      { Id: 'good', MessageBody: 'x' },
      { Id: 'late', MessageBody: 'x', DelaySeconds: 901 },
    ];

    const { Successful, Failed } = await run(client.send(new sdk.SendMessageBatchCommand({ QueueUrl, Entries })));

    expect(Successful?.map((entry) => entry.Id)).toEqual(['good']);
    expect(Failed).toMatchObject([{ Id: 'late', SenderFault: true, Code: 'InvalidParameterValue' }]);
  });

  it('tags a queue and tells its tags', async () => {
    const QueueUrl = await create('q');
    await run(client.send(new sdk.TagQueueCommand({ QueueUrl, Tags: { a: '1', b: '2' } })));
    await run(client.send(new sdk.UntagQueueCommand({ QueueUrl, TagKeys: ['a'] })));

    const { Tags } = await run(client.send(new sdk.ListQueueTagsCommand({ QueueUrl })));

    expect(Tags).toEqual({ b: '2' });
  });

  it('takes a changed attribute at once', async () => {
    const QueueUrl = await create('q');
    await run(client.send(new sdk.SetQueueAttributesCommand({ QueueUrl, Attributes: { DelaySeconds: '5' } })));
    await send(QueueUrl, 'x');

    expect(await receive(QueueUrl)).toEqual([]);
    await world.simulation.runFor(5);
    expect(await receive(QueueUrl)).toHaveLength(1);
  });
});
