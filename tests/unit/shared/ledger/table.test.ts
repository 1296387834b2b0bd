import {
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import fc from 'fast-check';
import { fromAttributes, type Row, toAttributes } from '../../../../shared/ledger/attributes.ts';
import { takeLease } from '../../../../shared/ledger/lease.ts';
import { ledgerTable } from '../../../../shared/ledger/table.ts';

const clock = { now: () => Date.parse('2026-11-02T08:00:00Z') };
const key = { pk: 'CLUSTER#banking', sk: 'LEASE' };
const Key = { pk: { S: 'CLUSTER#banking' }, sk: { S: 'LEASE' } };

describe('the ledger table', () => {
  const dynamodb = mockClient(DynamoDBClient);
  const table = ledgerTable({ dynamodb: new DynamoDBClient({}), tableName: 'ledger' });
  beforeEach(() => {
    dynamodb.reset();
  });
  const inputs = () => dynamodb.commandCalls(UpdateItemCommand).map((call) => call.args[0].input);

  it('reads consistently', async () => {
    dynamodb.on(GetItemCommand).resolves({ Item: { ...Key, fence: { N: '3' } } });

    const row = await table.get(key);

    expect(row).toEqual({ ...key, fence: 3 });
    expect(dynamodb.commandCalls(GetItemCommand).map((call) => call.args[0].input)).toEqual([
      { TableName: 'ledger', Key, ConsistentRead: true },
    ]);
  });

  it('writes a row under its key and leaves out what is undefined', async () => {
    dynamodb.on(PutItemCommand).resolves({});

    await table.put(key, { list: [1, 'x', null], map: { yes: true }, none: undefined });

    expect(dynamodb.commandCalls(PutItemCommand).map((call) => call.args[0].input)).toEqual([
      {
        TableName: 'ledger',
        Item: {
          ...Key,
          list: { L: [{ N: '1' }, { S: 'x' }, { NULL: true }] },
          map: { M: { yes: { BOOL: true } } },
        },
      },
    ]);
  });

  it('lists a partition page after page', async () => {
    dynamodb
      .on(QueryCommand)
      .resolvesOnce({ Items: [{ n: { N: '1' } }], LastEvaluatedKey: Key })
      .resolvesOnce({ Items: [{ n: { N: '2' } }] });

    const rows: Row[] = [];
    for await (const row of table.list('REGISTRY', { pageSize: 1 })) rows.push(row);

    const first = {
      TableName: 'ledger',
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: 'REGISTRY' } },
      ConsistentRead: true,
      Limit: 1,
    };
    expect(rows).toEqual([{ n: 1 }, { n: 2 }]);
    expect(dynamodb.commandCalls(QueryCommand).map((call) => call.args[0].input)).toEqual([
      first,
      { ...first, ExclusiveStartKey: Key },
    ]);
  });

  it('takes a free lease under the condition that it is still free', async () => {
    dynamodb.on(GetItemCommand).resolves({ Item: { ...Key, fence: { N: '6' } } });
    dynamodb.on(UpdateItemCommand).resolves({ Attributes: { holder: { S: 'me' }, fence: { N: '7' } } });

    const fence = await takeLease({ table, clock }, { cluster: 'banking', holder: 'me', isRunning: async () => true });

    expect(fence).toBe(7);
    expect(inputs()).toEqual([
      {
        TableName: 'ledger',
        Key,
        UpdateExpression: 'SET holder = :holder, takenAt = :now ADD fence :one',
        ConditionExpression: 'attribute_not_exists(holder)',
        ExpressionAttributeValues: {
          ':holder': { S: 'me' },
          ':now': { S: '2026-11-02T08:00:00.000Z' },
          ':one': { N: '1' },
        },
        ReturnValues: 'ALL_NEW',
      },
    ]);
  });

  it('takes over under the condition that nobody else did meanwhile, and looks again when somebody did', async () => {
    const raced = Object.assign(new Error('no'), { name: 'ConditionalCheckFailedException' });
    const heldBy = (holder: string, fence: string) => ({
      Item: { ...Key, holder: { S: holder }, fence: { N: fence } },
    });
    dynamodb.on(GetItemCommand).resolvesOnce(heldBy('dead', '6')).resolvesOnce(heldBy('winner', '7'));
    dynamodb.on(UpdateItemCommand).rejects(raced);

    const taking = takeLease(
      { table, clock },
      { cluster: 'banking', holder: 'me', isRunning: async (holder) => holder === 'winner' },
    );

    await expect(taking).rejects.toMatchObject({ name: 'LeaseHeld', details: { holder: 'winner' } });
    expect(inputs()).toMatchObject([
      {
        ConditionExpression: 'holder = :before AND fence = :fence',
        ExpressionAttributeValues: { ':before': { S: 'dead' }, ':fence': { N: '6' } },
      },
    ]);
  });

  it('says what it was doing when DynamoDB fails', async () => {
    const throttled = Object.assign(new Error('slow down'), { name: 'ThrottlingException' });
    dynamodb.on(GetItemCommand).rejects(throttled);

    await expect(table.get(key)).rejects.toMatchObject({
      name: 'Throttled',
      retryable: true,
      message: 'reading the ledger row CLUSTER#banking / LEASE: ThrottlingException: slow down',
      cause: throttled,
    });
  });

  it('gives every JSON value back as it was', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const row = JSON.parse(JSON.stringify(value)) as Row;
        expect(fromAttributes(toAttributes(row))).toEqual(row);
      }),
    );
  });
});
