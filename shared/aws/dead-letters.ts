import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { toOpsError } from './errors.ts';

export type DeadLetter = {
  readonly body: string;
  readonly messageId: string;
  readonly reason: string;
  /** For a person; never the event's text. */
  readonly detail: string;
};

/** Puts a message into a dead-letter queue as it came, with the reason in its attributes. */
export function deadLetters(sqs: Pick<SQSClient, 'send'>, queueUrl: string): (letter: DeadLetter) => Promise<void> {
  return async ({ body, messageId, reason, detail }) => {
    const attributes = { 'joinery-reason': reason, 'joinery-detail': detail, 'joinery-source-message-id': messageId };
    const command = new SendMessageCommand({
      QueueUrl: queueUrl,
      MessageBody: body,
      MessageAttributes: Object.fromEntries(
        Object.entries(attributes).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
      ),
    });
    try {
      await sqs.send(command);
    } catch (error) {
      throw toOpsError(error, `moving message ${messageId} to the dead-letter queue`, { messageId });
    }
  };
}
