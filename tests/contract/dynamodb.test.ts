import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ContractTarget, outcomeOf } from '../support/contract-target.ts';
import { dynalite, simulatedDynamoDb } from '../support/dynamodb-targets.ts';

type Target = ContractTarget<Pick<DynamoDBClient, 'send'>>;
type Command =
  | BatchGetItemCommand
  | BatchWriteItemCommand
  | DeleteItemCommand
  | GetItemCommand
  | PutItemCommand
  | QueryCommand
  | UpdateItemCommand;
type Case = readonly [behaviour: string, ...commands: Command[]];

const TableName = 'ledger';
const key = (pk: string, sk = 'a') => ({ pk: { S: pk }, sk: { S: sk } });
const put = (pk: string, attributes: object = {}, options: object = {}) =>
  new PutItemCommand({ TableName, Item: { ...key(pk), ...attributes }, ...options });
const get = (pk: string, options: object = {}) => new GetItemCommand({ TableName, Key: key(pk), ...options });
const update = (pk: string, UpdateExpression: string, options: object = {}) =>
  new UpdateItemCommand({ TableName, Key: key(pk), UpdateExpression, ReturnValues: 'ALL_NEW', ...options });
const values = (ExpressionAttributeValues: object) => ({ ExpressionAttributeValues });
const names = (ExpressionAttributeNames: object) => ({ ExpressionAttributeNames });
const three = ['3', '1', '2'].map((sk) => new PutItemCommand({ TableName, Item: key('q', sk) }));
const query = (options: object) => new QueryCommand({ TableName, ...options });
const whole = {
  n: { N: '5' },
  k: { N: '7' },
  s: { S: 'hello' },
  pods: { L: [{ S: 'x' }, { N: '1' }, { M: { deep: { BOOL: true } } }] },
  labels: { M: { app: { S: 'in' }, other: { NULL: true } } },
  tags: { SS: ['red', 'blue'] },
} as const;
const conditionOn = (pk: string, ConditionExpression: string, options: object = {}) => [
  put(pk, whole),
  update(pk, 'SET hit = :hit', { ConditionExpression, ...values({ ':hit': { BOOL: true }, ...options }) }),
];

