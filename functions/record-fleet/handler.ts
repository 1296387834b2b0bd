import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EC2Client } from '@aws-sdk/client-ec2';
import { SQSClient } from '@aws-sdk/client-sqs';
import { deadLetters } from '../../shared/aws/dead-letters.ts';
import { attachedVolumes, describeFleetInstances } from '../../shared/aws/fleet-instances.ts';
import { readEnv } from '../../shared/config/read-env.ts';
import { clock } from '../../shared/lambda/clock.ts';
import { lambdaHandler } from '../../shared/lambda/handler.ts';
import { writeLine } from '../../shared/lambda/invocation.ts';
import { ledgerTable } from '../../shared/ledger/table.ts';
import { recordFleet } from './record-fleet.ts';

const env = readEnv(['TABLE_NAME', 'AWS_REGION', 'DEAD_LETTERS_URL']);
const ec2 = new EC2Client({});
const deps = {
  table: ledgerTable({ dynamodb: new DynamoDBClient({}), tableName: env.TABLE_NAME }),
  clock,
  region: env.AWS_REGION,
  lookUp: (ids: readonly string[]) => describeFleetInstances({ ec2, clock, region: env.AWS_REGION }, ids),
  volumesOf: (ids: readonly string[]) => attachedVolumes(ec2, ids),
  bury: deadLetters(new SQSClient({}), env.DEAD_LETTERS_URL),
  writeLine,
};

export const handler = lambdaHandler((event) => recordFleet(event, deps));
