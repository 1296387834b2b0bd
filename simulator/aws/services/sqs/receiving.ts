import type {
  ChangeMessageVisibilityBatchRequest,
  ChangeMessageVisibilityBatchResult,
  ChangeMessageVisibilityRequest,
  DeleteMessageBatchRequest,
  DeleteMessageBatchResult,
  DeleteMessageRequest,
  ReceiveMessageRequest,
  ReceiveMessageResult,
  Message as SdkMessage,
} from '@aws-sdk/client-sqs';
import { type CallContext, operation } from '../../types.ts';
import { countQueue } from '../cloudwatch/counters.ts';
import { settingOf } from './attributes.ts';
import { runBatch } from './batches.ts';
import { attributesChecksum } from './checksums.ts';
import { invalidParameter, missingParameter, overLimit, receiptHandleIsInvalid } from './failures.ts';
import { dropExpired, inFlight, MAX_IN_FLIGHT, nextVisibleMs, takeMessages, waitForChange, wake } from './flow.ts';
import { type Message, type Queue, queueArn, queueOfUrl, refuseMembers, urlAccess } from './state.ts';
import { removeMessage, replaceMessage } from './store.ts';

const MAX_VISIBILITY_SECONDS = 43_200;
const SYSTEM_ATTRIBUTES = [
  'All',
  'ApproximateFirstReceiveTimestamp',
  'ApproximateReceiveCount',
  'AWSTraceHeader',
  'DeadLetterQueueSourceArn',
  'MessageDeduplicationId',
  'MessageGroupId',
  'SenderId',
  'SentTimestamp',
  'SequenceNumber',
];

export const receivingOperations = {
  ReceiveMessage: operation<ReceiveMessageRequest, ReceiveMessageResult>({
    authorize: (input, context) => urlAccess(context, 'ReceiveMessage', input.QueueUrl),
    async run(input, context) {
      refuseMembers('ReceiveMessage', input, [
        'QueueUrl',
        'AttributeNames',
        'MessageSystemAttributeNames',
        'MessageAttributeNames',
        'MaxNumberOfMessages',
        'VisibilityTimeout',
        'WaitTimeSeconds',
      ]);
      const names = [...(input.AttributeNames ?? []), ...(input.MessageSystemAttributeNames ?? [])];
      for (const name of names)
        if (!SYSTEM_ATTRIBUTES.includes(name)) throw invalidParameter(`Unknown Attribute ${name}.`);
      const messages = await receive(input, context);
      if (messages.length === 0) return {};
      const { name } = queueOfUrl(context, input.QueueUrl);
      return { Messages: messages.map((message) => shown(name, message, names, input.MessageAttributeNames ?? [])) };
    },
  }),
  DeleteMessage: operation<DeleteMessageRequest, object>({
    authorize: (input, context) => urlAccess(context, 'DeleteMessage', input.QueueUrl),
    run: (input, context) => deleteOne(context, queueOfUrl(context, input.QueueUrl), input.ReceiptHandle),
  }),
  DeleteMessageBatch: operation<DeleteMessageBatchRequest, DeleteMessageBatchResult>({
    authorize: (input, context) => urlAccess(context, 'DeleteMessage', input.QueueUrl),
    run(input, context) {
      const queue = queueOfUrl(context, input.QueueUrl);
      return { Failed: [], ...runBatch(input.Entries, (entry) => deleteOne(context, queue, entry.ReceiptHandle)) };
    },
  }),
  ChangeMessageVisibility: operation<ChangeMessageVisibilityRequest, object>({
    authorize: (input, context) => urlAccess(context, 'ChangeMessageVisibility', input.QueueUrl),
    run: (input, context) =>
      changeOne(context, queueOfUrl(context, input.QueueUrl), input.ReceiptHandle, input.VisibilityTimeout),
  }),
  ChangeMessageVisibilityBatch: operation<ChangeMessageVisibilityBatchRequest, ChangeMessageVisibilityBatchResult>({
    authorize: (input, context) => urlAccess(context, 'ChangeMessageVisibility', input.QueueUrl),
    run(input, context) {
      const queue = queueOfUrl(context, input.QueueUrl);
      const change = (entry: NonNullable<typeof input.Entries>[number]) =>
        changeOne(context, queue, entry.ReceiptHandle, entry.VisibilityTimeout);
      return { Failed: [], ...runBatch(input.Entries, change) };
    },
  }),
};

