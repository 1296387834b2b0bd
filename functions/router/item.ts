import type { SQSRecord } from 'aws-lambda';
import type { Decision } from '../../shared/events/decision.ts';
import type { ParsedEvent } from '../../shared/events/event.ts';
import type { ParseResult } from '../../shared/events/parse-event.ts';

/** One message of an ingress queue, read. */
export type Item = {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly receiveCount: number;
  /** When the ingress queue got it; undefined where SQS does not say. */
  readonly queuedMs: number | undefined;
  readonly parsed: ParseResult;
};

/** What is wanted of an item. */
export type Verdict =
  | { readonly state: 'decided'; readonly decision: Decision }
  /** Left in its queue for another receive. */
  | { readonly state: 'postponed'; readonly decision: Decision; readonly why: Postponement };

export type Postponement = 'lookup-failed' | 'no-queues' | 'send-failed' | 'dead-letter-failed';

/** What became of an item. Only `done` ones are acknowledged by the answer to Lambda. */
export type Outcome =
  | { readonly state: 'done' }
  | { readonly state: 'retry'; readonly why: Postponement; readonly seconds: number | undefined }
  | { readonly state: 'dead'; readonly reason: string; readonly detail: string };

export function readItem(record: SQSRecord, parse: (body: string) => ParseResult): Item {
  const { ApproximateReceiveCount, SentTimestamp } = record.attributes;
  const queuedMs = Number(SentTimestamp);
  return {
    messageId: record.messageId,
    receiptHandle: record.receiptHandle,
    body: record.body,
    receiveCount: Number(ApproximateReceiveCount) || 1,
    queuedMs: queuedMs > 0 ? queuedMs : undefined,
    parsed: parse(record.body),
  };
}

export function eventOf(item: Item): ParsedEvent | undefined {
  return 'event' in item.parsed ? item.parsed.event : undefined;
}
