import type { MessageAttributeValue } from '@aws-sdk/client-sqs';
import { NotSimulatedError } from '../../errors.ts';
import { settingOf } from './attributes.ts';
import { batchFailure, invalidParameter, missingParameter } from './failures.ts';
import type { MessageAttribute, Queue } from './state.ts';

const MAX_ATTRIBUTES = 10;

/** What a message or a batch entry carries. */
export type Contents = {
  readonly MessageBody: string | undefined;
  readonly DelaySeconds?: number | undefined;
  readonly MessageAttributes?: Readonly<Record<string, MessageAttributeValue>> | undefined;
  readonly MessageGroupId?: string | undefined;
  readonly MessageDeduplicationId?: string | undefined;
  readonly MessageSystemAttributes?: unknown;
};

export type CheckedContents = {
  readonly body: string;
  readonly attributes: Record<string, MessageAttribute>;
  readonly groupId: string | null;
  readonly delaySeconds: number;
  /** What counts against the sizes of messages and batches. */
  readonly bytes: number;
};

export function checkContents(queue: Queue, contents: Contents): CheckedContents {
  const { MessageBody: body, DelaySeconds, MessageGroupId = null } = contents;
  if (contents.MessageSystemAttributes !== undefined) throw new NotSimulatedError('SQS message system attributes');
  if (!body) throw missingParameter('MessageBody');
  if (!isXmlText(body)) {
    throw batchFailure(
      'InvalidMessageContents',
      'Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF',
    );
  }
  if (contents.MessageDeduplicationId !== undefined) {
    throw invalidParameter(
      `Value ${contents.MessageDeduplicationId} for parameter MessageDeduplicationId is invalid. Reason: The request include parameter that is not valid for this queue type.`,
    );
  }
  if (MessageGroupId !== null && !/^[\x21-\x7e]{1,128}$/.test(MessageGroupId))
    throw invalidParameter(`Value ${MessageGroupId} for parameter MessageGroupId is invalid.`);
  const delaySeconds = DelaySeconds ?? settingOf(queue, 'DelaySeconds');
  if (!Number.isInteger(delaySeconds) || delaySeconds < 0 || delaySeconds > 900) {
    throw invalidParameter(
      `Value ${delaySeconds} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.`,
    );
  }
  const attributes = checkMessageAttributes(contents.MessageAttributes ?? {});
  const bytes = sizeOf(body, attributes);
  const most = settingOf(queue, 'MaximumMessageSize');
  if (bytes > most)
    throw invalidParameter(`One or more parameters are invalid. Reason: Message must be shorter than ${most} bytes.`);
  return { body, attributes, groupId: MessageGroupId, delaySeconds, bytes };
}

/** Bytes of an entry before it is checked, for the size of its batch. */
export function roughSize(contents: Contents): number {
  const attributes = Object.entries(contents.MessageAttributes ?? {}).map(
    ([name, { DataType = '', StringValue = '' }]) => [name, { DataType, StringValue }] as const,
  );
  return sizeOf(contents.MessageBody ?? '', Object.fromEntries(attributes));
}

function sizeOf(body: string, attributes: Readonly<Record<string, MessageAttribute>>): number {
  return Object.entries(attributes).reduce(
    (total, [name, { DataType, StringValue }]) => total + Buffer.byteLength(name + DataType + StringValue),
    Buffer.byteLength(body),
  );
}

const XML_TEXT = /^[\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]*$/u;

function isXmlText(text: string): boolean {
  return XML_TEXT.test(text);
}

function checkMessageAttributes(
  input: Readonly<Record<string, MessageAttributeValue>>,
): Record<string, MessageAttribute> {
  const entries = Object.entries(input);
  if (entries.length > MAX_ATTRIBUTES)
    throw invalidParameter(`Number of message attributes [${entries.length}] exceeds the allowed maximum [10].`);
  return Object.fromEntries(entries.map(([name, value]) => [name, checkMessageAttribute(name, value)]));
}

function checkMessageAttribute(name: string, value: MessageAttributeValue): MessageAttribute {
  const refuse = (reason: string) => invalidParameter(`Message (user) attribute '${name}' is invalid: ${reason}`);
  const isName = /^(?!\.)(?!.*\.\.)[A-Za-z0-9_.-]{1,256}$/.test(name) && !name.endsWith('.');
  if (!isName || /^(aws|amazon)\./i.test(name)) throw refuse('the name is not allowed.');
  const { DataType = '', StringValue } = value;
  const [type] = DataType.split('.');
  if (type === 'Binary') throw new NotSimulatedError('SQS message attributes of type Binary');
  if ((type !== 'String' && type !== 'Number') || DataType.length > 256)
    throw refuse('The type of message (user) attribute must be String, Number or Binary.');
  if (!StringValue) throw refuse(`Message (user) attribute '${name}' must contain a non-empty value of type 'String'.`);
  if (!isXmlText(StringValue)) throw refuse('it has characters that are not allowed.');
  if (type === 'Number' && !/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(StringValue))
    throw refuse(`Can't cast the value of message (user) attribute '${name}' to a number.`);
  return { DataType, StringValue };
}
