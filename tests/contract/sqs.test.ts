import * as sdk from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sqs } from '../../simulator/aws/services/sqs/service.ts';
import { type ContractTarget, type ContractTargets, loopbackConfig } from '../support/contract-target.ts';
import { startFauxqsOnLoopback } from '../support/fauxqs.ts';
import { simulatedClient } from '../support/simulated-client.ts';
import { startTestCloud } from '../support/test-cloud.ts';

// fauxqs writes every code with the older protocol's prefix, and the SDK then takes that for the name.
const named = (name: string) => ({ name: expect.stringMatching(`^(AWS.SimpleQueueService.)?${name}$`) });

type Client = Pick<sdk.SQSClient, 'send'>;

const targets: ContractTargets<Client> = [
  [
    'the simulated SQS',
    async () => {
      const { simulation, cloud } = startTestCloud([{ service: sqs, sdk }]);
      return {
        client: simulatedClient<sdk.SQSClient>(cloud, 'SQS'),
        run: (work) => simulation.runUntil(work()),
        close: async () => simulation.close(),
      };
    },
  ],
  [
    'fauxqs',
    async () => {
      const server = await startFauxqsOnLoopback();
      const client = new sdk.SQSClient({ ...loopbackConfig(server.endpoint), useQueueUrlAsEndpoint: false });
      return {
        client,
        run: (work) => work(),
        close: async () => {
          client.destroy();
          await server.close();
        },
      };
    },
  ],
];

