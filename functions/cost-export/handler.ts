import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EKSClient } from '@aws-sdk/client-eks';
import { S3Client } from '@aws-sdk/client-s3';
import { clusterFacts, supportDates } from '../../shared/aws/cluster-support.ts';
import { reportFiles } from '../../shared/aws/report-files.ts';
import { readEnv } from '../../shared/config/read-env.ts';
import { clock } from '../../shared/lambda/clock.ts';
import { lambdaHandler } from '../../shared/lambda/handler.ts';
import { ledgerTable } from '../../shared/ledger/table.ts';
import { exportFleet } from './export-fleet.ts';

const env = readEnv(['TABLE_NAME', 'DOCUMENTS_BUCKET']);
const eks = new EKSClient({});
const table = ledgerTable({ dynamodb: new DynamoDBClient({}), tableName: env.TABLE_NAME });

export const handler = lambdaHandler((event) =>
  exportFleet(event, {
    table,
    clock,
    clusterFacts: (name) => clusterFacts(eks, name),
    supportDates: () => supportDates(eks),
    store: reportFiles({ s3: new S3Client({}), bucket: env.DOCUMENTS_BUCKET, table, clock }),
  }),
);
