import type { DescribeTableInput, DescribeTableOutput } from '@aws-sdk/client-dynamodb';
import { operation, type SimulatedService } from '../../types.ts';
import { tableAccess } from './access.ts';
import { batchGetItem, batchWriteItem } from './batches.ts';
import { countFailures } from './count-failures.ts';
import { deleteItem, getItem, putItem, updateItem } from './items.ts';
import { query } from './query.ts';
import { findTable, keyAttributes } from './tables.ts';
import { transactGetItems, transactWriteItems } from './transactions.ts';

const describeTable = operation<DescribeTableInput, DescribeTableOutput>({
  authorize: (input, context) => [tableAccess(context, 'DescribeTable', input.TableName ?? '', [])],
  run(input, { simulation, region, accountId }) {
    const table = findTable(simulation, input.TableName ?? '');
    const keys = keyAttributes(table);
    return {
      Table: {
        TableName: table.name,
        TableArn: `arn:aws:dynamodb:${region}:${accountId}:table/${table.name}`,
        TableStatus: 'ACTIVE',
        CreationDateTime: new Date(table.createdMs),
        KeySchema: keys.map(({ name }, index) => ({
          AttributeName: name,
          KeyType: index === 0 ? ('HASH' as const) : ('RANGE' as const),
        })),
        AttributeDefinitions: keys.map(({ name, type }) => ({ AttributeName: name, AttributeType: type })),
        BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
        DeletionProtectionEnabled: table.deletionProtection,
      },
    };
  },
});

/** DynamoDB, on demand, without secondary indexes, scans and binary values. Reads are always consistent. */
export const dynamoDb: SimulatedService = {
  serviceId: 'DynamoDB',
  operations: {
    BatchGetItem: batchGetItem,
    BatchWriteItem: batchWriteItem,
    DeleteItem: deleteItem,
    DescribeTable: describeTable,
    GetItem: getItem,
    PutItem: putItem,
    Query: query,
    TransactGetItems: transactGetItems,
    TransactWriteItems: transactWriteItems,
    UpdateItem: updateItem,
  },
  onFailure: countFailures,
};
