import { EKSClient } from '@aws-sdk/client-eks';
import { eksAccess } from '../../shared/aws/eks.ts';
import { readEnv } from '../../shared/config/read-env.ts';
import { kubeAs } from '../../shared/kube/connect-as.ts';
import { lambdaHandler } from '../../shared/lambda/handler.ts';
import { stepContext } from '../../shared/runs/step-context.ts';
import { releaseAfterEnd } from './release-after-end.ts';

const env = readEnv([
  'TABLE_NAME',
  'DOCUMENTS_BUCKET',
  'AWS_REGION',
  'KUBERNETES_ROLE_ARN',
  'KUBERNETES_INSTALLER_ROLE_ARN',
]);
const eks = new EKSClient({});
const deps = {
  table: stepContext(env).table,
  connect: kubeAs(env.KUBERNETES_ROLE_ARN, env, { eks }),
  access: eksAccess(eks),
  installerRoleArn: env.KUBERNETES_INSTALLER_ROLE_ARN,
};

export const handler = lambdaHandler((event) => releaseAfterEnd(event, deps));
