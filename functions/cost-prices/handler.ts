import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EC2Client } from '@aws-sdk/client-ec2';
import { PricingClient } from '@aws-sdk/client-pricing';
import { S3Client } from '@aws-sdk/client-s3';
import { getDocument, putDocument } from '../../shared/aws/documents.ts';
import { listProducts } from '../../shared/aws/price-list.ts';
import { spotHistory } from '../../shared/aws/spot-history.ts';
import { readEnv } from '../../shared/config/read-env.ts';
import { clock } from '../../shared/lambda/clock.ts';
import { lambdaHandler } from '../../shared/lambda/handler.ts';
import { timers } from '../../shared/lambda/timers.ts';
import { ledgerTable } from '../../shared/ledger/table.ts';
import { type FetchPricesDeps, fetchPrices } from './fetch-prices.ts';

const env = readEnv(['TABLE_NAME', 'DOCUMENTS_BUCKET', 'AWS_REGION']);
const s3 = new S3Client({});
const deps: FetchPricesDeps = {
  table: ledgerTable({ dynamodb: new DynamoDBClient({}), tableName: env.TABLE_NAME }),
  clock,
  region: env.AWS_REGION,
  pause: timers.sleep,
  listProducts: (endpoint, offer) => listProducts(new PricingClient({ region: endpoint }), offer),
  spotHistory: (region, pools, window) => spotHistory(new EC2Client({ region }), pools, window),
  get: (pointer) => getDocument(s3, pointer),
  put: (key, value) => putDocument({ s3, bucket: env.DOCUMENTS_BUCKET }, key, value),
};

export const handler = lambdaHandler((event) => fetchPrices(event, deps));
