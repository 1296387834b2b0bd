import * as sdk from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { dynamoDb } from '../../../../../../simulator/aws/services/dynamodb/service.ts';
import { createTable, deleteTable } from '../../../../../../simulator/aws/services/dynamodb/tables.ts';
import type { AccessRequest } from '../../../../../../simulator/aws/types.ts';
import { TABLE } from '../../../../../support/dynamodb-targets.ts';
import { simulatedClient } from '../../../../../support/simulated-client.ts';
import { startTestCloud, type TestCloud } from '../../../../../support/test-cloud.ts';

const TableName = TABLE.name;
const key = (pk: string, sk = 'a') => ({ pk: { S: pk }, sk: { S: sk } });

describe('the simulated DynamoDB', () => {
  let world: TestCloud;
  let client: Pick<sdk.DynamoDBClient, 'send'>;
  let asked: AccessRequest[];
  beforeEach(() => {
    asked = [];
    world = startTestCloud([{ service: dynamoDb, sdk }], { authorize: (request) => void asked.push(request) });
    client = simulatedClient<sdk.DynamoDBClient>(world.cloud, 'DynamoDB');
    createTable(world.simulation, { ...TABLE, timeToLiveAttribute: 'expiresAt', deletionProtection: true });
  });
  afterEach(() => world.simulation.close());
  const run = <T>(promise: Promise<T>) => world.simulation.runUntil(promise);
  const read = async (pk: string) => (await run(client.send(new sdk.GetItemCommand({ TableName, Key: key(pk) })))).Item;

  it('makes all changes of a transaction or none, and says which part stood in the way', async () => {
    await run(client.send(new sdk.PutItemCommand({ TableName, Item: { ...key('there'), n: { N: '1' } } })));
    const transaction = new sdk.TransactWriteItemsCommand({
      TransactItems: [
        { Put: { TableName, Item: key('new') } },
        {
          ConditionCheck: {
            TableName,
            Key: key('there'),
            ConditionExpression: 'attribute_not_exists(pk)',
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          },
        },
      ],
    });

    await expect(run(client.send(transaction))).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      message: expect.stringContaining('[None, ConditionalCheckFailed]'),
      CancellationReasons: [
        { Code: 'None' },
        { Code: 'ConditionalCheckFailed', Item: { ...key('there'), n: { N: '1' } } },
      ],
    });
    expect(await read('new')).toBeUndefined();
  });

  it('performs a transaction once for one token', async () => {
    const transaction = (by: string) =>
      new sdk.TransactWriteItemsCommand({
        ClientRequestToken: 'token',
        TransactItems: [
          {
            Update: {
              TableName,
              Key: key('count'),
              UpdateExpression: 'ADD n :by',
              ExpressionAttributeValues: { ':by': { N: by } },
            },
          },
        ],
      });
    await run(client.send(transaction('1')));
    await run(client.send(transaction('1')));

    const other = run(client.send(transaction('2')));

    await expect(other).rejects.toMatchObject({ name: 'IdempotentParameterMismatchException' });
    expect((await read('count'))?.['n']).toEqual({ N: '1' });
    const answer = await run(
      client.send(new sdk.TransactGetItemsCommand({ TransactItems: [{ Get: { TableName, Key: key('count') } }] })),
    );
    expect(answer.Responses).toEqual([{ Item: { ...key('count'), n: { N: '1' } } }]);
  });

  it('gives the item with a failed condition when asked to', async () => {
    await run(client.send(new sdk.PutItemCommand({ TableName, Item: { ...key('x'), n: { N: '1' } } })));

    const put = new sdk.PutItemCommand({
      TableName,
      Item: key('x'),
      ConditionExpression: 'attribute_not_exists(pk)',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });

    await expect(run(client.send(put))).rejects.toMatchObject({ Item: { ...key('x'), n: { N: '1' } } });
  });

  it('sweeps an item some time in the two days after its time to live', async () => {
    const expiresAt = { N: String(world.simulation.now() / 1000 + 60) };
    await run(client.send(new sdk.PutItemCommand({ TableName, Item: { ...key('x'), expiresAt } })));

    await world.simulation.runFor(61);
    const soon = await read('x');
    await world.simulation.runFor(48 * 3600);

    expect(soon).toBeDefined();
    expect(await read('x')).toBeUndefined();
  });

  it('asks for permission for the table with the partition keys that a call touches', async () => {
    const resource = 'arn:aws:dynamodb:eu-west-1:111122223333:table/ledger';
    const Keys = [key('one'), key('two'), key('one', 'b')];
    await run(client.send(new sdk.BatchGetItemCommand({ RequestItems: { [TableName]: { Keys } } })));
    await run(
      client.send(
        new sdk.QueryCommand({
          TableName,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': { S: 'three' } },
        }),
      ),
    );
    await run(
      client.send(new sdk.TransactWriteItemsCommand({ TransactItems: [{ Delete: { TableName, Key: key('four') } }] })),
    );

    expect(asked).toEqual([
      { action: 'dynamodb:BatchGetItem', resource, context: { 'dynamodb:LeadingKeys': ['one', 'two'] } },
      { action: 'dynamodb:Query', resource, context: { 'dynamodb:LeadingKeys': ['three'] } },
      {
        action: 'dynamodb:DeleteItem',
        resource,
        context: { 'dynamodb:EnclosingOperation': 'TransactWriteItems', 'dynamodb:LeadingKeys': ['four'] },
      },
    ]);
  });

  it('ends a page at 1 MB', async () => {
    for (const sk of ['a', 'b', 'c', 'd'])
      await run(
        client.send(new sdk.PutItemCommand({ TableName, Item: { ...key('big', sk), s: { S: 'x'.repeat(390_000) } } })),
      );

    const page = await run(
      client.send(
        new sdk.QueryCommand({
          TableName,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': { S: 'big' } },
        }),
      ),
    );

    expect(page).toMatchObject({ Count: 3, LastEvaluatedKey: key('big', 'c') });
  });

  it('describes the table, and keeps it while it is protected', async () => {
    const { Table } = await run(client.send(new sdk.DescribeTableCommand({ TableName })));

    expect(Table).toMatchObject({ TableStatus: 'ACTIVE', KeySchema: TABLE.keySchema, DeletionProtectionEnabled: true });
    expect(() => deleteTable(world.simulation, TableName)).toThrow('protected against deletion');
  });

  it.each([
    ['a secondary index', { IndexName: 'by-name' }],
    ['legacy conditions', { KeyConditions: {} }],
    ['consumed capacity', { ReturnConsumedCapacity: 'TOTAL' as const }],
  ])('fails the run when a query wants %s', async (_, options) => {
    const query = new sdk.QueryCommand({
      TableName,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: 'x' } },
      ...options,
    });

    await expect(run(client.send(query))).rejects.toMatchObject({ name: 'NotSimulatedError' });
  });

  it('fails the run on binary values', async () => {
    const put = new sdk.PutItemCommand({ TableName, Item: { ...key('x'), b: { B: new Uint8Array([1]) } } });

    await expect(run(client.send(put))).rejects.toThrow('type B');
  });
});
