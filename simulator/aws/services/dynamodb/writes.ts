import type { CallContext } from '../../types.ts';
import { applyUpdate } from './apply-update.ts';
import { type Item, itemSize, parseItem } from './attribute-values.ts';
import { type Condition, parseCondition } from './conditions.ts';
import { meets } from './evaluate.ts';
import { conditionFailed, validation } from './failures.ts';
import { type Placeholders, readPlaceholders } from './placeholders.ts';
import { findTable, keyAttributes, keyOf, parseKey, readItem, type Table, writeItem } from './tables.ts';
import { parseUpdate, type UpdateAction } from './updates.ts';

const MAX_ITEM_BYTES = 400 * 1024;

export type WriteInput = {
  readonly TableName: string;
  readonly ConditionExpression?: string | undefined;
  readonly UpdateExpression?: string | undefined;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>> | undefined;
  readonly ExpressionAttributeValues?: Readonly<Record<string, unknown>> | undefined;
  readonly ReturnValuesOnConditionCheckFailure?: 'ALL_OLD' | 'NONE' | undefined;
};

/** One checked change that is not yet made. `after` is undefined when the item is to be gone. */
export type PlannedWrite = {
  readonly table: Table;
  readonly key: Item;
  readonly before: Item | undefined;
  readonly after: Item | undefined;
  readonly actions: readonly UpdateAction[];
};

/** Checks everything about a request that does not depend on what is stored; `decide` then looks at the item. */
export type PreparedWrite = { readonly table: Table; readonly key: Item; decide(): PlannedWrite };

export function preparePut(input: WriteInput & { readonly Item: unknown }, context: CallContext): PreparedWrite {
  const table = findTable(context.simulation, input.TableName);
  const item = parseItem(input.Item);
  const { condition } = readExpressions(input);
  const key = keyOf(table, item);
  checkSize(item, 'Item size has exceeded the maximum allowed size');
  return prepared(context, table, key, input, condition, [], () => item);
}

export function prepareDelete(input: WriteInput & { readonly Key: unknown }, context: CallContext): PreparedWrite {
  const table = findTable(context.simulation, input.TableName);
  const { condition } = readExpressions(input);
  return prepared(context, table, parseKey(table, input.Key), input, condition, [], () => undefined);
}

/** A condition alone, as a transaction may hold. */
export function prepareCheck(input: WriteInput & { readonly Key: unknown }, context: CallContext): PreparedWrite {
  const table = findTable(context.simulation, input.TableName);
  const { condition } = readExpressions(input);
  return prepared(context, table, parseKey(table, input.Key), input, condition, [], (before) => before);
}

export function prepareUpdate(input: WriteInput & { readonly Key: unknown }, context: CallContext): PreparedWrite {
  const table = findTable(context.simulation, input.TableName);
  const { condition, actions } = readExpressions(input);
  const key = parseKey(table, input.Key);
  for (const { path } of actions) {
    if (keyAttributes(table).some(({ name }) => name === path.parts[0])) {
      throw validation(
        `One or more parameter values were invalid: Cannot update attribute ${path.parts[0]}. This attribute is part of the key`,
      );
    }
  }
  return prepared(context, table, key, input, condition, actions, (before) => {
    const after = applyUpdate(actions, before ?? key);
    checkSize(after, 'Item size to update has exceeded the maximum allowed size');
    return after;
  });
}

export function commit(write: PlannedWrite): void {
  writeItem(write.table, write.key, write.after);
}

function readExpressions(input: WriteInput): { condition: Condition | undefined; actions: UpdateAction[] } {
  const { ConditionExpression, UpdateExpression } = input;
  const hasExpression = ConditionExpression !== undefined || UpdateExpression !== undefined;
  const placeholders: Placeholders = readPlaceholders(input, hasExpression);
  const actions = UpdateExpression === undefined ? [] : parseUpdate(UpdateExpression, placeholders);
  const condition =
    ConditionExpression === undefined
      ? undefined
      : parseCondition('ConditionExpression', ConditionExpression, placeholders);
  placeholders.expectAllUsed();
  return { condition, actions };
}

function prepared(
  context: CallContext,
  table: Table,
  key: Item,
  input: WriteInput,
  condition: Condition | undefined,
  actions: readonly UpdateAction[],
  change: (before: Item | undefined) => Item | undefined,
): PreparedWrite {
  return {
    table,
    key,
    decide() {
      const before = readItem(context.simulation, table, key);
      if (condition && !meets(condition, before ?? {}))
        throw conditionFailed(input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' ? before : undefined);
      return { table, key, before, after: change(before), actions };
    },
  };
}

function checkSize(item: Item, message: string): void {
  if (itemSize(item) > MAX_ITEM_BYTES) throw validation(message);
}
