import type { Simulation } from '../../../core/simulation.ts';
import { topicDoesNotExist } from './failures.ts';

export type TopicAttribute = { readonly DataType: string; readonly StringValue: string };

/** What became of a message for one subscriber. */
type Delivery = { readonly protocol: string; readonly endpoint: string; readonly outcome: string };

export type PublishedMessage = {
  readonly messageId: string;
  readonly atMs: number;
  readonly subject: string | null;
  readonly message: string;
  readonly attributes: Record<string, TopicAttribute>;
  /** The role's session or the service that published it. */
  readonly publisher: string;
  readonly deliveries: Delivery[];
};

export type Subscription = {
  readonly arn: string;
  readonly protocol: 'email' | 'sqs' | 'lambda';
  readonly endpoint: string;
  readonly isRaw: boolean;
  /** Nobody has clicked the link in the mail. */
  readonly isPending: boolean;
};

export type Topic = {
  readonly arn: string;
  readonly name: string;
  displayName: string;
  kmsKeyId: string | null;
  /** As JSON; null for the policy that SNS gives a topic by itself. */
  policy: string | null;
  tags: Record<string, string>;
  subscriptions: Subscription[];
  /** The newest ones, for tests and stories. */
  published: PublishedMessage[];
};

export type SnsState = { topics: Record<string, Topic> };

export function snsState(simulation: Simulation): SnsState {
  return simulation.state('sns', (): SnsState => ({ topics: {} }));
}

export function topicOf(simulation: Simulation, arn: string | undefined): Topic {
  const { topics } = snsState(simulation);
  const topic = Object.hasOwn(topics, arn ?? '') ? topics[arn ?? ''] : undefined;
  if (!topic) throw topicDoesNotExist();
  return topic;
}

/** What was published to a topic, the oldest first. */
export function publishedMessages(simulation: Simulation, topicArn: string): readonly PublishedMessage[] {
  return topicOf(simulation, topicArn).published;
}
