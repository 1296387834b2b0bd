import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { putCanaryEvent } from '../../shared/aws/events.ts';
import { readEnv } from '../../shared/config/read-env.ts';
import { kubeAs } from '../../shared/kube/connect-as.ts';
import { leaderMetrics } from '../../shared/kube/leader-metrics.ts';
import { lambdaHandler } from '../../shared/lambda/handler.ts';
import { writeLine } from '../../shared/lambda/invocation.ts';
import { listRegistry } from '../../shared/ledger/registry.ts';
import { ledgerTable } from '../../shared/ledger/table.ts';
import { clock } from '../../shared/runs/step-context.ts';
import { consumedBy, WANTED } from './consumed.ts';
import { type CanaryTarget, sendCanary } from './send-canary.ts';

const env = readEnv(['TABLE_NAME', 'AWS_REGION', 'KUBERNETES_ROLE_ARN']);
const table = ledgerTable({ dynamodb: new DynamoDBClient({}), tableName: env.TABLE_NAME });
const events = new EventBridgeClient({});
const connect = kubeAs(env.KUBERNETES_ROLE_ARN, env);

export const handler = lambdaHandler(() =>
  sendCanary({
    clock,
    sleep: (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000)),
    listTargets: async () => (await listRegistry(table)).filter(({ state }) => state === 'active'),
    putCanary: () => putCanaryEvent(events, clock),
    readConsumed: async ({ cluster, karpenterNamespace }: CanaryTarget) =>
      consumedBy(await leaderMetrics(await connect(cluster), karpenterNamespace, WANTED)),
    writeLine,
  }),
);
