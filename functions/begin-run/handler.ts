import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { putDocument } from '../../shared/aws/documents.ts';
import { executionIsRunning } from '../../shared/aws/executions.ts';
import { readEnv } from '../../shared/config/read-env.ts';
import { lambdaHandler } from '../../shared/lambda/handler.ts';
import { takeLease } from '../../shared/ledger/lease.ts';
import { ledgerTable } from '../../shared/ledger/table.ts';
import { clock } from '../../shared/runs/step-context.ts';
import { beginRun } from './begin-run.ts';
import { parseFile } from './parse-file.ts';

const env = readEnv(['TABLE_NAME', 'DOCUMENTS_BUCKET', 'AWS_REGION', 'ACCOUNT_ID', 'STACK_HAS_VPC']);
const table = ledgerTable({ dynamodb: new DynamoDBClient({}), tableName: env.TABLE_NAME });
const documents = { s3: new S3Client({}), bucket: env.DOCUMENTS_BUCKET };
const isRunning = executionIsRunning(new SFNClient({}));

export const handler = lambdaHandler((event) =>
  beginRun(event, {
    clock,
    accountId: env.ACCOUNT_ID,
    region: env.AWS_REGION,
    stackHasVpc: env.STACK_HAS_VPC === 'true',
    parse: parseFile,
    takeLease: (cluster, holder) => takeLease({ table, clock }, { cluster, holder, isRunning }),
    storeCluster: (key, cluster) => putDocument(documents, key, cluster),
  }),
);
