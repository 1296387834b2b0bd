import { Logger } from '@aws-lambda-powertools/logger';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EC2Client } from '@aws-sdk/client-ec2';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { activeReservations } from '../../shared/aws/capacity-reservations.ts';
import { deadLetters } from '../../shared/aws/dead-letters.ts';
import { getDocument } from '../../shared/aws/documents.ts';
import { cloudWatchSink } from '../../shared/aws/metrics-sink.ts';
import { spotPrices } from '../../shared/aws/spot-prices.ts';
import { readEnv } from '../../shared/config/read-env.ts';
import { kubeAs } from '../../shared/kube/connect-as.ts';
import { clock } from '../../shared/lambda/clock.ts';
import { lambdaHandler } from '../../shared/lambda/handler.ts';
import { writeLine } from '../../shared/lambda/invocation.ts';
import { timers } from '../../shared/lambda/timers.ts';
import { ledgerTable } from '../../shared/ledger/table.ts';
import { collectBatch } from './collect-batch.ts';
import { collectCluster } from './collect-cluster.ts';
import { freshPrices } from './fresh-prices.ts';
import { listedPrices } from './listed-prices.ts';

const env = readEnv(['TABLE_NAME', 'AWS_REGION', 'DEAD_LETTERS_URL', 'KUBERNETES_ROLE_ARN']);
const region = env.AWS_REGION;
const ec2 = new EC2Client({});
const s3 = new S3Client({});
const logger = new Logger();
const table = ledgerTable({ dynamodb: new DynamoDBClient({}), tableName: env.TABLE_NAME });
const deps = {
  clock,
  timers,
  table,
  connect: kubeAs(env.KUBERNETES_ROLE_ARN, env),
  pricesFor: freshPrices({
    clock,
    region,
    ask: (pools) => spotPrices(ec2, pools, clock.now()),
    fetched: listedPrices({
      table,
      region,
      get: (pointer) => getDocument(s3, pointer),
      warn: (message, details) => logger.warn(message, { details }),
    }),
  }),
  reservations: () => activeReservations(ec2),
  // Tries once: what was taken and not answered would count twice.
  sink: cloudWatchSink(new CloudWatchClient({ maxAttempts: 1 })),
};
const bury = deadLetters(new SQSClient({}), env.DEAD_LETTERS_URL);

export const handler = lambdaHandler((event) =>
  collectBatch(event, { clock, bury, writeLine, collect: (message) => collectCluster(message, deps) }),
);
