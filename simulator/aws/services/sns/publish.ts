import { sessionArn } from '../../iam/authorizer.ts';
import { servicePrincipal } from '../../iam/service-principals.ts';
import type { CallContext } from '../../types.ts';
import { DELIVER, type DeliveryData } from './deliver.ts';
import { requireKeyAccess } from './encryption.ts';
import type { CheckedMessage } from './messages.ts';
import { topicOf } from './state.ts';

const KEPT = 10_000;
const DELIVERY_SECONDS = [0.05, 0.2] as const;

/** Takes a message and sends it on its way to every subscriber; gives its id. */
export function publish(context: CallContext, topicArn: string, checked: CheckedMessage): string {
  const { simulation, caller } = context;
  const topic = topicOf(simulation, topicArn);
  requireKeyAccess(context, topic);
  const { message, subject, attributes } = checked;
  const messageId = `00000000-0000-4000-8000-${simulation.nextId().toString(16).padStart(12, '0')}`;
  topic.published.push({
    messageId,
    atMs: simulation.now(),
    subject,
    message,
    attributes,
    publisher: sessionArn(caller),
    deliveries: [],
  });
  if (topic.published.length > 2 * KEPT) topic.published.splice(0, topic.published.length - KEPT);
  for (const { arn } of topic.subscriptions) {
    const data: DeliveryData = { topicArn, messageId, subscriptionArn: arn };
    simulation.schedule(simulation.between(`sns:${messageId}:${arn}`, ...DELIVERY_SECONDS), DELIVER, data);
  }
  return messageId;
}

/**
 * Publishes in the name of a service for one of the account's resources, as CloudWatch does for an alarm and EventBridge for a
 * rule. Throws what SNS answers when the topic's policy or its key does not let it.
 */
export async function publishAsService(
  context: CallContext,
  by: { readonly principal: string; readonly sourceArn: string },
  message: { readonly topicArn: string; readonly subject?: string; readonly message: string },
): Promise<void> {
  const caller = servicePrincipal({ ...by, sourceAccount: context.accountId });
  const { topicArn, subject } = message;
  const input = {
    TopicArn: topicArn,
    Message: message.message,
    ...(subject === undefined ? {} : { Subject: subject }),
  };
  await context.call('SNS', 'Publish', input, caller);
}
