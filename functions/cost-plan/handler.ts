import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { readEnv } from '../../shared/config/read-env.ts';
import { clock } from '../../shared/lambda/clock.ts';
import { lambdaHandler } from '../../shared/lambda/handler.ts';
import { ledgerTable } from '../../shared/ledger/table.ts';
import { planReport } from './plan-report.ts';

const env = readEnv(['TABLE_NAME']);
const table = ledgerTable({ dynamodb: new DynamoDBClient({}), tableName: env.TABLE_NAME });

export const handler = lambdaHandler((event) => planReport(event, { table, clock }));
