import type {
  BatchResultErrorEntry,
  GetTopicAttributesInput,
  GetTopicAttributesResponse,
  ListSubscriptionsByTopicInput,
  ListSubscriptionsByTopicResponse,
  PublishBatchInput,
  PublishBatchResponse,
  PublishInput,
  PublishResponse,
} from '@aws-sdk/client-sns';
import { NotSimulatedError, SimulatedAwsError } from '../../errors.ts';
import { operation, type SimulatedService } from '../../types.ts';
import { DELIVER, type DeliveryData, deliver, type SubscribedFunctions } from './deliver.ts';
import { batchFailure, invalidParameter } from './failures.ts';
import { checkMessage, MAX_BYTES } from './messages.ts';
import { topicAccess, topicPolicy } from './policies.ts';
import { publish } from './publish.ts';
import { topicOf } from './state.ts';

const MAX_ENTRIES = 10;

const operations = {
  Publish: operation<PublishInput, PublishResponse>({
    authorize: (input, context) => topicAccess(context, 'Publish', arnOf(input.TopicArn)),
    run: (input, context) => ({ MessageId: publish(context, arnOf(input.TopicArn), checkMessage(input)) }),
  }),
  PublishBatch: operation<PublishBatchInput, PublishBatchResponse>({
    authorize: (input, context) => topicAccess(context, 'Publish', arnOf(input.TopicArn)),
    run(input, context) {
      const entries = checkEntries(input.PublishBatchRequestEntries ?? []);
      const topicArn = arnOf(input.TopicArn);
      const Successful: { Id: string; MessageId: string }[] = [];
      const Failed: BatchResultErrorEntry[] = [];
      for (const entry of entries) {
        const { Id = '' } = entry;
        try {
          Successful.push({ Id, MessageId: publish(context, topicArn, checkMessage(entry)) });
        } catch (error) {
          if (!(error instanceof SimulatedAwsError)) throw error;
          Failed.push({ Id, Code: error.Code, Message: error.message, SenderFault: true });
        }
      }
      return { Successful, Failed };
    },
  }),
  GetTopicAttributes: operation<GetTopicAttributesInput, GetTopicAttributesResponse>({
    authorize: (input, context) => topicAccess(context, 'GetTopicAttributes', arnOf(input.TopicArn)),
    run(input, context) {
      const topic = topicOf(context.simulation, arnOf(input.TopicArn));
      const pending = topic.subscriptions.filter(({ isPending }) => isPending).length;
      const [request] = topicAccess(context, 'GetTopicAttributes', topic.arn);
      const policy = request && topicPolicy(request, context, 'SNS');
      return {
        Attributes: {
          TopicArn: topic.arn,
          Owner: context.accountId,
          DisplayName: topic.displayName,
          Policy: policy ?? '',
          SubscriptionsConfirmed: String(topic.subscriptions.length - pending),
          SubscriptionsPending: String(pending),
          SubscriptionsDeleted: '0',
          ...(topic.kmsKeyId === null ? {} : { KmsMasterKeyId: topic.kmsKeyId }),
        },
      };
    },
  }),
  ListSubscriptionsByTopic: operation<ListSubscriptionsByTopicInput, ListSubscriptionsByTopicResponse>({
    authorize: (input, context) => topicAccess(context, 'ListSubscriptionsByTopic', arnOf(input.TopicArn)),
    run(input, context) {
      const { subscriptions, arn } = topicOf(context.simulation, arnOf(input.TopicArn));
      if (input.NextToken !== undefined || subscriptions.length > 100)
        throw new NotSimulatedError('SNS ListSubscriptionsByTopic beyond its first page');
      return {
        Subscriptions: subscriptions.map((subscription) => ({
          SubscriptionArn: subscription.isPending ? 'PendingConfirmation' : subscription.arn,
          Owner: context.accountId,
          Protocol: subscription.protocol,
          Endpoint: subscription.endpoint,
          TopicArn: arn,
        })),
      };
    },
  }),
};

function arnOf(topicArn: string | undefined): string {
  if (!topicArn || !/^arn:aws:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/.test(topicArn))
    throw invalidParameter('TopicArn Reason: An ARN must have at least 6 elements, not 1');
  return topicArn;
}

type Entries = NonNullable<PublishBatchInput['PublishBatchRequestEntries']>;

function checkEntries(entries: Entries): Entries {
  if (entries.length === 0) throw batchFailure('EmptyBatchRequest', "The batch request doesn't contain any entries.");
  if (entries.length > MAX_ENTRIES)
    throw batchFailure('TooManyEntriesInBatchRequest', 'The batch request contains more entries than permissible.');
  const ids = entries.map(({ Id = '' }) => Id);
  if (!ids.every((id) => /^[A-Za-z0-9_-]{1,80}$/.test(id)))
    throw batchFailure(
      'InvalidBatchEntryId',
      "The Id of a batch entry in a batch request doesn't abide by the specification.",
    );
  if (new Set(ids).size < ids.length)
    throw batchFailure('BatchEntryIdsNotDistinct', 'Two or more batch entries in the request have the same Id.');
  const bytes = entries.reduce((sum, { Message = '' }) => sum + Buffer.byteLength(Message), 0);
  if (bytes > MAX_BYTES)
    throw batchFailure(
      'BatchRequestTooLong',
      'The length of all the batch messages put together is more than the limit.',
    );
  return entries;
}

/** SNS: standard topics with subscribers by mail, queue and function. Topics come from the stack; nothing here makes one by API. */
export function snsService(functions: SubscribedFunctions): SimulatedService {
  return {
    serviceId: 'SNS',
    operations,
    register: (simulation, context) =>
      simulation.on<DeliveryData>(DELIVER, (data) => deliver(context, functions, data)),
  };
}
