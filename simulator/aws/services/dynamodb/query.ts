import type { QueryInput, QueryOutput } from '@aws-sdk/client-dynamodb';
import { operation } from '../../types.ts';
import { refuseMembers, tableAccess } from './access.ts';
import { attributeOf, compareValues, type Item, itemSize } from './attribute-values.ts';
import { type Condition, parseCondition } from './conditions.ts';
import { meets } from './evaluate.ts';
import { validation } from './failures.ts';
import { type KeyCondition, parseKeyCondition } from './key-conditions.ts';
import type { Path } from './paths.ts';
import { readPlaceholders } from './placeholders.ts';
import { parseProjection, project } from './projections.ts';
import { dynamoDbState, findTable, keyAttributes, keyOf, parseKey, readPartition, type Table } from './tables.ts';

const MAX_PAGE_BYTES = 1024 * 1024;

const HONOURED = [
  'TableName',
  'KeyConditionExpression',
  'FilterExpression',
  'ProjectionExpression',
  'ExpressionAttributeNames',
  'ExpressionAttributeValues',
  'ConsistentRead',
  'ExclusiveStartKey',
  'Limit',
  'ScanIndexForward',
  'Select',
];

type Question = KeyCondition & { readonly filter: Condition | undefined; readonly projection: Path[] | undefined };

export const query = operation<QueryInput, QueryOutput>({
  authorize(input, context) {
    const table = dynamoDbState(context.simulation).tables[input.TableName ?? ''];
    const keys = table ? [{ [table.partitionKey.name]: readQuestion(input, table).partition }] : [];
    const select = input.Select ? { 'dynamodb:Select': input.Select } : {};
    return [tableAccess(context, 'Query', input.TableName ?? '', keys, select)];
  },
  run(input, { simulation }) {
    refuseMembers('Query', input, HONOURED);
    const table = findTable(simulation, input.TableName ?? '');
    const question = readQuestion(input, table);
    if (input.Limit !== undefined && input.Limit < 1) throw validation('Limit must be greater than or equal to 1');
    const found = readPartition(simulation, table, question.partition);
    const matching = found.filter((item) => !question.sort || meets(question.sort, item));
    const ordered = input.ScanIndexForward === false ? matching.toReversed() : matching;
    const { page, isCut } = takePage(startAfter(ordered, input, table, question), input.Limit ?? Infinity);
    const items = page.filter((item) => !question.filter || meets(question.filter, item));
    const last = isCut ? page.at(-1) : undefined;
    return {
      Count: items.length,
      ScannedCount: page.length,
      ...(input.Select === 'COUNT' ? {} : { Items: items.map((item) => shown(item, question)) }),
      ...(last ? { LastEvaluatedKey: keyOf(table, last) } : {}),
    };
  },
});

function shown(item: Item, question: Question): Item {
  return question.projection ? project(item, question.projection) : item;
}

function readQuestion(input: QueryInput, table: Table): Question {
  const { KeyConditionExpression, FilterExpression, ProjectionExpression, Select } = input;
  const placeholders = readPlaceholders(input, KeyConditionExpression !== undefined);
  if (KeyConditionExpression === undefined) {
    throw validation('Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.');
  }
  if (Select !== undefined && (Select === 'SPECIFIC_ATTRIBUTES') !== (ProjectionExpression !== undefined))
    throw validation(`Cannot specify the ProjectionExpression when choosing to get ${Select}`);
  const filter =
    FilterExpression === undefined ? undefined : parseCondition('FilterExpression', FilterExpression, placeholders);
  const projection =
    ProjectionExpression === undefined ? undefined : parseProjection(ProjectionExpression, placeholders);
  const key = parseKeyCondition(KeyConditionExpression, table, placeholders);
  placeholders.expectAllUsed();
  for (const { name } of keyAttributes(table)) {
    if (filter && mentions(filter, name)) {
      throw validation(`Filter Expression can only contain non-primary key attributes: Primary key attribute: ${name}`);
    }
  }
  return { ...key, filter, projection };
}

/** Whether a condition names this top-level attribute anywhere. */
function mentions(condition: unknown, name: string): boolean {
  if (typeof condition !== 'object' || condition === null) return false;
  const node = condition as { kind?: string; parts?: readonly unknown[]; value?: unknown };
  if (node.kind === 'path') return node.parts?.[0] === name;
  return node.kind !== 'value' && Object.values(node).some((member) => mentions(member, name));
}

function startAfter(items: readonly Item[], input: QueryInput, table: Table, question: Question): readonly Item[] {
  if (input.ExclusiveStartKey === undefined) return items;
  const start = parseStartKey(table, input.ExclusiveStartKey);
  const partition = attributeOf(start, table.partitionKey.name);
  const isInside =
    partition && compareValues(partition, question.partition) === 0 && (!question.sort || meets(question.sort, start));
  if (!isInside) throw validation('The provided starting key is outside query boundaries based on provided conditions');
  const { sortKey } = table;
  if (!sortKey) return [];
  const direction = input.ScanIndexForward === false ? -1 : 1;
  return items.filter((item) => {
    const [own, from] = [attributeOf(item, sortKey.name), attributeOf(start, sortKey.name)];
    return own !== undefined && from !== undefined && (compareValues(own, from) ?? 0) * direction > 0;
  });
}

function parseStartKey(table: Table, input: unknown): Item {
  try {
    return parseKey(table, input);
  } catch {
    throw validation('The provided starting key is invalid');
  }
}

/** As many items as the limit and 1 MB allow. A page that stops at its limit says so even if nothing follows, as AWS does. */
function takePage(items: readonly Item[], limit: number): { page: Item[]; isCut: boolean } {
  const page: Item[] = [];
  let bytes = 0;
  for (const item of items) {
    bytes += itemSize(item);
    page.push(item);
    if (page.length === limit || bytes >= MAX_PAGE_BYTES) return { page, isCut: true };
  }
  return { page, isCut: false };
}
