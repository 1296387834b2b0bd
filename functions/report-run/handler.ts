import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { putDocument } from '../../shared/aws/documents.ts';
import { readEnv } from '../../shared/config/read-env.ts';
import { lambdaHandler } from '../../shared/lambda/handler.ts';
import { bumpFence, releaseLease } from '../../shared/ledger/lease.ts';
import { listSteps } from '../../shared/ledger/run-steps.ts';
import { ledgerTable } from '../../shared/ledger/table.ts';
import { clock } from '../../shared/runs/step-context.ts';
import { reportRun } from './report-run.ts';

const env = readEnv(['TABLE_NAME', 'DOCUMENTS_BUCKET']);
const table = ledgerTable({ dynamodb: new DynamoDBClient({}), tableName: env.TABLE_NAME });
const documents = { s3: new S3Client({}), bucket: env.DOCUMENTS_BUCKET };

export const handler = lambdaHandler((event) =>
  reportRun(event, {
    clock,
    listSteps: (run) => listSteps(table, run.rootExecution),
    storeReport: (key, report) => putDocument(documents, key, report),
    releaseLease: async ({ cluster, rootExecution: holder }, { stopSiblings }) => {
      if (stopSiblings) await bumpFence(table, { cluster, holder });
      await releaseLease(table, { cluster, holder });
    },
  }),
);