/** Looks until something is there or the wait is over. The queue may be deleted meanwhile. */
async function receive(input: ReceiveMessageRequest, context: CallContext): Promise<Message[]> {
  const { simulation } = context;
  const limit = within('MaxNumberOfMessages', input.MaxNumberOfMessages ?? 1, 1, 10);
  const first = queueOfUrl(context, input.QueueUrl);
  const waitSeconds = within(
    'WaitTimeSeconds',
    input.WaitTimeSeconds ?? settingOf(first, 'ReceiveMessageWaitTimeSeconds'),
    0,
    20,
  );
  const untilMs = simulation.now() + waitSeconds * 1000;
  for (;;) {
    const queue = queueOfUrl(context, input.QueueUrl);
    const hidden = input.VisibilityTimeout ?? settingOf(queue, 'VisibilityTimeout');
    const visibility = within('VisibilityTimeout', hidden, 0, MAX_VISIBILITY_SECONDS);
    const room = MAX_IN_FLIGHT - inFlight(simulation, queue);
    if (room <= 0 && waitSeconds === 0) throw overLimit();
    const source = queueArn(context, queue.name);
    const messages = takeMessages(simulation, queue, Math.min(limit, Math.max(0, room)), visibility, source);
    const leftMs = untilMs - simulation.now();
    if (messages.length > 0 || leftMs <= 0) return messages;
    const nextMs = nextVisibleMs(simulation, queue);
    const waitMs = nextMs === undefined ? leftMs : Math.min(leftMs, nextMs - simulation.now());
    await waitForChange(simulation, queue.name, waitMs);
  }
}

function within(name: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw invalidParameter(
    `Value ${value} for parameter ${name} is invalid. Reason: Must be between ${least} and ${most}, if provided.`,
  );
}

function shown(
  queueName: string,
  message: Message,
  systemNames: readonly string[],
  attributeNames: readonly string[],
): SdkMessage {
  const system = Object.entries(systemAttributes(message)).filter(
    ([name]) => systemNames.includes('All') || systemNames.includes(name),
  );
  const isWanted = (name: string) =>
    attributeNames.some((asked) =>
      asked === 'All' ? true : asked.endsWith('.*') ? name.startsWith(asked.slice(0, -2)) : asked === name,
    );
  const attributes = Object.fromEntries(Object.entries(message.attributes).filter(([name]) => isWanted(name)));
  return {
    MessageId: message.id,
    ReceiptHandle: Buffer.from(JSON.stringify([queueName, message.id, message.receipt])).toString('base64'),
    Body: message.body,
    MD5OfBody: message.bodyMd5,
    ...(system.length > 0 ? { Attributes: Object.fromEntries(system) } : {}),
    ...(Object.keys(attributes).length > 0
      ? { MessageAttributes: attributes, MD5OfMessageAttributes: checksumOf(message, attributes) }
      : {}),
  };
}

/** Of those attributes that are shown. */
function checksumOf(message: Message, attributes: Message['attributes']): string {
  const areAll = Object.keys(attributes).length === Object.keys(message.attributes).length;
  return areAll && message.attributesMd5 !== null ? message.attributesMd5 : attributesChecksum(attributes);
}

function systemAttributes(message: Message): Record<string, string> {
  return {
    SenderId: message.senderId,
    SentTimestamp: String(message.sentMs),
    ApproximateReceiveCount: String(message.receiveCount),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedMs),
    ...(message.groupId === null ? {} : { MessageGroupId: message.groupId }),
    ...(message.deadLetterSource === null ? {} : { DeadLetterQueueSourceArn: message.deadLetterSource }),
  };
}

/** The message of a receipt handle; undefined when it is gone or was received again since. */
function messageOf(queue: Queue, handle: string | undefined): Message | undefined {
  if (!handle) throw missingParameter('ReceiptHandle');
  const [queueName, id, receipt] = readHandle(handle);
  if (queueName !== queue.name) throw receiptHandleIsInvalid();
  const message = Object.hasOwn(queue.messages, String(id)) ? queue.messages[String(id)] : undefined;
  return message?.receipt === receipt ? message : undefined;
}

function readHandle(handle: string): readonly unknown[] {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(handle, 'base64').toString());
    if (Array.isArray(parsed) && parsed.length === 3) return parsed;
  } catch {
    // Said below: it is none of ours.
  }
  throw receiptHandleIsInvalid();
}

/** An old handle deletes nothing and says nothing: SQS promises no more for it. */
function deleteOne({ simulation }: CallContext, queue: Queue, handle: string | undefined): object {
  const message = messageOf(queue, handle);
  if (message) removeMessage(queue, message, simulation.now());
  countQueue(simulation, queue.name, 'NumberOfMessagesDeleted');
  return {};
}

function changeOne(
  context: CallContext,
  queue: Queue,
  handle: string | undefined,
  seconds: number | undefined,
): object {
  if (seconds === undefined) throw missingParameter('VisibilityTimeout');
  const { simulation } = context;
  const timeout = within('VisibilityTimeout', seconds, 0, MAX_VISIBILITY_SECONDS);
  dropExpired(simulation, queue);
  const message = messageOf(queue, handle);
  const now = simulation.now();
  if (!message || message.visibleAtMs <= now) {
    throw invalidParameter(
      `Value ${handle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.`,
    );
  }
  if (now + timeout * 1000 > (message.receivedMs ?? now) + MAX_VISIBILITY_SECONDS * 1000) {
    throw invalidParameter(
      `Value ${timeout} for parameter VisibilityTimeout is invalid. Reason: Total VisibilityTimeout for the message is beyond the limit [${MAX_VISIBILITY_SECONDS} seconds].`,
    );
  }
  message.visibleAtMs = now + timeout * 1000;
  replaceMessage(queue, message, now);
  wake(simulation, queue.name);
  return {};
}
