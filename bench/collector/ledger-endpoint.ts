import { Readable } from 'node:stream';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { type HttpRequest, HttpResponse } from '@smithy/core/protocols';

type Item = Record<string, AttributeValue>;
type Input = {
  readonly Key: Item;
  readonly Item: Item;
  readonly UpdateExpression: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues: Item;
  readonly RequestItems: Readonly<
    Record<string, { readonly Keys: Item[] } & readonly { PutRequest: { Item: Item } }[]>
  >;
};

/**
 * A ledger below the SDK, which signs, serialises and parses as in life. One collector alone writes to it, so every condition holds.
 */
export function ledgerEndpoint(tableName: string) {
  const items = new Map<string, Item>();
  const calls = new Map<string, number>();
  const keyOf = ({ pk, sk }: Item) => `${pk?.S} ${sk?.S}`;
  const answers: Readonly<Record<string, (input: Input) => object>> = {
    GetItem: ({ Key }) => ({ Item: items.get(keyOf(Key)) }),
    PutItem: ({ Item }) => {
      items.set(keyOf(Item), Item);
      return {};
    },
    DeleteItem: ({ Key }) => {
      const Attributes = items.get(keyOf(Key));
      items.delete(keyOf(Key));
      return { Attributes };
    },
    UpdateItem: (input) => {
      const Attributes = updated(items.get(keyOf(input.Key)) ?? input.Key, input);
      items.set(keyOf(input.Key), Attributes);
      return { Attributes };
    },
    Query: ({ ExpressionAttributeValues }) => ({
      Items: [...items.values()].filter(({ pk }) => pk?.S === ExpressionAttributeValues[':pk']?.S),
    }),
    BatchGetItem: ({ RequestItems }) => ({
      Responses: {
        [tableName]: (RequestItems[tableName]?.Keys ?? [])
          .map((key) => items.get(keyOf(key)))
          .filter((item) => item !== undefined),
      },
      UnprocessedKeys: {},
    }),
    BatchWriteItem: ({ RequestItems }) => {
      for (const { PutRequest } of RequestItems[tableName] ?? []) items.set(keyOf(PutRequest.Item), PutRequest.Item);
      return { UnprocessedItems: {} };
    },
  };
  return {
    calls,
    handler: {
      metadata: { handlerProtocol: 'http/1.1' },
      async handle(request: HttpRequest) {
        const operation = (request.headers['x-amz-target'] ?? '').split('.')[1] ?? '';
        calls.set(operation, (calls.get(operation) ?? 0) + 1);
        const answer = answers[operation];
        if (!answer) throw new Error(`the bench has no answer to ${operation}`);
        const input = JSON.parse(new TextDecoder().decode(request.body as Uint8Array)) as Input;
        const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': 'made-up' };
        const body = Readable.from([Buffer.from(JSON.stringify(answer(input)))]);
        return { response: new HttpResponse({ statusCode: 200, headers, body }) };
      },
      updateHttpClientConfig() {},
      httpHandlerConfigs: () => ({}),
    },
  };
}

/** `SET a = :a, #b = if_not_exists(#b, :b)`: as much as the ledger's modules use. */
function updated(
  item: Item,
  { UpdateExpression, ExpressionAttributeNames = {}, ExpressionAttributeValues }: Input,
): Item {
  const after = { ...item };
  for (const [, name = '', once, value = ''] of UpdateExpression.matchAll(
    /([#\w]+) = (if_not_exists\([#\w]+, )?(:\w+)/g,
  )) {
    const attribute = ExpressionAttributeNames[name] ?? name;
    const given = ExpressionAttributeValues[value];
    if (given && !(once && after[attribute])) after[attribute] = given;
  }
  return after;
}
