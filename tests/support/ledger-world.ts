import * as dynamoDbSdk from '@aws-sdk/client-dynamodb';
import { ledgerTable } from '../../shared/ledger/table.ts';
import { dynamoDb } from '../../simulator/aws/services/dynamodb/service.ts';
import { createTable } from '../../simulator/aws/services/dynamodb/tables.ts';
import { TABLE } from './dynamodb-targets.ts';
import { simulatedClient } from './simulated-client.ts';
import { startTestCloud } from './test-cloud.ts';

/** A ledger on a simulated table and nothing else. Close it. */
export function aLedgerWorld() {
  const { simulation, cloud } = startTestCloud([{ service: dynamoDb, sdk: dynamoDbSdk }]);
  createTable(simulation, TABLE);
  const dynamodb = simulatedClient<dynamoDbSdk.DynamoDBClient>(cloud, 'DynamoDB');
  return {
    simulation,
    clock: { now: () => simulation.now() },
    table: ledgerTable({ dynamodb, tableName: TABLE.name, pause: async () => {} }),
    run: <T>(work: () => Promise<T>): Promise<T> => simulation.runUntil(work()),
    close: () => simulation.close(),
  };
}
