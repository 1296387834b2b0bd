import type { Message } from '@aws-sdk/client-sqs';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { MAX_PAYLOAD_BYTES } from '../runtime.ts';

/** Received messages in the form in which Lambda hands them to a function. */
export function sqsRecords(messages: readonly Message[], queueArn: string): SQSRecord[] {
  const region = queueArn.split(':')[3] ?? '';
  return messages.map((message) => ({
    messageId: message.MessageId ?? '',
    receiptHandle: message.ReceiptHandle ?? '',
    body: message.Body ?? '',
    attributes: { ...message.Attributes } as unknown as SQSRecord['attributes'],
    messageAttributes: attributesOf(message),
    ...(message.MD5OfMessageAttributes ? { md5OfMessageAttributes: message.MD5OfMessageAttributes } : {}),
    md5OfBody: message.MD5OfBody ?? '',
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: region,
  }));
}

function attributesOf({ MessageAttributes = {} }: Message): SQSRecord['messageAttributes'] {
  return Object.fromEntries(
    Object.entries(MessageAttributes).map(([name, { DataType = '', StringValue = '' }]) => [
      name,
      { stringValue: StringValue, stringListValues: [], binaryListValues: [], dataType: DataType },
    ]),
  );
}

/** Events of at most 6 MB each, in the order of the records. */
export function sqsEvents(records: readonly SQSRecord[]): SQSEvent[] {
  const envelope = Buffer.byteLength(JSON.stringify({ Records: [] }));
  const events: SQSEvent[] = [];
  let bytes = Infinity;
  for (const record of records) {
    const size = Buffer.byteLength(JSON.stringify(record)) + 1;
    if (bytes + size > MAX_PAYLOAD_BYTES) {
      events.push({ Records: [] });
      bytes = envelope;
    }
    events.at(-1)?.Records.push(record);
    bytes += size;
  }
  return events;
}
