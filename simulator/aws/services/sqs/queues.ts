import type {
  CreateQueueRequest,
  CreateQueueResult,
  DeleteQueueRequest,
  GetQueueAttributesRequest,
  GetQueueAttributesResult,
  GetQueueUrlRequest,
  GetQueueUrlResult,
  ListQueuesRequest,
  ListQueuesResult,
  ListQueueTagsRequest,
  ListQueueTagsResult,
  PurgeQueueRequest,
  SetQueueAttributesRequest,
  TagQueueRequest,
  UntagQueueRequest,
} from '@aws-sdk/client-sqs';
import { NotSimulatedError } from '../../errors.ts';
import { type CallContext, operation } from '../../types.ts';
import { checkAttributes, differingAttribute, readAttributes } from './attributes.ts';
import {
  invalidParameter,
  purgeInProgress,
  queueDeletedRecently,
  queueDoesNotExist,
  queueNameExists,
} from './failures.ts';
import { dropExpired, wake } from './flow.ts';
import { queueAccess, queueOfUrl, queueUrl, refuseMembers, sqsState, urlAccess } from './state.ts';
import { clearMessages } from './store.ts';

const REST_MS = 60_000;
const MAX_LISTED = 1000;
const MAX_TAGS = 50;

/** A queue as a stack declares it. The checks are those of CreateQueue, the caller's permissions are not asked for. */
export type QueueDefinition = {
  readonly name: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
};

export function createQueue(context: CallContext, { name, attributes = {}, tags = {} }: QueueDefinition): string {
  const { simulation } = context;
  const state = sqsState(simulation);
  if (name.endsWith('.fifo')) throw new NotSimulatedError('SQS FIFO queues');
  if (!/^[A-Za-z0-9_-]{1,80}$/.test(name)) {
    throw invalidParameter('Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length');
  }
  checkAttributes(context, name, attributes);
  const present = state.queues[name];
  if (present) {
    const different = differingAttribute(present, attributes);
    if (different !== undefined) throw queueNameExists(different);
    return queueUrl(context, name);
  }
  if (simulation.now() - (state.deletedMs[name] ?? -REST_MS) < REST_MS) throw queueDeletedRecently();
  checkTags(tags);
  delete state.deletedMs[name];
  const now = simulation.now();
  state.queues[name] = {
    name,
    createdMs: now,
    modifiedMs: now,
    purgedMs: null,
    attributes: withoutEmpty(attributes),
    tags: { ...tags },
    messages: {},
    nextOrder: 0,
  };
  return queueUrl(context, name);
}

function withoutEmpty(attributes: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== ''));
}

function checkTags(tags: Readonly<Record<string, string>>): void {
  const entries = Object.entries(tags);
  if (entries.length > MAX_TAGS) throw invalidParameter(`Too many tags added for queue: at most ${MAX_TAGS}.`);
  for (const [key, value] of entries) {
    if (key.length < 1 || key.length > 128 || value.length > 256 || key.startsWith('aws:'))
      throw invalidParameter(`Tag ${key} is invalid.`);
  }
}

function requestTags(tags: Readonly<Record<string, string>> | undefined): Record<string, string | readonly string[]> {
  const entries = Object.entries(tags ?? {});
  if (entries.length === 0) return {};
  const values = entries.map(([key, value]) => [`aws:RequestTag/${key}`, value] as const);
  return { ...Object.fromEntries(values), 'aws:TagKeys': entries.map(([key]) => key) };
}

