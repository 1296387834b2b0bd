import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { readEnv } from '../../shared/config/read-env.ts';
import { kubeAs } from '../../shared/kube/connect-as.ts';
import { lambdaHandler } from '../../shared/lambda/handler.ts';
import { getRegistryRow } from '../../shared/ledger/registry.ts';
import { ledgerTable } from '../../shared/ledger/table.ts';
import { clock } from '../../shared/runs/step-context.ts';
import { diagnoseCluster } from './diagnose-cluster.ts';

const env = readEnv(['TABLE_NAME', 'AWS_REGION', 'KUBERNETES_ROLE_ARN']);
const table = ledgerTable({ dynamodb: new DynamoDBClient({}), tableName: env.TABLE_NAME });
const connect = kubeAs(env.KUBERNETES_ROLE_ARN, env);

export const handler = lambdaHandler((event) =>
  diagnoseCluster(event, { clock, connect, findRow: (cluster) => getRegistryRow(table, cluster) }),
);
