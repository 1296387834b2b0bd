import type {
  DeleteItemInput,
  DeleteItemOutput,
  GetItemInput,
  GetItemOutput,
  PutItemInput,
  PutItemOutput,
  UpdateItemInput,
  UpdateItemOutput,
} from '@aws-sdk/client-dynamodb';
import { type CallContext, operation } from '../../types.ts';
import { refuseMembers, tableAccess } from './access.ts';
import type { Item } from './attribute-values.ts';
import { validation } from './failures.ts';
import { readPlaceholders } from './placeholders.ts';
import { parseProjection, project } from './projections.ts';
import { findTable, parseKey, readItem } from './tables.ts';
import { commit, type PlannedWrite, prepareDelete, preparePut, prepareUpdate, type WriteInput } from './writes.ts';

const EXPRESSIONS = ['ExpressionAttributeNames', 'ExpressionAttributeValues'];
const CONDITIONS = [...EXPRESSIONS, 'ConditionExpression', 'ReturnValues', 'ReturnValuesOnConditionCheckFailure'];

export type ReadInput = {
  readonly ProjectionExpression?: string | undefined;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>> | undefined;
};

/** What a read asks for of each item. */
export function readProjection(input: ReadInput): (item: Item) => Item {
  const { ProjectionExpression: text } = input;
  const placeholders = readPlaceholders(
    { ExpressionAttributeNames: input.ExpressionAttributeNames },
    text !== undefined,
  );
  const paths = text === undefined ? undefined : parseProjection(text, placeholders);
  placeholders.expectAllUsed();
  return paths ? (item) => project(item, paths) : (item) => item;
}

export const getItem = operation<GetItemInput, GetItemOutput>({
  authorize: (input, context) => [tableAccess(context, 'GetItem', input.TableName ?? '', [input.Key])],
  run(input, { simulation }) {
    refuseMembers('GetItem', input, [
      'TableName',
      'Key',
      'ConsistentRead',
      'ProjectionExpression',
      'ExpressionAttributeNames',
    ]);
    const table = findTable(simulation, input.TableName ?? '');
    const projected = readProjection(input);
    const item = readItem(simulation, table, parseKey(table, input.Key));
    return item ? { Item: projected(item) } : {};
  },
});

export const putItem = operation<PutItemInput, PutItemOutput>({
  authorize: (input, context) => [tableAccess(context, 'PutItem', input.TableName ?? '', [input.Item])],
  run(input, context) {
    refuseMembers('PutItem', input, ['TableName', 'Item', ...CONDITIONS]);
    checkReturnValues(input.ReturnValues, ['NONE', 'ALL_OLD']);
    return perform(preparePut({ ...writeInput(input), Item: input.Item }, context).decide(), input.ReturnValues);
  },
});

export const deleteItem = operation<DeleteItemInput, DeleteItemOutput>({
  authorize: (input, context) => [tableAccess(context, 'DeleteItem', input.TableName ?? '', [input.Key])],
  run(input, context) {
    refuseMembers('DeleteItem', input, ['TableName', 'Key', ...CONDITIONS]);
    checkReturnValues(input.ReturnValues, ['NONE', 'ALL_OLD']);
    return perform(prepareDelete({ ...writeInput(input), Key: input.Key }, context).decide(), input.ReturnValues);
  },
});

export const updateItem = operation<UpdateItemInput, UpdateItemOutput>({
  authorize: (input, context) => [tableAccess(context, 'UpdateItem', input.TableName ?? '', [input.Key])],
  run(input, context: CallContext) {
    refuseMembers('UpdateItem', input, ['TableName', 'Key', 'UpdateExpression', ...CONDITIONS]);
    checkReturnValues(input.ReturnValues, ['NONE', 'ALL_OLD', 'ALL_NEW', 'UPDATED_OLD', 'UPDATED_NEW']);
    const write = prepareUpdate(
      { ...writeInput(input), UpdateExpression: input.UpdateExpression, Key: input.Key },
      context,
    );
    return perform(write.decide(), input.ReturnValues);
  },
});

function writeInput(input: PutItemInput | DeleteItemInput | UpdateItemInput): WriteInput {
  return {
    TableName: input.TableName ?? '',
    ConditionExpression: input.ConditionExpression,
    ExpressionAttributeNames: input.ExpressionAttributeNames,
    ExpressionAttributeValues: input.ExpressionAttributeValues,
    ReturnValuesOnConditionCheckFailure: input.ReturnValuesOnConditionCheckFailure,
  };
}

function checkReturnValues(asked: string | undefined, allowed: readonly string[]): void {
  if (asked !== undefined && !allowed.includes(asked)) throw validation('Return values set to invalid value');
}

function perform(write: PlannedWrite, returnValues: string | undefined): { Attributes?: Item } {
  commit(write);
  const isOld = returnValues === 'ALL_OLD' || returnValues === 'UPDATED_OLD';
  const image = isOld ? write.before : write.after;
  if (returnValues === undefined || returnValues === 'NONE' || !image) return {};
  if (returnValues === 'ALL_OLD' || returnValues === 'ALL_NEW') return { Attributes: image };
  const updated = project(
    image,
    write.actions.map((action) => action.path),
  );
  return Object.keys(updated).length > 0 ? { Attributes: updated } : {};
}