export const queueOperations = {
  CreateQueue: operation<CreateQueueRequest, CreateQueueResult>({
    authorize: (input, context) => {
      const name = input.QueueName ?? '';
      const conditions = requestTags(input.tags);
      const create = queueAccess(context, 'CreateQueue', name, conditions);
      return input.tags ? [create, queueAccess(context, 'TagQueue', name, conditions)] : [create];
    },
    run: (input, context) => ({
      QueueUrl: createQueue(context, {
        name: input.QueueName ?? '',
        attributes: input.Attributes ?? {},
        tags: input.tags ?? {},
      }),
    }),
  }),
  GetQueueUrl: operation<GetQueueUrlRequest, GetQueueUrlResult>({
    authorize: (input, context) => [queueAccess(context, 'GetQueueUrl', input.QueueName ?? '')],
    run(input, context) {
      refuseMembers('GetQueueUrl', input, ['QueueName']);
      const queue = sqsState(context.simulation).queues[input.QueueName ?? ''];
      if (!queue) throw queueDoesNotExist();
      return { QueueUrl: queueUrl(context, queue.name) };
    },
  }),
  GetQueueAttributes: operation<GetQueueAttributesRequest, GetQueueAttributesResult>({
    authorize: (input, context) => urlAccess(context, 'GetQueueAttributes', input.QueueUrl),
    run(input, context) {
      const queue = queueOfUrl(context, input.QueueUrl);
      dropExpired(context.simulation, queue);
      const attributes = readAttributes(context, queue, input.AttributeNames ?? []);
      return Object.keys(attributes).length > 0 ? { Attributes: attributes } : {};
    },
  }),
  SetQueueAttributes: operation<SetQueueAttributesRequest, object>({
    authorize: (input, context) => urlAccess(context, 'SetQueueAttributes', input.QueueUrl),
    run(input, context) {
      const queue = queueOfUrl(context, input.QueueUrl);
      checkAttributes(context, queue.name, input.Attributes ?? {});
      queue.attributes = withoutEmpty({ ...queue.attributes, ...input.Attributes });
      queue.modifiedMs = context.simulation.now();
      return {};
    },
  }),
  DeleteQueue: operation<DeleteQueueRequest, object>({
    authorize: (input, context) => urlAccess(context, 'DeleteQueue', input.QueueUrl),
    run(input, context) {
      const { name } = queueOfUrl(context, input.QueueUrl);
      deleteQueue(context, name);
      return {};
    },
  }),
  ListQueues: operation<ListQueuesRequest, ListQueuesResult>({
    authorize: () => [{ action: 'sqs:ListQueues', resource: '*' }],
    run(input, context) {
      const names = Object.keys(sqsState(context.simulation).queues).toSorted();
      const limit = input.MaxResults ?? MAX_LISTED;
      if (limit < 1 || limit > MAX_LISTED)
        throw invalidParameter(
          `Value ${limit} for parameter MaxResults is invalid. Reason: Must be between 1 and 1000.`,
        );
      if (input.NextToken !== undefined && input.MaxResults === undefined)
        throw invalidParameter('MaxResults is a mandatory parameter when you provide a value for NextToken.');
      const after = input.NextToken === undefined ? '' : Buffer.from(input.NextToken, 'base64url').toString();
      const found = names.filter((name) => name.startsWith(input.QueueNamePrefix ?? '') && name > after);
      const page = found.slice(0, limit);
      const last = page.at(-1);
      return {
        ...(page.length > 0 ? { QueueUrls: page.map((name) => queueUrl(context, name)) } : {}),
        ...(last !== undefined && page.length < found.length && input.MaxResults !== undefined
          ? { NextToken: Buffer.from(last).toString('base64url') }
          : {}),
      };
    },
  }),
  TagQueue: operation<TagQueueRequest, object>({
    authorize: (input, context) => urlAccess(context, 'TagQueue', input.QueueUrl, requestTags(input.Tags)),
    run(input, context) {
      const queue = queueOfUrl(context, input.QueueUrl);
      const tags = { ...queue.tags, ...input.Tags };
      checkTags(tags);
      queue.tags = tags;
      return {};
    },
  }),
  UntagQueue: operation<UntagQueueRequest, object>({
    authorize: (input, context) =>
      urlAccess(context, 'UntagQueue', input.QueueUrl, { 'aws:TagKeys': input.TagKeys ?? [] }),
    run(input, context) {
      const queue = queueOfUrl(context, input.QueueUrl);
      const kept = Object.entries(queue.tags).filter(([key]) => !input.TagKeys?.includes(key));
      queue.tags = Object.fromEntries(kept);
      return {};
    },
  }),
  ListQueueTags: operation<ListQueueTagsRequest, ListQueueTagsResult>({
    authorize: (input, context) => urlAccess(context, 'ListQueueTags', input.QueueUrl),
    run(input, context) {
      const { tags } = queueOfUrl(context, input.QueueUrl);
      return Object.keys(tags).length > 0 ? { Tags: { ...tags } } : {};
    },
  }),
  PurgeQueue: operation<PurgeQueueRequest, object>({
    authorize: (input, context) => urlAccess(context, 'PurgeQueue', input.QueueUrl),
    run(input, context) {
      const queue = queueOfUrl(context, input.QueueUrl);
      const now = context.simulation.now();
      if (queue.purgedMs !== null && now - queue.purgedMs < REST_MS) throw purgeInProgress(queue.name);
      queue.purgedMs = now;
      clearMessages(queue);
      return {};
    },
  }),
};

/** Takes the queue and its messages away; the name rests for a minute. */
export function deleteQueue(context: CallContext, name: string): void {
  const state = sqsState(context.simulation);
  if (!state.queues[name]) throw queueDoesNotExist();
  delete state.queues[name];
  state.deletedMs[name] = context.simulation.now();
  wake(context.simulation, name);
}
