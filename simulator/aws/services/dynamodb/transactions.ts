import { createHash } from 'node:crypto';
import type {
  TransactGetItemsInput,
  TransactGetItemsOutput,
  TransactWriteItem,
  TransactWriteItemsInput,
  TransactWriteItemsOutput,
} from '@aws-sdk/client-dynamodb';
import { SimulatedAwsError } from '../../errors.ts';
import { type AccessRequest, type CallContext, operation } from '../../types.ts';
import { refuseMembers, tableAccess } from './access.ts';
import { type Item, itemSize } from './attribute-values.ts';
import { placeText } from './batches.ts';
import { type CancellationReason, transactionCancelled, validation } from './failures.ts';
import { readProjection } from './items.ts';
import { dynamoDbState, findTable, parseKey, readItem } from './tables.ts';
import {
  commit,
  type PlannedWrite,
  type PreparedWrite,
  prepareCheck,
  prepareDelete,
  preparePut,
  prepareUpdate,
  type WriteInput,
} from './writes.ts';

const MAX_ITEMS = 100;
const MAX_BYTES = 4 * 1024 * 1024;
const TOKEN_MS = 600_000;
const HONOURED = [
  'TableName',
  'Key',
  'Item',
  'ConditionExpression',
  'UpdateExpression',
  'ExpressionAttributeNames',
  'ExpressionAttributeValues',
  'ReturnValuesOnConditionCheckFailure',
];

type Part = {
  readonly action: string;
  readonly request: WriteInput & { readonly Key: unknown; readonly Item: unknown };
};

export const transactWriteItems = operation<TransactWriteItemsInput, TransactWriteItemsOutput>({
  authorize: (input, context) =>
    partsOf(input).map(({ action, request }) => access(context, action, 'TransactWriteItems', request)),
  run(input, context) {
    refuseMembers('TransactWriteItems', input, ['TransactItems', 'ClientRequestToken']);
    const parts = partsOf(input);
    if (parts.length === 0 || parts.length > MAX_ITEMS)
      throw validation(`Member must have length between 1 and ${MAX_ITEMS}, inclusive: transactItems`);
    const writes = parts.map((part) => prepare(part, context));
    const places = writes.map(({ table, key }) => placeText(table.name, key));
    if (new Set(places).size !== places.length)
      throw validation('Transaction request cannot include multiple operations on one item');
    if (isRepeated(input, context)) return {};
    for (const write of decideAll(writes)) commit(write);
    remember(input, context);
    return {};
  },
});

export const transactGetItems = operation<TransactGetItemsInput, TransactGetItemsOutput>({
  authorize: (input, context) =>
    (input.TransactItems ?? []).map(({ Get }) =>
      access(context, 'GetItem', 'TransactGetItems', { TableName: Get?.TableName ?? '', Key: Get?.Key }),
    ),
  run(input, { simulation }) {
    refuseMembers('TransactGetItems', input, ['TransactItems']);
    const items = input.TransactItems ?? [];
    if (items.length === 0 || items.length > MAX_ITEMS)
      throw validation(`Member must have length between 1 and ${MAX_ITEMS}, inclusive: transactItems`);
    const Responses = items.map(({ Get }) => {
      const table = findTable(simulation, Get?.TableName ?? '');
      const projected = readProjection(Get ?? {});
      const item = readItem(simulation, table, parseKey(table, Get?.Key));
      return item ? { Item: projected(item) } : {};
    });
    return { Responses };
  },
});

function partsOf(input: TransactWriteItemsInput): Part[] {
  return (input.TransactItems ?? []).map((item) => {
    const { ConditionCheck, Put, Update, Delete } = item;
    const given = Object.values(item).filter((member) => member !== undefined);
    if (given.length !== 1) throw validation('TransactItems can only contain one of Check, Put, Update or Delete');
    refuseMembers('TransactWriteItems', given[0] ?? {}, HONOURED);
    return {
      action: actionOf(item),
      request: {
        TableName: '',
        Key: Put?.Item,
        Item: Put?.Item,
        ...defined(ConditionCheck ?? Put ?? Update ?? Delete ?? {}),
      },
    };
  });
}

function defined(members: object): object {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

function actionOf(item: TransactWriteItem): string {
  if (item.Put) return 'PutItem';
  if (item.Update) return 'UpdateItem';
  return item.Delete ? 'DeleteItem' : 'ConditionCheckItem';
}

function access(
  context: CallContext,
  action: string,
  enclosing: string,
  request: { readonly TableName: string; readonly Key: unknown },
): AccessRequest {
  return tableAccess(context, action, request.TableName, [request.Key], { 'dynamodb:EnclosingOperation': enclosing });
}

function prepare({ action, request }: Part, context: CallContext): PreparedWrite {
  if (action === 'PutItem') return preparePut(request, context);
  if (action === 'UpdateItem') return prepareUpdate(request, context);
  return action === 'DeleteItem' ? prepareDelete(request, context) : prepareCheck(request, context);
}

/** All or nothing: when one part cannot be done, each part's reason is said and nothing changes. */
function decideAll(writes: readonly PreparedWrite[]): PlannedWrite[] {
  const reasons: CancellationReason[] = [];
  const planned: PlannedWrite[] = [];
  for (const write of writes) {
    try {
      planned.push(write.decide());
      reasons.push({ Code: 'None' });
    } catch (error) {
      reasons.push(reasonOf(error));
    }
  }
  if (planned.length < writes.length) throw transactionCancelled(reasons);
  const bytes = planned.reduce((total, write) => total + itemSize(write.after ?? write.before ?? {}), 0);
  if (bytes > MAX_BYTES) throw validation('Transaction request exceeds the 4 MB limit');
  return planned;
}

function reasonOf(error: unknown): CancellationReason {
  if (!(error instanceof SimulatedAwsError)) throw error;
  if (error.name === 'ConditionalCheckFailedException') {
    const { Item: found } = error as { Item?: Item };
    return { Code: 'ConditionalCheckFailed', Message: error.message, ...(found ? { Item: found } : {}) };
  }
  if (error.name === 'ValidationException') return { Code: 'ValidationError', Message: error.message };
  throw error;
}

/** Whether the same request was made with this token in the last ten minutes: then it is done already. */
function isRepeated(input: TransactWriteItemsInput, { simulation }: CallContext): boolean {
  const earlier = dynamoDbState(simulation).tokens[input.ClientRequestToken ?? ''];
  if (!input.ClientRequestToken || !earlier || earlier.untilMs <= simulation.now()) return false;
  if (earlier.digest === digestOf(input)) return true;
  throw new SimulatedAwsError(
    'IdempotentParameterMismatchException',
    'The request uses the same client token as a previous, but non-identical request',
  );
}

function remember(input: TransactWriteItemsInput, { simulation }: CallContext): void {
  if (!input.ClientRequestToken) return;
  const { tokens } = dynamoDbState(simulation);
  for (const [token, { untilMs }] of Object.entries(tokens)) if (untilMs <= simulation.now()) delete tokens[token];
  tokens[input.ClientRequestToken] = { digest: digestOf(input), untilMs: simulation.now() + TOKEN_MS };
}

function digestOf(input: TransactWriteItemsInput): string {
  return createHash('sha256').update(JSON.stringify(input.TransactItems)).digest('hex');
}
