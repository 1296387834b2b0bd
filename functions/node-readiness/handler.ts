import { EKSClient } from '@aws-sdk/client-eks';
import { STSClient } from '@aws-sdk/client-sts';
import { readEnv } from '../../shared/config/read-env.ts';
import { kubeApi } from '../../shared/kube/api.ts';
import { clusterConnector } from '../../shared/kube/connect.ts';
import { lambdaHandler } from '../../shared/lambda/handler.ts';
import { clock, stepContext } from '../../shared/runs/step-context.ts';
import { parseActionInput } from '../../shared/runs/step-input.ts';
import { ensureNodeClasses, ensureNodePools } from './ensure-readiness.ts';

const env = readEnv(['TABLE_NAME', 'DOCUMENTS_BUCKET', 'AWS_REGION', 'KUBERNETES_ROLE_ARN']);
const connect = clusterConnector({
  eks: new EKSClient({}),
  sts: new STSClient({}),
  region: env.AWS_REGION,
  kubernetesRoleArn: env.KUBERNETES_ROLE_ARN,
  clock,
});
const deps = { ...stepContext(env), connect: async (cluster: string) => kubeApi(await connect(cluster)) };
const actions = { 'node-classes': ensureNodeClasses, 'node-pools': ensureNodePools };

export const handler = lambdaHandler((event) => {
  const { action, input } = parseActionInput(event, ['node-classes', 'node-pools']);
  return actions[action](input, deps);
});
