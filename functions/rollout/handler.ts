import { EKSClient } from '@aws-sdk/client-eks';
import { STSClient } from '@aws-sdk/client-sts';
import { readEnv } from '../../shared/config/read-env.ts';
import { kubeApi } from '../../shared/kube/api.ts';
import { clusterConnector } from '../../shared/kube/connect.ts';
import { lambdaHandler } from '../../shared/lambda/handler.ts';
import { clock, stepContext } from '../../shared/runs/step-context.ts';
import { parseStepInput } from '../../shared/runs/step-input.ts';
import { ensureRollout } from './ensure-rollout.ts';

const env = readEnv([
  'TABLE_NAME',
  'DOCUMENTS_BUCKET',
  'AWS_REGION',
  'KUBERNETES_READER_ROLE_ARN',
  'KUBERNETES_OPERATOR_ROLE_ARN',
]);
const shared = { eks: new EKSClient({}), sts: new STSClient({}), region: env.AWS_REGION, clock };
const reader = clusterConnector({ ...shared, kubernetesRoleArn: env.KUBERNETES_READER_ROLE_ARN });
const operator = clusterConnector({ ...shared, kubernetesRoleArn: env.KUBERNETES_OPERATOR_ROLE_ARN });
const deps = {
  ...stepContext(env),
  connectReader: async (cluster: string) => kubeApi(await reader(cluster)),
  connectOperator: async (cluster: string) => kubeApi(await operator(cluster)),
};

export const handler = lambdaHandler((event) => ensureRollout(parseStepInput(event), deps));
