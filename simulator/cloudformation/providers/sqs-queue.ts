import { generatedName } from '../naming.ts';
import { checkProperties, documentText, mergedTags, textOf } from '../properties.ts';
import type { ProvidedResource, ProviderContext, ResourceProvider } from '../provider.ts';
import { type JsonMap, TemplateError } from '../template.ts';

const TYPE = 'AWS::SQS::Queue';
const QUEUE_CHARACTERS = 80;

/** Properties that are queue attributes of the same name. */
const ATTRIBUTES = {
  ContentBasedDeduplication: 'boolean',
  DelaySeconds: 'number',
  FifoQueue: 'boolean',
  KmsDataKeyReusePeriodSeconds: 'number',
  KmsMasterKeyId: 'text',
  MaximumMessageSize: 'number',
  MessageRetentionPeriod: 'number',
  ReceiveMessageWaitTimeSeconds: 'number',
  RedriveAllowPolicy: 'json',
  RedrivePolicy: 'json',
  SqsManagedSseEnabled: 'boolean',
  VisibilityTimeout: 'number',
} as const;

function attributesOf(properties: JsonMap): Record<string, string> {
  checkProperties(TYPE, properties, { ...ATTRIBUTES, QueueName: 'text', Tags: 'tags' });
  const given = Object.keys(ATTRIBUTES).filter((name) => properties[name] !== undefined);
  return Object.fromEntries(
    given.map((name) => {
      const value = properties[name];
      return [name, name.startsWith('Redrive') ? documentText(value) : String(value)];
    }),
  );
}

async function read(QueueUrl: string, context: ProviderContext): Promise<ProvidedResource> {
  const { Attributes } = await context.call<{ Attributes: Record<string, string> }>('SQS', 'GetQueueAttributes', {
    QueueUrl,
    AttributeNames: ['QueueArn'],
  });
  const Arn = Attributes['QueueArn'] ?? '';
  const QueueName = Arn.slice(Arn.lastIndexOf(':') + 1);
  return { physicalId: QueueUrl, attributes: { Arn, QueueName, QueueUrl } };
}

export const queueProvider: ResourceProvider = {
  type: TYPE,
  seconds: [30, 45],
  async create(properties, context) {
    const isFifo = String(properties['FifoQueue'] ?? false) === 'true';
    const made = isFifo ? `${generatedName(context, QUEUE_CHARACTERS - '.fifo'.length)}.fifo` : undefined;
    const QueueName = textOf(properties, 'QueueName') ?? made ?? generatedName(context, QUEUE_CHARACTERS);
    const Attributes = attributesOf(properties);
    const tags = mergedTags(context.tags, properties['Tags']);
    const existing = await existingUrl(QueueName, context);
    if (existing !== undefined && !context.isRetry)
      throw new TemplateError(`${QueueName} already exists in stack or account`);
    const { QueueUrl } = await context.call<{ QueueUrl: string }>('SQS', 'CreateQueue', {
      QueueName,
      ...(Object.keys(Attributes).length === 0 ? {} : { Attributes }),
      ...(Object.keys(tags).length === 0 ? {} : { tags }),
    });
    context.exists(QueueUrl);
    return read(QueueUrl, context);
  },
  async update(current, properties, context) {
    const Attributes = attributesOf(properties);
    const before = attributesOf(current.properties);
    const isOther = (name: string) => textOf(current.properties, name) !== textOf(properties, name);
    if (isOther('QueueName') || isOther('FifoQueue')) return 'replace';
    const gone = Object.keys(before).filter((name) => Attributes[name] === undefined);
    if (gone.length > 0) throw new TemplateError(`resetting ${gone.join(', ')} of a queue is not simulated`);
    const changed = Object.entries(Attributes).filter(([name, value]) => before[name] !== value);
    if (changed.length > 0) {
      const QueueUrl = current.physicalId;
      await context.call('SQS', 'SetQueueAttributes', { QueueUrl, Attributes: Object.fromEntries(changed) });
    }
    const Tags = mergedTags(context.tags, properties['Tags']);
    const untagged = Object.keys(mergedTags({}, current.properties['Tags'])).filter((key) => Tags[key] === undefined);
    if (untagged.length > 0)
      throw new TemplateError(`taking tags off a queue is not simulated: ${untagged.join(', ')}`);
    if (Object.keys(Tags).length > 0) await context.call('SQS', 'TagQueue', { QueueUrl: current.physicalId, Tags });
    return read(current.physicalId, context);
  },
  async delete({ physicalId: QueueUrl }, context) {
    try {
      await context.call('SQS', 'DeleteQueue', { QueueUrl });
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  },
};

/** SQS answers CreateQueue of an existing queue with its URL; CloudFormation calls that a failure. */
async function existingUrl(QueueName: string, context: ProviderContext): Promise<string | undefined> {
  try {
    return (await context.call<{ QueueUrl: string }>('SQS', 'GetQueueUrl', { QueueName })).QueueUrl;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  const names = ['QueueDoesNotExist', 'AWS.SimpleQueueService.NonExistentQueue'];
  return error instanceof Error && names.includes(error.name);
}
