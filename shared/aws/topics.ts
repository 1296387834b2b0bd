import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import { toOpsError } from './errors.ts';

export type TopicPublication = {
  readonly subject: string;
  readonly text: string;
  readonly attributes: Readonly<Record<string, string>>;
};

/** Publishes to one topic; attributes are of type String. */
export function topicPublisher(sns: Pick<SNSClient, 'send'>, topicArn: string) {
  return async ({ subject, text, attributes }: TopicPublication): Promise<void> => {
    const MessageAttributes = Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
    );
    const command = new PublishCommand({ TopicArn: topicArn, Subject: subject, Message: text, MessageAttributes });
    await sns.send(command).catch((error: unknown) => {
      throw toOpsError(error, `publishing to ${topicArn}`, { topicArn });
    });
  };
}
