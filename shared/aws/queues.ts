import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  ListQueuesCommand,
  SendMessageBatchCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { everyPage } from './pages.ts';

export type OutgoingMessage = {
  readonly body: string;
  readonly delaySeconds: number;
  /** All of type String; none may be empty. */
  readonly attributes: Readonly<Record<string, string>>;
};

/** An entry of a batch that SQS did not take. */
export type EntryFault = { readonly index: number; readonly code: string };

export type Queues = {
  /** At most one batch. Gives what was not taken; throws what the whole call failed with. */
  send(queueUrl: string, messages: readonly OutgoingMessage[]): Promise<EntryFault[]>;
  hide(
    queueUrl: string,
    messages: readonly { readonly receiptHandle: string; readonly seconds: number }[],
  ): Promise<void>;
  /** Gives what was not deleted. */
  remove(queueUrl: string, receiptHandles: readonly string[]): Promise<EntryFault[]>;
  /** URLs of every queue whose name starts with the prefix. */
  list(prefix: string): Promise<string[]>;
};

type Failed = readonly { readonly Id?: string | undefined; readonly Code?: string | undefined }[] | undefined;

function faultsOf(failed: Failed): EntryFault[] {
  return (failed ?? []).map(({ Id, Code }) => ({ index: Number(Id), code: Code ?? 'unknown' }));
}

export function queues(sqs: Pick<SQSClient, 'send'>): Queues {
  return {
    async send(queueUrl, messages) {
      const { Failed } = await sqs.send(
        new SendMessageBatchCommand({
          QueueUrl: queueUrl,
          Entries: messages.map(({ body, delaySeconds, attributes }, index) => ({
            Id: String(index),
            MessageBody: body,
            ...(delaySeconds > 0 ? { DelaySeconds: delaySeconds } : {}),
            MessageAttributes: messageAttributes(attributes),
          })),
        }),
      );
      return faultsOf(Failed);
    },
    async hide(queueUrl, messages) {
      await sqs.send(
        new ChangeMessageVisibilityBatchCommand({
          QueueUrl: queueUrl,
          Entries: messages.map(({ receiptHandle, seconds }, index) => ({
            Id: String(index),
            ReceiptHandle: receiptHandle,
            VisibilityTimeout: seconds,
          })),
        }),
      );
    },
    async remove(queueUrl, receiptHandles) {
      const { Failed } = await sqs.send(
        new DeleteMessageBatchCommand({
          QueueUrl: queueUrl,
          Entries: receiptHandles.map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle })),
        }),
      );
      return faultsOf(Failed);
    },
    async list(prefix) {
      const pages = await everyPage(
        (NextToken) =>
          sqs.send(
            new ListQueuesCommand({
              QueueNamePrefix: prefix,
              MaxResults: 1000,
              ...(NextToken === undefined ? {} : { NextToken }),
            }),
          ),
        (page) => page.NextToken,
      );
      return pages.flatMap(({ QueueUrls }) => QueueUrls ?? []);
    },
  };
}

function messageAttributes(attributes: Readonly<Record<string, string>>) {
  const converted: Record<string, { DataType: 'String'; StringValue: string }> = {};
  for (const name in attributes) converted[name] = { DataType: 'String', StringValue: attributes[name] ?? '' };
  return converted;
}
