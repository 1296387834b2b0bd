import { ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { toOpsError } from './errors.ts';

/** A message as received. */
export type Letter = {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  /** When it was sent to the queue; undefined where SQS does not say. */
  readonly sentMs: number | undefined;
};

const WAIT_SECONDS = 1;

/** At most ten messages, which nobody else receives for so many seconds. None: the queue has nothing more to give now. */
export async function receiveLetters(
  sqs: Pick<SQSClient, 'send'>,
  queueUrl: string,
  options: { readonly most: number; readonly hiddenSeconds: number },
): Promise<Letter[]> {
  const command = new ReceiveMessageCommand({
    QueueUrl: queueUrl,
    MaxNumberOfMessages: options.most,
    VisibilityTimeout: options.hiddenSeconds,
    // Without waiting, SQS asks a part of its servers and may say of a queue that it is empty when it is not.
    WaitTimeSeconds: WAIT_SECONDS,
    MessageSystemAttributeNames: ['SentTimestamp'],
  });
  const { Messages = [] } = await sqs.send(command).catch((error: unknown) => {
    throw toOpsError(error, `receiving from ${queueUrl}`, { queueUrl });
  });
  return Messages.map(({ MessageId = '', ReceiptHandle = '', Body = '', Attributes = {} }) => {
    const sentMs = Number(Attributes.SentTimestamp);
    return { messageId: MessageId, receiptHandle: ReceiptHandle, body: Body, sentMs: sentMs > 0 ? sentMs : undefined };
  });
}
