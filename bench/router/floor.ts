import { BatchGetItemCommand, BatchWriteItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';

type Clients = { readonly sqs: SQSClient; readonly dynamodb: DynamoDBClient };
type Call = { readonly command: object; readonly input: object };

/** The calls that each of `count` batches makes, as the handler gave them to the clients. */
export async function captureCalls(clients: Clients, count: number, batch: () => Promise<unknown>): Promise<Call[][]> {
  const batches: Call[][] = [];
  const restore = Object.values(clients).map((client: { send: (command: never) => unknown }) => {
    const { send } = client;
    client.send = (command: { readonly input: object } & object) => {
      batches.at(-1)?.push({ command, input: command.input });
      return send.call(client, command as never);
    };
    return () => {
      client.send = send;
    };
  });
  for (let index = 0; index < count; index += 1) {
    batches.push([]);
    await batch();
  }
  for (const undo of restore) undo();
  return batches;
}

/** The same calls again with nothing around them: reads, then sends all at once, then writes. */
export async function replay({ sqs, dynamodb }: Clients, calls: readonly Call[]): Promise<void> {
  for (const { command, input } of calls)
    if (command instanceof BatchGetItemCommand) await dynamodb.send(new BatchGetItemCommand(input as never));
  await Promise.all(
    calls.map(({ command, input }) =>
      command instanceof SendMessageBatchCommand ? sqs.send(new SendMessageBatchCommand(input as never)) : undefined,
    ),
  );
  for (const { command, input } of calls)
    if (command instanceof BatchWriteItemCommand) await dynamodb.send(new BatchWriteItemCommand(input as never));
}