describe.each(targets)('SQS as %s', (_, start) => {
  let target: ContractTarget<Client>;
  beforeAll(async () => {
    target = await start();
  });
  afterAll(() => target.close());

  const create = async (QueueName: string, Attributes: Record<string, string> = {}) => {
    const { QueueUrl } = await target.client.send(new sdk.CreateQueueCommand({ QueueName, Attributes }));
    return QueueUrl ?? '';
  };
  const send = (QueueUrl: string, MessageBody: string, options: object = {}) =>
    target.client.send(new sdk.SendMessageCommand({ QueueUrl, MessageBody, ...options }));
  const receive = async (QueueUrl: string, options: object = {}) => {
    const { Messages } = await target.client.send(new sdk.ReceiveMessageCommand({ QueueUrl, ...options }));
    return Messages ?? [];
  };
  const show = (QueueUrl: string, ReceiptHandle: string | undefined) =>
    target.client.send(new sdk.ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));

  it('delivers a message with its attributes and digests, once while it is hidden', () =>
    target.run(async () => {
      const queue = await create('plain');
      const attributes = {
        kind: { DataType: 'String', StringValue: 'spot' },
        at: { DataType: 'Number', StringValue: '12' },
      };
      const sent = await send(queue, '{"héllo":1}', { MessageAttributes: attributes });

      const [message] = await receive(queue, {
        MessageAttributeNames: ['All'],
        MessageSystemAttributeNames: ['ApproximateReceiveCount'],
      });
      const hidden = await receive(queue, { MaxNumberOfMessages: 10 });

      expect(message).toMatchObject({
        MessageId: sent.MessageId,
        Body: '{"héllo":1}',
        MD5OfBody: sent.MD5OfMessageBody,
        MD5OfMessageAttributes: 'fc78221ba878620503f6a71959655888',
        Attributes: { ApproximateReceiveCount: '1' },
        MessageAttributes: attributes,
      });
      expect(sent.MD5OfMessageAttributes).toBe(message?.MD5OfMessageAttributes);
      expect(hidden).toEqual([]);
    }));

  it('delivers again what is made visible, and counts', () =>
    target.run(async () => {
      const queue = await create('again');
      await send(queue, 'x');
      const [first] = await receive(queue);
      await show(queue, first?.ReceiptHandle);

      const [second] = await receive(queue, { MessageSystemAttributeNames: ['All'] });

      expect(second?.MessageId).toBe(first?.MessageId);
      expect(second?.ReceiptHandle).not.toBe(first?.ReceiptHandle);
      expect(second?.Attributes?.['ApproximateReceiveCount']).toBe('2');
    }));

  it('forgets what is deleted', () =>
    target.run(async () => {
      const queue = await create('deleted');
      await send(queue, 'x');
      const [message] = await receive(queue, { VisibilityTimeout: 0 });
      await target.client.send(
        new sdk.DeleteMessageCommand({ QueueUrl: queue, ReceiptHandle: message?.ReceiptHandle }),
      );

      expect(await receive(queue)).toEqual([]);
    }));

  it('moves a message to the dead-letter queue after its last receive', () =>
    target.run(async () => {
      const deadLetters = await create('orders-dlq');
      const { Attributes } = await target.client.send(
        new sdk.GetQueueAttributesCommand({ QueueUrl: deadLetters, AttributeNames: ['QueueArn'] }),
      );
      const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: Attributes?.['QueueArn'], maxReceiveCount: 2 });
      const queue = await create('orders', { RedrivePolicy });
      await send(queue, 'poison');
      for (const _receive of [1, 2]) await show(queue, (await receive(queue))[0]?.ReceiptHandle);

      const third = await receive(queue);
      const [dead] = await receive(deadLetters);

      expect(third).toEqual([]);
      expect(dead?.Body).toBe('poison');
    }));

  it('waits for a message that is sent meanwhile', () =>
    target.run(async () => {
      const queue = await create('waited');
      const waiting = receive(queue, { WaitTimeSeconds: 20 });
      await send(queue, 'here');

      const [message] = await waiting;

      expect(message?.Body).toBe('here');
    }));

  it('sends and deletes in batches', () =>
    target.run(async () => {
      const queue = await create('batches');
      const Entries = ['a', 'b'].map((Id) => ({ Id, MessageBody: `body ${Id}` }));
      const sent = await target.client.send(new sdk.SendMessageBatchCommand({ QueueUrl: queue, Entries }));

      const messages = await receive(queue, { MaxNumberOfMessages: 10 });
      const deleted = await target.client.send(
        new sdk.DeleteMessageBatchCommand({
          QueueUrl: queue,
          Entries: messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle })),
        }),
      );

      expect(sent.Successful?.map((entry) => entry.Id)).toEqual(['a', 'b']);
      expect(messages.map((message) => message.Body)).toEqual(['body a', 'body b']);
      expect(deleted.Successful).toHaveLength(2);
    }));

  it('counts what is visible, delayed and in flight', () =>
    target.run(async () => {
      const queue = await create('counted');
      for (const body of ['a', 'b', 'c']) await send(queue, body);
      await send(queue, 'later', { DelaySeconds: 60 });
      await receive(queue);

      const { Attributes } = await target.client.send(
        new sdk.GetQueueAttributesCommand({ QueueUrl: queue, AttributeNames: ['All'] }),
      );

      expect(Attributes).toMatchObject({
        ApproximateNumberOfMessages: '2',
        ApproximateNumberOfMessagesNotVisible: '1',
        ApproximateNumberOfMessagesDelayed: '1',
        VisibilityTimeout: '30',
        MessageRetentionPeriod: '345600',
      });
    }));

  it('creates a queue once, and refuses the name with other attributes', () =>
    target.run(async () => {
      const first = await create('same', { VisibilityTimeout: '45' });

      const again = await create('same', { VisibilityTimeout: '45' });
      const other = create('same', { VisibilityTimeout: '46' });

      expect(again).toBe(first);
      await expect(other).rejects.toMatchObject(named('QueueNameExists'));
    }));

  it('lists queues by prefix, page by page', () =>
    target.run(async () => {
      for (const name of ['list-b', 'list-a', 'list-c']) await create(name);
      const list = (options: object) =>
        target.client.send(new sdk.ListQueuesCommand({ QueueNamePrefix: 'list-', MaxResults: 2, ...options }));

      const first = await list({});
      const second = await list({ NextToken: first.NextToken });

      const names = [...(first.QueueUrls ?? []), ...(second.QueueUrls ?? [])].map((url) => url.split('/').at(-1));
      expect(first.QueueUrls).toHaveLength(2);
      expect(names.toSorted()).toEqual(['list-a', 'list-b', 'list-c']);
      expect(second.NextToken).toBeUndefined();
    }));

  it('empties a queue at once', () =>
    target.run(async () => {
      const queue = await create('purged');
      await send(queue, 'x');
      await target.client.send(new sdk.PurgeQueueCommand({ QueueUrl: queue }));

      expect(await receive(queue)).toEqual([]);
    }));

  const refusals: readonly (readonly [what: string, error: string, (queue: string) => Promise<unknown>])[] = [
    ['a queue that does not exist', 'QueueDoesNotExist', (queue) => send(`${queue}-not`, 'x')],
    [
      'a queue name that does not exist',
      'QueueDoesNotExist',
      () => target.client.send(new sdk.GetQueueUrlCommand({ QueueName: 'none' })),
    ],
    ['an attribute out of range', 'InvalidAttributeValue', () => create('range', { VisibilityTimeout: '43201' })],
    [
      'an empty batch',
      'EmptyBatchRequest',
      (QueueUrl) => target.client.send(new sdk.SendMessageBatchCommand({ QueueUrl, Entries: [] })),
    ],
    [
      'more than ten entries',
      'TooManyEntriesInBatchRequest',
      (QueueUrl) => {
        const Entries = Array.from({ length: 11 }, (_entry, index) => ({ Id: String(index), MessageBody: 'x' }));
        return target.client.send(new sdk.SendMessageBatchCommand({ QueueUrl, Entries }));
      },
    ],
    [
      'one id twice in a batch',
      'BatchEntryIdsNotDistinct',
      (QueueUrl) => {
        const Entries = ['a', 'a'].map((Id) => ({ Id, MessageBody: 'x' }));
        return target.client.send(new sdk.SendMessageBatchCommand({ QueueUrl, Entries }));
      },
    ],
    [
      'a batch of more than 1 MiB',
      'BatchRequestTooLong',
      (QueueUrl) => {
        const Entries = ['a', 'b'].map((Id) => ({ Id, MessageBody: 'x'.repeat(600_000) }));
        return target.client.send(new sdk.SendMessageBatchCommand({ QueueUrl, Entries }));
      },
    ],
    ['characters that XML cannot carry', 'InvalidMessageContents', (queue) => send(queue, 'a\u0000b')],
    ['a message of more than 1 MiB', 'InvalidParameterValue', (queue) => send(queue, 'x'.repeat(1_048_577))],
    ['more than ten messages at once', 'InvalidParameterValue', (queue) => receive(queue, { MaxNumberOfMessages: 11 })],
  ];
  it.each(refusals)('refuses %s', (what, error, attempt) =>
    target.run(async () => {
      const queue = await create(`refuses-${what.replaceAll(/[^a-zA-Z0-9]/g, '-')}`);

      await expect(attempt(queue)).rejects.toMatchObject(named(error));
    }),
  );
});
