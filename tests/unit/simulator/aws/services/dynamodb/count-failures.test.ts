import * as cloudWatchSdk from '@aws-sdk/client-cloudwatch';
import * as sdk from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, it } from '@jest/globals';
import { SimulatedAwsError } from '../../../../../../simulator/aws/errors.ts';
import { cloudWatchService } from '../../../../../../simulator/aws/services/cloudwatch/service.ts';
import { dynamoDb } from '../../../../../../simulator/aws/services/dynamodb/service.ts';
import { createTable } from '../../../../../../simulator/aws/services/dynamodb/tables.ts';
import { TABLE } from '../../../../../support/dynamodb-targets.ts';
import { simulatedClient, TEST_CALLER } from '../../../../../support/simulated-client.ts';
import { startTestCloud, type TestCloud } from '../../../../../support/test-cloud.ts';

const TableName = TABLE.name;
const Key = { pk: { S: 'a' }, sk: { S: 'a' } };

describe('what DynamoDB counts of its failures', () => {
  let world: TestCloud | undefined;
  afterEach(() => world?.simulation.close());

  /** What is counted when these calls end in this error, or in none. */
  async function counted(error: string | undefined, ...commands: readonly object[]) {
    const here = startTestCloud(
      [
        { service: dynamoDb, sdk },
        { service: cloudWatchService(async () => undefined), sdk: cloudWatchSdk },
      ],
      {
        injectFault: ({ serviceId }) => {
          if (error && serviceId === 'DynamoDB') throw new SimulatedAwsError(error, 'injected');
          return undefined;
        },
      },
    );
    world = here;
    createTable(here.simulation, { ...TABLE, timeToLiveAttribute: 'expiresAt', deletionProtection: true });
    const client = simulatedClient<sdk.DynamoDBClient>(here.cloud, 'DynamoDB');
    for (const command of commands) {
      const sent = client.send(command as sdk.GetItemCommand).catch(() => undefined);
      await here.simulation.runUntil(sent);
    }
    const input = { Namespace: 'AWS/DynamoDB' };
    const listed = here.cloud.call('CloudWatch', 'ListMetrics', input, TEST_CALLER);
    const { Metrics = [] } = (await here.simulation.runUntil(listed)) as cloudWatchSdk.ListMetricsOutput;
    return Metrics.map(({ MetricName, Dimensions = [] }) => [
      MetricName,
      Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value])),
    ]);
  }

  it('is throttled requests, and errors of its own, by table and operation', async () => {
    const get = new sdk.GetItemCommand({ TableName, Key });
    const write = new sdk.TransactWriteItemsCommand({ TransactItems: [{ Delete: { TableName, Key } }] });
    const batch = new sdk.BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: [Key] } } });

    expect(await counted('ThrottlingException', get, write, batch)).toEqual([
      ['ThrottledRequests', { TableName, Operation: 'GetItem' }],
      ['ThrottledRequests', { TableName, Operation: 'TransactWriteItems' }],
      ['ThrottledRequests', { TableName, Operation: 'BatchGetItem' }],
    ]);
    world?.simulation.close();
    expect(await counted('InternalServerError', get)).toEqual([['SystemErrors', { TableName, Operation: 'GetItem' }]]);
  });

  it('is nothing for what goes well, and for what the caller did wrong', async () => {
    const taken = new sdk.DeleteItemCommand({ TableName, Key, ConditionExpression: 'attribute_exists(pk)' });

    expect(await counted(undefined, new sdk.GetItemCommand({ TableName, Key }), taken)).toEqual([]);
  });
});