const CASES: readonly Case[] = [
  [
    'gives back what was put, numbers in their shortest spelling',
    put('num', { a: { N: '1.50' }, b: { N: '-0012e2' } }),
    get('num'),
  ],
  ['gives nothing for what is not there', get('missing')],
  [
    'projects nested paths',
    put('proj', whole),
    get('proj', { ProjectionExpression: 'labels.app, pods[2].deep, pods[0], n' }),
  ],
  ['refuses a projection whose paths overlap', get('x', { ProjectionExpression: 'labels, labels.app' })],
  ['creates only once', put('once'), put('once', {}, { ConditionExpression: 'attribute_not_exists(pk)' })],
  ['gives the old item when it replaces', put('old', whole), put('old', {}, { ReturnValues: 'ALL_OLD' })],
  [
    'gives the old item when it deletes',
    put('del', { n: { N: '1' } }),
    new DeleteItemCommand({ TableName, Key: key('del'), ReturnValues: 'ALL_OLD' }),
    get('del'),
  ],
  [
    'sets, adds, removes in one update',
    put('upd', whole),
    update('upd', 'SET s = :s, #m.app = k REMOVE pods[0] ADD n :one DELETE tags :red', {
      ...values({ ':s': { S: 'new' }, ':one': { N: '1' }, ':red': { SS: ['red'] } }),
      ...names({ '#m': 'labels' }),
    }),
  ],
  ['makes the item that an update names', update('fresh', 'ADD n :one', values({ ':one': { N: '1' } }))],
  ['adds exactly', put('dec', { n: { N: '0.1' } }), update('dec', 'ADD n :n', values({ ':n': { N: '0.2' } }))],
  [
    'appends and defaults',
    put('app', whole),
    update(
      'app',
      'SET pods = list_append(pods, :more), z = if_not_exists(z, :zero) + n',
      values({ ':more': { L: [{ S: 'y' }] }, ':zero': { N: '0' } }),
    ),
  ],
  [
    'gives what an update changed and no more',
    put('chg', whole),
    update('chg', 'SET n = n + :one', { ...values({ ':one': { N: '1' } }), ReturnValues: 'UPDATED_NEW' }),
  ],
  ['compares numbers as numbers', ...conditionOn('c1', 'n > :v AND n < :w', { ':v': { N: '4' }, ':w': { N: '10' } })],
  [
    'reads NOT before AND before OR',
    ...conditionOn('c2', 'NOT n = :no AND s = :no OR attribute_exists(labels.app)', { ':no': { N: '9' } }),
  ],
  [
    'knows the functions',
    ...conditionOn(
      'c3',
      'begins_with(s, :he) AND contains(tags, :red) AND attribute_type(pods, :l) AND size(s) = :five',
      { ':he': { S: 'he' }, ':red': { S: 'red' }, ':l': { S: 'L' }, ':five': { N: '5' } },
    ),
  ],
  [
    'knows BETWEEN and IN',
    ...conditionOn('c4', 'n BETWEEN :a AND :b AND s IN (:s, :t)', {
      ':a': { N: '5' },
      ':b': { N: '6' },
      ':s': { S: 'no' },
      ':t': { S: 'hello' },
    }),
  ],
  ['fails what a missing attribute cannot meet', ...conditionOn('c5', 'nope < :v', { ':v': { N: '4' } })],
  [
    'refuses a value that is not used',
    put('e1', {}, { ConditionExpression: 'attribute_not_exists(pk)', ...values({ ':x': { S: 'x' } }) }),
  ],
  [
    'refuses a name that is not used',
    put('e2', {}, { ConditionExpression: 'attribute_not_exists(pk)', ...names({ '#x': 'x' }) }),
  ],
  ['refuses a value that is not defined', put('e3', {}, { ConditionExpression: 'n = :x' })],
  ['refuses a name that is not defined', put('e4', {}, { ConditionExpression: 'attribute_exists(#x)' })],
  ['refuses a bare reserved word', update('e5', 'SET name = :x', values({ ':x': { S: 'x' } }))],
  ['refuses a key attribute in an update', update('e6', 'SET sk = :x', values({ ':x': { S: 'x' } }))],
  ['refuses an update of overlapping paths', update('e7', 'SET a.b = :x, a = :x', values({ ':x': { S: 'x' } }))],
  ['refuses a path through what is not there', put('e8'), update('e8', 'SET a.b = :x', values({ ':x': { S: 'x' } }))],
  ['refuses to read what is not there', put('e9'), update('e9', 'SET a = b')],
  ['refuses to add text to a number', put('e10', whole), update('e10', 'SET n = s + n')],
  ['refuses a function it does not know', put('e11', {}, { ConditionExpression: 'nonsense(pk)' })],
  ['refuses an empty key', put('')],
  ['refuses an item without its sort key', new PutItemCommand({ TableName, Item: { pk: { S: 'x' } } })],
  ['refuses a key of the wrong type', new PutItemCommand({ TableName, Item: { pk: { N: '1' }, sk: { S: 'a' } } })],
  ['refuses a key that does not match the schema', new GetItemCommand({ TableName, Key: { pk: { S: 'x' } } })],
  ['refuses an item of more than 400 KB', put('big', { s: { S: 'x'.repeat(410_000) } })],
  ['refuses a table that does not exist', new GetItemCommand({ TableName: 'nowhere', Key: key('x') })],
  [
    'refuses a repeated key in a batch',
    new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: [key('x'), key('x')] } } }),
  ],
  [
    'writes and deletes in one batch',
    put('b1'),
    new BatchWriteItemCommand({
      RequestItems: {
        [TableName]: [{ PutRequest: { Item: { ...key('b2'), n: { N: '2' } } } }, { DeleteRequest: { Key: key('b1') } }],
      },
    }),
    new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: [key('b1'), key('b2')] } } }),
  ],
  [
    'projects what a batch reads, by names that are reserved',
    put('b3', whole),
    new BatchGetItemCommand({
      RequestItems: {
        [TableName]: {
          Keys: [key('b3')],
          ConsistentRead: true,
          ProjectionExpression: '#p0, #p1, labels.app',
          ExpressionAttributeNames: { '#p0': 'pk', '#p1': 'n' },
        },
      },
    }),
  ],
  ['refuses a batch that reads nothing', new BatchGetItemCommand({ RequestItems: {} })],
  [
    'refuses a batch that writes one item twice',
    new BatchWriteItemCommand({
      RequestItems: {
        [TableName]: [{ PutRequest: { Item: key('b4') } }, { DeleteRequest: { Key: key('b4') } }],
      },
    }),
  ],
  ['refuses a batch that writes nothing', new BatchWriteItemCommand({ RequestItems: {} })],
  [
    'refuses a batch on a table that does not exist',
    new BatchGetItemCommand({ RequestItems: { nowhere: { Keys: [key('x')] } } }),
  ],
  [
    'queries one partition in order',
    ...three,
    query({ KeyConditionExpression: 'pk = :pk', ...values({ ':pk': { S: 'q' } }) }),
  ],
  [
    'queries backwards, page by page',
    ...three,
    query({ KeyConditionExpression: 'pk = :pk', ScanIndexForward: false, Limit: 2, ...values({ ':pk': { S: 'q' } }) }),
    query({
      KeyConditionExpression: 'pk = :pk',
      ScanIndexForward: false,
      Limit: 2,
      ExclusiveStartKey: key('q', '2'),
      ...values({ ':pk': { S: 'q' } }),
    }),
  ],
  [
    'names a last key when the limit is reached exactly',
    ...three,
    query({ KeyConditionExpression: 'pk = :pk', Limit: 3, ...values({ ':pk': { S: 'q' } }) }),
  ],
  [
    'queries by sort key',
    ...three,
    query({
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :a AND :b',
      ...values({ ':pk': { S: 'q' }, ':a': { S: '2' }, ':b': { S: '3' } }),
    }),
    query({
      KeyConditionExpression: 'begins_with(sk, :a) AND pk = :pk',
      ...values({ ':pk': { S: 'q' }, ':a': { S: '1' } }),
    }),
  ],
  [
    'counts before and after a filter',
    put('f', whole),
    query({
      KeyConditionExpression: 'pk = :pk',
      FilterExpression: 'n > :n',
      ...values({ ':pk': { S: 'f' }, ':n': { N: '5' } }),
    }),
  ],
  [
    'refuses a filter on a key',
    query({ KeyConditionExpression: 'pk = :pk', FilterExpression: 'sk = :pk', ...values({ ':pk': { S: 'q' } }) }),
  ],
  [
    'refuses a query without its partition key',
    query({ KeyConditionExpression: 'sk = :sk', ...values({ ':sk': { S: 'q' } }) }),
  ],
  [
    'refuses OR between keys',
    query({ KeyConditionExpression: 'pk = :pk OR sk = :pk', ...values({ ':pk': { S: 'q' } }) }),
  ],
  [
    'refuses a start key of another partition',
    query({ KeyConditionExpression: 'pk = :pk', ExclusiveStartKey: key('z'), ...values({ ':pk': { S: 'q' } }) }),
  ],
];

