import { EKSClient } from '@aws-sdk/client-eks';
import { STSClient } from '@aws-sdk/client-sts';
import { readEnv } from '../../shared/config/read-env.ts';
import { kubeAs } from '../../shared/kube/connect-as.ts';
import { lambdaHandler } from '../../shared/lambda/handler.ts';
import { stepContext } from '../../shared/runs/step-context.ts';
import { parseStepInput } from '../../shared/runs/step-input.ts';
import { ensureRollout } from './ensure-rollout.ts';

const env = readEnv([
  'TABLE_NAME',
  'DOCUMENTS_BUCKET',
  'AWS_REGION',
  'KUBERNETES_READER_ROLE_ARN',
  'KUBERNETES_OPERATOR_ROLE_ARN',
]);
const clients = { eks: new EKSClient({}), sts: new STSClient({}) };
const deps = {
  ...stepContext(env),
  connectReader: kubeAs(env.KUBERNETES_READER_ROLE_ARN, env, clients),
  connectOperator: kubeAs(env.KUBERNETES_OPERATOR_ROLE_ARN, env, clients),
};

export const handler = lambdaHandler((event) => ensureRollout(parseStepInput(event), deps));
