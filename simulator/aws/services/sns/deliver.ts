import { SimulatedAwsError } from '../../errors.ts';
import { servicePrincipal } from '../../iam/service-principals.ts';
import type { CallContext } from '../../types.ts';
import { queueUrl } from '../sqs/state.ts';
import { type PublishedMessage, type Subscription, snsState, type Topic } from './state.ts';

export const DELIVER = 'sns:deliver';
const PRINCIPAL = 'sns.amazonaws.com';

/** What SNS needs of Lambda. */
export type SubscribedFunctions = {
  exists(functionArn: string): boolean;
  admits(functionArn: string, principal: string, sourceArn: string): boolean;
  invokeAsync(functionArn: string, event: unknown): void;
};

export type DeliveryData = { readonly topicArn: string; readonly messageId: string; readonly subscriptionArn: string };

/** Hands a message to one subscriber. What the subscriber refuses is not tried again: SNS does not retry a client's fault. */
export async function deliver(
  context: CallContext,
  functions: SubscribedFunctions,
  { topicArn, messageId, subscriptionArn }: DeliveryData,
): Promise<void> {
  const topic = snsState(context.simulation).topics[topicArn];
  const message = topic?.published.findLast((candidate) => candidate.messageId === messageId);
  const subscription = topic?.subscriptions.find(({ arn }) => arn === subscriptionArn);
  if (!topic || !message || !subscription) return;
  const outcome = await handOver(context, functions, { topic, message, subscription });
  message.deliveries.push({ protocol: subscription.protocol, endpoint: subscription.endpoint, outcome });
}

type Handed = { readonly topic: Topic; readonly message: PublishedMessage; readonly subscription: Subscription };

async function handOver(context: CallContext, functions: SubscribedFunctions, handed: Handed): Promise<string> {
  const { topic, message, subscription } = handed;
  const { endpoint, isRaw } = subscription;
  if (subscription.isPending) return 'not confirmed';
  if (subscription.protocol === 'email') return 'delivered';
  if (subscription.protocol === 'lambda') {
    if (!functions.exists(endpoint)) return `Function not found: ${endpoint}`;
    if (!functions.admits(endpoint, PRINCIPAL, topic.arn)) return `not authorized to invoke ${endpoint}`;
    functions.invokeAsync(endpoint, lambdaEvent(handed));
    return 'delivered';
  }
  const [, , , region = '', accountId = '', name = ''] = endpoint.split(':');
  const attributes = Object.keys(message.attributes).length > 0 ? { MessageAttributes: message.attributes } : {};
  const contents = isRaw
    ? { MessageBody: message.message, ...attributes }
    : { MessageBody: JSON.stringify(envelope(handed)) };
  const caller = servicePrincipal({ principal: PRINCIPAL, sourceArn: topic.arn, sourceAccount: context.accountId });
  try {
    await context.call('SQS', 'SendMessage', { QueueUrl: queueUrl({ region, accountId }, name), ...contents }, caller);
    return 'delivered';
  } catch (error) {
    if (error instanceof SimulatedAwsError) return error.message;
    throw error;
  }
}

/** The JSON that a queue gets around a message. Signatures are not simulated: nothing here verifies them. */
function envelope({ topic, message }: Handed): object {
  return {
    Type: 'Notification',
    MessageId: message.messageId,
    TopicArn: topic.arn,
    ...(message.subject === null ? {} : { Subject: message.subject }),
    Message: message.message,
    Timestamp: new Date(message.atMs).toISOString(),
    SignatureVersion: '1',
    ...(Object.keys(message.attributes).length > 0 ? { MessageAttributes: shownAttributes(message) } : {}),
  };
}

function lambdaEvent(handed: Handed): object {
  const { topic, message, subscription } = handed;
  return {
    Records: [
      {
        EventSource: 'aws:sns',
        EventVersion: '1.0',
        EventSubscriptionArn: subscription.arn,
        Sns: {
          Type: 'Notification',
          MessageId: message.messageId,
          TopicArn: topic.arn,
          Subject: message.subject,
          Message: message.message,
          Timestamp: new Date(message.atMs).toISOString(),
          SignatureVersion: '1',
          MessageAttributes: shownAttributes(message),
        },
      },
    ],
  };
}

function shownAttributes({ attributes }: PublishedMessage): object {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { DataType, StringValue }]) => [
      name,
      { Type: DataType, Value: StringValue },
    ]),
  );
}