/** DynamoDB's message repeats the whole request; the kind of error is enough. */
const TOO_LARGE: readonly Case[] = [
  [
    'a batch that reads more than a hundred items',
    new BatchGetItemCommand({
      RequestItems: { [TableName]: { Keys: Array.from({ length: 101 }, (_, index) => key(`b${index}`)) } },
    }),
  ],
  [
    'a batch that writes more than twenty-five items',
    new BatchWriteItemCommand({
      RequestItems: {
        [TableName]: Array.from({ length: 26 }, (_, index) => ({ PutRequest: { Item: key(`b${index}`) } })),
      },
    }),
  ],
];

async function outcomesOf({ client, run }: Target, commands: readonly Command[]): Promise<object[]> {
  const outcomes: object[] = [];
  for (const command of commands) {
    // `send` has one overload for each command; they all do the same.
    outcomes.push(await run(() => outcomeOf(() => client.send(command as GetItemCommand))));
  }
  return outcomes;
}

describe('the simulated DynamoDB beside dynalite', () => {
  const expected = new Map<string, object[]>();
  let simulated: Target;
  beforeAll(async () => {
    const independent = await dynalite();
    for (const [behaviour, ...commands] of [...CASES, ...TOO_LARGE])
      expected.set(behaviour, await outcomesOf(independent, commands));
    await independent.close();
    simulated = await simulatedDynamoDb();
  });
  afterAll(() => simulated.close());

  it.each(CASES)('%s', async (behaviour, ...commands) => {
    const outcomes = await outcomesOf(simulated, commands);

    expect(outcomes).toEqual(expected.get(behaviour));
    expect(outcomes.some((outcome) => 'error' in outcome)).toBe(/^(refuses|fails|creates only once)/.test(behaviour));
  });

  it.each(TOO_LARGE)('refuses %s', async (behaviour, ...commands) => {
    const outcomes = await outcomesOf(simulated, commands);

    expect(outcomes).toMatchObject([{ error: 'ValidationException' }]);
    expect(expected.get(behaviour)).toMatchObject([{ error: 'ValidationException' }]);
  });
});
