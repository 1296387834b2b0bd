import { EKSClient } from '@aws-sdk/client-eks';
import { STSClient } from '@aws-sdk/client-sts';
import { eksAccess } from '../../shared/aws/eks.ts';
import { readEnv } from '../../shared/config/read-env.ts';
import { kubeApi } from '../../shared/kube/api.ts';
import { clusterConnector } from '../../shared/kube/connect.ts';
import { lambdaHandler } from '../../shared/lambda/handler.ts';
import { clock, stepContext } from '../../shared/runs/step-context.ts';
import { releaseAfterEnd } from './release-after-end.ts';

const env = readEnv([
  'TABLE_NAME',
  'DOCUMENTS_BUCKET',
  'AWS_REGION',
  'KUBERNETES_ROLE_ARN',
  'KUBERNETES_INSTALLER_ROLE_ARN',
]);
const eks = new EKSClient({});
const connect = clusterConnector({
  eks,
  sts: new STSClient({}),
  region: env.AWS_REGION,
  kubernetesRoleArn: env.KUBERNETES_ROLE_ARN,
  clock,
});
const deps = {
  table: stepContext(env).table,
  connect: async (cluster: string) => kubeApi(await connect(cluster)),
  access: eksAccess(eks),
  installerRoleArn: env.KUBERNETES_INSTALLER_ROLE_ARN,
};

export const handler = lambdaHandler((event) => releaseAfterEnd(event, deps));
