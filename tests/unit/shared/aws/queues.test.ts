import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  ListQueuesCommand,
  SendMessageBatchCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { queues } from '../../../../shared/aws/queues.ts';

const client = new SQSClient({});
const sqs = mockClient(client);
const adapter = queues(client);

describe('the queues', () => {
  beforeEach(() => {
    sqs.reset();
  });

  it('send with a delay and attributes of text, and say what was not taken', async () => {
    sqs.on(SendMessageBatchCommand).resolves({ Failed: [{ Id: '1', Code: 'InternalError', SenderFault: false }] });

    const faults = await adapter.send('https://queue', [
      { body: 'a', delaySeconds: 0, attributes: { 'joinery-kind': 'health' } },
      { body: 'b', delaySeconds: 20, attributes: {} },
    ]);

    expect(faults).toEqual([{ index: 1, code: 'InternalError' }]);
    expect(sqs.commandCalls(SendMessageBatchCommand)[0]?.args[0].input).toEqual({
      QueueUrl: 'https://queue',
      Entries: [
        {
          Id: '0',
          MessageBody: 'a',
          MessageAttributes: { 'joinery-kind': { DataType: 'String', StringValue: 'health' } },
        },
        { Id: '1', MessageBody: 'b', DelaySeconds: 20, MessageAttributes: {} },
      ],
    });
  });

  it('hide and remove messages by their handles', async () => {
    sqs.on(ChangeMessageVisibilityBatchCommand).resolves({});
    sqs
      .on(DeleteMessageBatchCommand)
      .resolves({ Failed: [{ Id: '0', Code: 'ReceiptHandleIsInvalid', SenderFault: true }] });

    await adapter.hide('https://queue', [{ receiptHandle: 'h', seconds: 4 }]);

    expect(await adapter.remove('https://queue', ['h'])).toEqual([{ index: 0, code: 'ReceiptHandleIsInvalid' }]);
    expect(sqs.commandCalls(ChangeMessageVisibilityBatchCommand)[0]?.args[0].input).toEqual({
      QueueUrl: 'https://queue',
      Entries: [{ Id: '0', ReceiptHandle: 'h', VisibilityTimeout: 4 }],
    });
  });

  it('are listed by prefix, page after page', async () => {
    sqs
      .on(ListQueuesCommand)
      .resolvesOnce({ QueueUrls: ['a'], NextToken: 'more' })
      .resolvesOnce({ QueueUrls: ['b'] });

    expect(await adapter.list('joinery-cluster-')).toEqual(['a', 'b']);
    expect(sqs.commandCalls(ListQueuesCommand).map(({ args }) => args[0].input)).toEqual([
      { QueueNamePrefix: 'joinery-cluster-', MaxResults: 1000 },
      { QueueNamePrefix: 'joinery-cluster-', MaxResults: 1000, NextToken: 'more' },
    ]);
  });
});
