import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';
import { getDocument } from '../../shared/aws/documents.ts';
import { reportFiles } from '../../shared/aws/report-files.ts';
import { topicPublisher } from '../../shared/aws/topics.ts';
import { readEnv } from '../../shared/config/read-env.ts';
import { clock } from '../../shared/lambda/clock.ts';
import { lambdaHandler } from '../../shared/lambda/handler.ts';
import { writeLine } from '../../shared/lambda/invocation.ts';
import { claimNotice, noticeSent } from '../../shared/ledger/cost-reports.ts';
import { ledgerTable } from '../../shared/ledger/table.ts';
import { type MakeReportDeps, makeReport } from './make-report.ts';
import { monthlyBudget } from './monthly-budget.ts';

const env = readEnv(['TABLE_NAME', 'DOCUMENTS_BUCKET', 'NOTICE_TOPIC_ARN']);
const s3 = new S3Client({});
const table = ledgerTable({ dynamodb: new DynamoDBClient({}), tableName: env.TABLE_NAME });
const deps: MakeReportDeps = {
  clock,
  get: (pointer) => getDocument(s3, pointer),
  store: reportFiles({ s3, bucket: env.DOCUMENTS_BUCKET, table, clock }),
  monthlyBudget: (cluster) => monthlyBudget(table, cluster),
  claimNotice: (notice) => claimNotice({ table, clock }, notice),
  noticeSent: (notice) => noticeSent({ table, clock }, notice),
  publish: topicPublisher(new SNSClient({}), env.NOTICE_TOPIC_ARN),
  writeLine,
};

export const handler = lambdaHandler((event) => makeReport(event, deps));
