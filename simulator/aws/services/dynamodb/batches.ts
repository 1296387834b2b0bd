import type {
  BatchGetItemInput,
  BatchGetItemOutput,
  BatchWriteItemInput,
  BatchWriteItemOutput,
  KeysAndAttributes,
} from '@aws-sdk/client-dynamodb';
import type { SimulatedAwsError } from '../../errors.ts';
import { operation } from '../../types.ts';
import { refuseMembers, tableAccess } from './access.ts';
import { type Item, itemSize } from './attribute-values.ts';
import { validation } from './failures.ts';
import { readProjection } from './items.ts';
import { findTable, parseKey, readItem } from './tables.ts';
import { commit, prepareDelete, preparePut } from './writes.ts';

const MAX_KEYS = 100;
const MAX_WRITES = 25;
const MAX_RESPONSE_BYTES = 16 * 1024 * 1024;

export const batchGetItem = operation<BatchGetItemInput, BatchGetItemOutput>({
  authorize: (input, context) =>
    Object.entries(input.RequestItems ?? {}).map(([name, request]) =>
      tableAccess(context, 'BatchGetItem', name, request.Keys ?? []),
    ),
  run(input, { simulation }) {
    refuseMembers('BatchGetItem', input, ['RequestItems']);
    const requests = Object.entries(input.RequestItems ?? {}).map(([name, request]) => {
      refuseMembers('BatchGetItem', request, [
        'Keys',
        'ConsistentRead',
        'ProjectionExpression',
        'ExpressionAttributeNames',
      ]);
      const table = findTable(simulation, name);
      const keys = (request.Keys ?? []).map((key) => parseKey(table, key));
      if (keys.length === 0) throw validation('The list of keys in RequestItems for BatchGetItem is required');
      if (new Set(keys.map((key) => placeText(name, key))).size !== keys.length)
        throw validation('Provided list of item keys contains duplicates');
      return { name, table, request, keys, projected: readProjection(request) };
    });
    if (requests.length === 0) throw emptyRequest();
    const count = requests.reduce((total, { keys }) => total + keys.length, 0);
    if (count > MAX_KEYS) throw validation('Too many items requested for the BatchGetItem call');

    let bytes = 0;
    const responses: Record<string, Item[]> = {};
    const unprocessed: Record<string, KeysAndAttributes> = {};
    for (const { name, table, request, keys, projected } of requests) {
      const found: Item[] = [];
      const left: Item[] = [];
      for (const key of keys) {
        const item = readItem(simulation, table, key);
        bytes += item ? itemSize(item) : 0;
        if (bytes > MAX_RESPONSE_BYTES) left.push(key);
        else if (item) found.push(projected(item));
      }
      responses[name] = found;
      if (left.length > 0) unprocessed[name] = { ...request, Keys: left };
    }
    return { Responses: responses, UnprocessedKeys: unprocessed };
  },
});

function emptyRequest(): SimulatedAwsError {
  return validation(
    "1 validation error detected: Value '{}' at 'requestItems' failed to satisfy constraint: Member must have length greater than or equal to 1",
  );
}

/** One spelling for one item, whatever the order in which its key attributes came. */
export function placeText(tableName: string, key: Item): string {
  return JSON.stringify([tableName, Object.entries(key).toSorted(([left], [right]) => (left < right ? -1 : 1))]);
}

export const batchWriteItem = operation<BatchWriteItemInput, BatchWriteItemOutput>({
  authorize: (input, context) =>
    Object.entries(input.RequestItems ?? {}).map(([name, requests]) =>
      tableAccess(
        context,
        'BatchWriteItem',
        name,
        requests.map((request) => request.PutRequest?.Item ?? request.DeleteRequest?.Key),
      ),
    ),
  run(input, context) {
    refuseMembers('BatchWriteItem', input, ['RequestItems']);
    const writes = Object.entries(input.RequestItems ?? {}).flatMap(([TableName, requests]) =>
      requests.map(({ PutRequest, DeleteRequest }) => {
        if (PutRequest && !DeleteRequest) return preparePut({ TableName, Item: PutRequest.Item }, context);
        if (DeleteRequest && !PutRequest) return prepareDelete({ TableName, Key: DeleteRequest.Key }, context);
        throw validation('Supplied AttributeValue has more than one datatypes set or none: one of put and delete');
      }),
    );
    if (writes.length === 0) throw emptyRequest();
    if (writes.length > MAX_WRITES) throw validation('Too many items requested for the BatchWriteItem call');
    const places = writes.map(({ table, key }) => placeText(table.name, key));
    if (new Set(places).size !== places.length) throw validation('Provided list of item keys contains duplicates');
    for (const write of writes) commit(write.decide());
    return { UnprocessedItems: {} };
  },
});
