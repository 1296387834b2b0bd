import type { ReceiveMessageResult, Message as SqsMessage } from '@aws-sdk/client-sqs';
import { type Controller, count, listClaims, type Outcome } from '../controller.ts';
import { instanceIdOf } from '../objects.ts';
import { queueUrlOf } from '../pods/process.ts';
import { act } from './act.ts';
import { type Message, UnparseableMessageError } from './messages.ts';
import { parseMessage } from './parse-message.ts';

const NO_QUEUE_SECONDS = 20;

/** One round: up to ten messages, each handled and deleted by itself. The next round follows at once. */
export async function pollQueue(controller: Controller): Promise<Outcome> {
  if (controller.settings.interruptionQueue === '') return undefined;
  const { leader } = controller.state();
  const QueueUrl = leader?.queueUrl ?? (await queueUrlOf(controller));
  if (!leader || QueueUrl === undefined) return { againAfterSeconds: NO_QUEUE_SECONDS };
  leader.queueUrl = QueueUrl;
  const { Messages = [] } = await controller.aws<ReceiveMessageResult>('SQS', 'ReceiveMessage', {
    QueueUrl,
    MaxNumberOfMessages: 10,
    WaitTimeSeconds: 20,
    VisibilityTimeout: 20,
    MessageSystemAttributeNames: ['SentTimestamp'],
  });
  const results = await Promise.allSettled(Messages.map((message) => handle(controller, QueueUrl, message)));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
  return { againAfterSeconds: 0 };
}

async function handle(
  controller: Controller,
  QueueUrl: string,
  { Body = '', ReceiptHandle }: SqsMessage,
): Promise<void> {
  const message = read(controller, Body);
  if (message) {
    count(controller, `interruption_received_messages{message_type="${message.kind}"}`);
    if (message.kind !== 'no_op') take(controller, message);
  }
  await controller.aws('SQS', 'DeleteMessage', { QueueUrl, ReceiptHandle });
  count(controller, 'interruption_deleted_messages');
}

/** What cannot be read is logged and deleted without being counted as received. */
function read(controller: Controller, body: string): Message | undefined {
  try {
    return parseMessage(body);
  } catch (error) {
    if (!(error instanceof UnparseableMessageError)) throw error;
    controller.log('ERROR', 'failed parsing interruption message', { error: error.message });
    return undefined;
  }
}

/** Instances that are no claim's are somebody else's. */
function take(controller: Controller, { kind, instanceIds }: Message): void {
  for (const claim of listClaims(controller)) {
    const id = instanceIdOf(claim.status?.providerID);
    if (id !== undefined && instanceIds.includes(id)) act(controller, claim, kind);
  }
}
