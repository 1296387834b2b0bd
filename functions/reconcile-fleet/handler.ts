import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EC2Client } from '@aws-sdk/client-ec2';
import { attachedVolumes, describeFleetInstances, listFleetInstances } from '../../shared/aws/fleet-instances.ts';
import { readEnv } from '../../shared/config/read-env.ts';
import { clock } from '../../shared/lambda/clock.ts';
import { lambdaHandler } from '../../shared/lambda/handler.ts';
import { writeLine } from '../../shared/lambda/invocation.ts';
import { ledgerTable } from '../../shared/ledger/table.ts';
import { reconcileFleet } from './reconcile-fleet.ts';

const env = readEnv(['TABLE_NAME', 'AWS_REGION']);
const ec2 = new EC2Client({});
const lookup = { ec2, clock, region: env.AWS_REGION };
const deps = {
  table: ledgerTable({ dynamodb: new DynamoDBClient({}), tableName: env.TABLE_NAME }),
  clock,
  list: () => listFleetInstances(lookup),
  lookUp: (ids: readonly string[]) => describeFleetInstances(lookup, ids),
  volumesOf: (ids: readonly string[]) => attachedVolumes(ec2, ids),
  writeLine,
};

export const handler = lambdaHandler((_event, context) =>
  reconcileFleet(() => context.getRemainingTimeInMillis(), deps),
);
