import { hash } from 'node:crypto';
import type {
  SendMessageBatchRequest,
  SendMessageBatchRequestEntry,
  SendMessageBatchResult,
  SendMessageRequest,
  SendMessageResult,
} from '@aws-sdk/client-sqs';
import { type CallContext, operation } from '../../types.ts';
import { countQueue } from '../cloudwatch/counters.ts';
import { runBatch } from './batches.ts';
import { attributesChecksum, bodyChecksum } from './checksums.ts';
import { type Contents, checkContents, roughSize } from './contents.ts';
import { batchFailure } from './failures.ts';
import { dropExpired, wake } from './flow.ts';
import { tellMessageSent } from './observe.ts';
import { type Queue, queueOfUrl, urlAccess } from './state.ts';
import { addMessage } from './store.ts';

const MAX_BATCH_BYTES = 1_048_576;

type Sent = { MessageId: string; MD5OfMessageBody: string; MD5OfMessageAttributes?: string };

export const sendingOperations = {
  SendMessage: operation<SendMessageRequest, SendMessageResult>({
    authorize: (input, context) => urlAccess(context, 'SendMessage', input.QueueUrl),
    run: (input, context) => send(context, queueOfUrl(context, input.QueueUrl), contentsOf(input)),
  }),
  SendMessageBatch: operation<SendMessageBatchRequest, SendMessageBatchResult>({
    authorize: (input, context) => urlAccess(context, 'SendMessage', input.QueueUrl),
    run(input, context) {
      const queue = queueOfUrl(context, input.QueueUrl);
      const bytes = (input.Entries ?? []).reduce((total, entry) => total + roughSize(contentsOf(entry)), 0);
      if (bytes > MAX_BATCH_BYTES) {
        throw batchFailure(
          'BatchRequestTooLong',
          `Batch requests cannot be longer than ${MAX_BATCH_BYTES} bytes. You have sent ${bytes} bytes.`,
        );
      }
      return { Failed: [], ...runBatch(input.Entries, (entry) => send(context, queue, contentsOf(entry))) };
    },
  }),
};

function contentsOf(input: SendMessageRequest | SendMessageBatchRequestEntry): Contents {
  return {
    MessageBody: input.MessageBody,
    DelaySeconds: input.DelaySeconds,
    MessageAttributes: input.MessageAttributes,
    MessageGroupId: input.MessageGroupId,
    MessageDeduplicationId: input.MessageDeduplicationId,
    MessageSystemAttributes: input.MessageSystemAttributes,
  };
}

function send(context: CallContext, queue: Queue, contents: Contents): Sent {
  const { simulation } = context;
  const { body, attributes, groupId, delaySeconds } = checkContents(queue, contents);
  dropExpired(simulation, queue);
  const now = simulation.now();
  const id = `00000000-0000-4000-8000-${simulation.nextId().toString(16).padStart(12, '0')}`;
  const bodyMd5 = bodyChecksum(body);
  const attributesMd5 = Object.keys(attributes).length > 0 ? attributesChecksum(attributes) : null;
  const message = {
    id,
    body,
    attributes,
    bodyMd5,
    attributesMd5,
    groupId,
    senderId: senderId(context),
    sentMs: now,
    deadLetterSource: null,
    visibleAtMs: now + delaySeconds * 1000,
    receiveCount: 0,
    firstReceivedMs: null,
    receivedMs: null,
    receipt: null,
  };
  addMessage(queue, message, now);
  tellMessageSent(simulation, queue.name, message);
  countQueue(simulation, queue.name, 'NumberOfMessagesSent');
  wake(simulation, queue.name);
  return {
    MessageId: id,
    MD5OfMessageBody: bodyMd5,
    ...(attributesMd5 === null ? {} : { MD5OfMessageAttributes: attributesMd5 }),
  };
}

const roleIds = new Map<string, string>();

/** The unique id of the caller's role with its session, in the form that SQS shows. */
function senderId({ caller }: CallContext): string {
  const id = roleIds.get(caller.roleArn) ?? hash('sha256', caller.roleArn, 'hex').slice(0, 17).toUpperCase();
  roleIds.set(caller.roleArn, id);
  return `AROA${id}:${caller.sessionName}`;
}
