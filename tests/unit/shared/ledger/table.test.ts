import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
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
  const client = new DynamoDBClient({});
  const dynamodb = mockClient(client);
  const pauses: number[] = [];
  const pause = async (milliseconds: number) => {
    pauses.push(milliseconds);
  };
  const table = ledgerTable({ dynamodb: client, tableName: 'ledger', pause });
  beforeEach(() => {
    dynamodb.reset();
    pauses.length = 0;
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

  it('asks again for what a batch left out, waits longer each time, and tells what stayed without an answer', async () => {
    const [one, two] = [
      { pk: 'INSTANCE#1', sk: 'INSTANCE' },
      { pk: 'INSTANCE#2', sk: 'INSTANCE' },
    ];
    const left = { Keys: [{ pk: { S: two.pk }, sk: { S: two.sk } }] };
    dynamodb
      .on(BatchGetItemCommand)
      .resolvesOnce({
        Responses: { ledger: [{ pk: { S: one.pk }, cluster: { S: 'banking' } }] },
        UnprocessedKeys: { ledger: left },
      })
      .resolves({ UnprocessedKeys: { ledger: left } });

    const answer = await table.batchGet([one, two, one], { projection: ['cluster'] });

    expect(answer).toEqual({ rows: [{ pk: one.pk, cluster: 'banking' }], unanswered: [two] });
    expect(pauses).toEqual([25, 50, 100]);
    const asked = dynamodb.commandCalls(BatchGetItemCommand).map((call) => call.args[0].input.RequestItems?.['ledger']);
    expect(asked).toEqual([
      {
        Keys: [
          { pk: { S: one.pk }, sk: { S: one.sk } },
          { pk: { S: two.pk }, sk: { S: two.sk } },
        ],
        ConsistentRead: true,
        ProjectionExpression: '#p0, #p1, #p2',
        ExpressionAttributeNames: { '#p0': 'pk', '#p1': 'sk', '#p2': 'cluster' },
      },
      left,
      left,
      left,
    ]);
  });

  it('refuses to read more rows at once than DynamoDB gives, and asks nothing for none', async () => {
    const keys = Array.from({ length: 101 }, (_, index) => ({ pk: `INSTANCE#${index}`, sk: 'INSTANCE' }));

    await expect(table.batchGet(keys)).rejects.toThrow('101 rows in one read');
    expect(await table.batchGet([])).toEqual({ rows: [], unanswered: [] });
    expect(dynamodb.calls()).toEqual([]);
  });

  it('writes rows in batches of twenty-five, the last of two with one key, and repeats what was left undone', async () => {
    const rows = Array.from({ length: 30 }, (_, index) => ({
      key: { pk: 'MONTH', sk: `i-${index % 28}` },
      row: { index },
    }));
    const left = [{ PutRequest: { Item: { pk: { S: 'MONTH' }, sk: { S: 'i-3' }, index: { N: '3' } } } }];
    dynamodb
      .on(BatchWriteItemCommand)
      .resolvesOnce({ UnprocessedItems: { ledger: left } })
      .resolves({});

    await table.batchPut(rows);

    const sent = dynamodb
      .commandCalls(BatchWriteItemCommand)
      .map((call) => call.args[0].input.RequestItems?.['ledger']);
    expect(sent.map((requests) => requests?.length)).toEqual([25, 1, 3]);
    expect(sent[1]).toEqual(left);
    expect(sent[0]?.[0]?.PutRequest?.Item).toEqual({ pk: { S: 'MONTH' }, sk: { S: 'i-0' }, index: { N: '28' } });
  });

  it('gives up on a batch that DynamoDB will not take, in a way that a retry may mend', async () => {
    const left = [{ PutRequest: { Item: { pk: { S: 'a' }, sk: { S: 'b' } } } }];
    dynamodb.on(BatchWriteItemCommand).resolves({ UnprocessedItems: { ledger: left } });

    await expect(table.batchPut([{ key: { pk: 'a', sk: 'b' }, row: {} }])).rejects.toMatchObject({
      name: 'Throttled',
      retryable: true,
      message: 'DynamoDB did not take 1 of 1 ledger rows',
    });
    expect(dynamodb.commandCalls(BatchWriteItemCommand)).toHaveLength(4);
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
