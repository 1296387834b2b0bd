import type { Simulation } from '../../../core/simulation.ts';
import { NotSimulatedError } from '../../errors.ts';
import { invalidParameter } from './failures.ts';
import { checkTopicPolicy } from './policies.ts';
import { type Subscription, snsState, topicOf } from './state.ts';

type Place = { readonly simulation: Simulation; readonly accountId: string; readonly region: string };

/** A topic as a stack declares it. */
export type TopicDefinition = {
  readonly name: string;
  readonly displayName?: string | undefined;
  readonly kmsKeyId?: string | undefined;
  readonly tags?: Readonly<Record<string, string>>;
};

export function createTopic(place: Place, { name, displayName = '', kmsKeyId, tags = {} }: TopicDefinition): string {
  if (name.endsWith('.fifo')) throw new NotSimulatedError('SNS FIFO topics');
  if (!/^[A-Za-z0-9_-]{1,256}$/.test(name)) throw invalidParameter('Topic Name');
  if (displayName.length > 100) throw invalidParameter('DisplayName');
  const { topics } = snsState(place.simulation);
  const arn = `arn:aws:sns:${place.region}:${place.accountId}:${name}`;
  if (topics[arn]) throw invalidParameter(`Topic already exists: ${arn}`);
  topics[arn] = {
    arn,
    name,
    displayName,
    kmsKeyId: kmsKeyId ?? null,
    policy: null,
    tags: { ...tags },
    subscriptions: [],
    published: [],
  };
  return arn;
}

/** Puts a policy in the place of the topic's own. */
export function setTopicPolicy(simulation: Simulation, topicArn: string, json: string): void {
  const topic = topicOf(simulation, topicArn);
  checkTopicPolicy(json);
  topic.policy = json;
}

/** Subscribes an endpoint. A person has to confirm; a queue or a function of the same account has not. */
export function subscribe(
  { simulation }: Place,
  topicArn: string,
  { protocol, endpoint, isRaw = false }: { protocol: string; endpoint: string; isRaw?: boolean },
): string {
  const topic = topicOf(simulation, topicArn);
  const checked = checkEndpoint(protocol, endpoint);
  if (isRaw && checked !== 'sqs')
    throw invalidParameter(
      `RawMessageDelivery: delivery protocol [${protocol}] does not support raw message delivery.`,
    );
  const known = topic.subscriptions.find((other) => other.protocol === checked && other.endpoint === endpoint);
  if (known) return known.arn;
  const arn = `${topic.arn}:00000000-0000-4000-8000-${simulation.nextId().toString(16).padStart(12, '0')}`;
  topic.subscriptions.push({ arn, protocol: checked, endpoint, isRaw, isPending: checked === 'email' });
  return arn;
}

function checkEndpoint(protocol: string, endpoint: string): Subscription['protocol'] {
  const forms = {
    email: /^[^\s@]+@[^\s@]+\.[^\s@]+$/,
    sqs: /^arn:aws:sqs:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,80}$/,
    lambda: /^arn:aws:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9_-]+(:[A-Za-z0-9_$-]+)?$/,
  } as const;
  if (['email-json', 'firehose', 'http', 'https', 'sms', 'application'].includes(protocol))
    throw new NotSimulatedError(`SNS subscriptions by ${protocol}`);
  if (!Object.hasOwn(forms, protocol)) throw invalidParameter(`Does not support this protocol string: ${protocol}`);
  const known = protocol as Subscription['protocol'];
  if (!forms[known].test(endpoint)) throw invalidParameter(`Invalid ${protocol} endpoint: ${endpoint}`);
  return known;
}
