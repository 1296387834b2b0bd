import type { MessageAttributeValue, PublishBatchRequestEntry, PublishInput } from '@aws-sdk/client-sns';
import { NotSimulatedError } from '../../errors.ts';
import { invalidParameter } from './failures.ts';
import type { TopicAttribute } from './state.ts';

export const MAX_BYTES = 262_144;
const MAX_SUBJECT = 100;

export type CheckedMessage = {
  readonly message: string;
  readonly subject: string | null;
  readonly attributes: Record<string, TopicAttribute>;
  readonly bytes: number;
};

/** What a message may be; the same for one and for an entry of a batch. */
export function checkMessage(input: PublishInput | PublishBatchRequestEntry): CheckedMessage {
  for (const name of ['MessageStructure', 'MessageDeduplicationId', 'MessageGroupId', 'PhoneNumber', 'TargetArn']) {
    if ((input as unknown as Record<string, unknown>)[name] !== undefined)
      throw new NotSimulatedError(`SNS Publish with ${name}`);
  }
  const { Message: message = '', Subject: subject } = input;
  if (message === '') throw invalidParameter('Empty message');
  if (subject !== undefined && !isSubject(subject)) throw invalidParameter('Subject');
  const attributes = Object.fromEntries(
    Object.entries(input.MessageAttributes ?? {}).map(([name, value]) => [name, checkAttribute(name, value)]),
  );
  const bytes = Object.entries(attributes).reduce(
    (sum, [name, { DataType, StringValue }]) => sum + Buffer.byteLength(name + DataType + StringValue),
    Buffer.byteLength(message),
  );
  if (bytes > MAX_BYTES) throw invalidParameter('Message too long');
  return { message, subject: subject ?? null, attributes, bytes };
}

/** Fewer than a hundred characters of ASCII in one line, not beginning with a space. */
function isSubject(subject: string): boolean {
  return subject.length < MAX_SUBJECT && /^[\x21-\x7e][\x20-\x7e]*$/.test(subject);
}

function checkAttribute(name: string, { DataType, StringValue }: MessageAttributeValue): TopicAttribute {
  if (!/^(?!\.)(?!.*\.\.)[A-Za-z0-9_.-]{1,256}$/.test(name) || name.endsWith('.') || /^(aws|amazon)\./i.test(name))
    throw invalidParameter(`Message attribute name ${name}`);
  if (DataType === 'Binary') throw new NotSimulatedError('SNS message attributes of type Binary');
  if (!['String', 'Number', 'String.Array'].includes(DataType ?? ''))
    throw invalidParameter(`The message attribute '${name}' has an invalid message attribute type`);
  if (!StringValue)
    throw invalidParameter(`The message attribute '${name}' must contain non-empty message attribute value`);
  if (DataType === 'Number' && !Number.isFinite(Number(StringValue)))
    throw invalidParameter(`The message attribute '${name}' is no number`);
  return { DataType: DataType ?? '', StringValue };
}
