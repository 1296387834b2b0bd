import { once } from 'node:events';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import * as sdk from '@aws-sdk/client-dynamodb';
import { dynamoDb } from '../../simulator/aws/services/dynamodb/service.ts';
import { createTable } from '../../simulator/aws/services/dynamodb/tables.ts';
import { type ContractTarget, type ContractTargets, loopbackConfig } from './contract-target.ts';
import { simulatedClient } from './simulated-client.ts';
import { startTestCloud } from './test-cloud.ts';

type Client = Pick<sdk.DynamoDBClient, 'send'>;

/** The table that both targets start with. */
export const TABLE = {
  name: 'ledger',
  keySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  attributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'S' },
  ],
} as const;

export async function simulatedDynamoDb(): Promise<ContractTarget<Client>> {
  const { simulation, cloud } = startTestCloud([{ service: dynamoDb, sdk }]);
  createTable(simulation, TABLE);
  return {
    client: simulatedClient<sdk.DynamoDBClient>(cloud, 'DynamoDB'),
    run: (work) => simulation.runUntil(work()),
    close: async () => simulation.close(),
  };
}

export async function dynalite(): Promise<ContractTarget<Client>> {
  const start = createRequire(import.meta.url)('dynalite') as (options: object) => Server;
  const server = start({ createTableMs: 0 });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const client = new sdk.DynamoDBClient(loopbackConfig(`http://127.0.0.1:${port}`));
  await client.send(
    new sdk.CreateTableCommand({
      TableName: TABLE.name,
      KeySchema: [...TABLE.keySchema],
      AttributeDefinitions: [...TABLE.attributeDefinitions],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  await sdk.waitUntilTableExists({ client, maxWaitTime: 5, minDelay: 0.01, maxDelay: 0.05 }, { TableName: TABLE.name });
  return {
    client,
    run: (work) => work(),
    close: async () => {
      client.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

export const dynamoDbTargets: ContractTargets<Client> = [
  ['the simulated DynamoDB', simulatedDynamoDb],
  ['dynalite', dynalite],
];
