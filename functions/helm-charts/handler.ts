import { readEnv } from '../../shared/config/read-env.ts';
import { chartSet } from '../../shared/helm/chart-set.ts';
import { helmCli } from '../../shared/helm/helm-cli.ts';
import { endpointAs } from '../../shared/kube/connect-as.ts';
import { lambdaHandler } from '../../shared/lambda/handler.ts';
import { stepContext } from '../../shared/runs/step-context.ts';
import { parseActionInput } from '../../shared/runs/step-input.ts';
import { ensureChart } from './ensure-chart.ts';

const env = readEnv([
  'TABLE_NAME',
  'DOCUMENTS_BUCKET',
  'AWS_REGION',
  'LAMBDA_TASK_ROOT',
  'HELM_PATH',
  'KUBERNETES_ROLE_ARN',
]);
const connect = endpointAs(env.KUBERNETES_ROLE_ARN, env);
const deps = {
  ...stepContext(env),
  charts: chartSet(env.LAMBDA_TASK_ROOT),
  connectHelm: async (cluster: string) => helmCli({ helmPath: env.HELM_PATH, endpoint: await connect(cluster) }),
};

export const handler = lambdaHandler((event) => {
  const { action, input } = parseActionInput(event, ['karpenter-crd', 'karpenter']);
  return ensureChart(input, action, deps);
});
