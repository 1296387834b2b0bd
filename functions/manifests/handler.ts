import { EKSClient } from '@aws-sdk/client-eks';
import { SSMClient } from '@aws-sdk/client-ssm';
import { eksClusters } from '../../shared/aws/eks.ts';
import { parameterReader } from '../../shared/aws/parameters.ts';
import { readEnv } from '../../shared/config/read-env.ts';
import { kubeAs } from '../../shared/kube/connect-as.ts';
import { lambdaHandler } from '../../shared/lambda/handler.ts';
import { attachContext } from '../../shared/runs/step-context.ts';
import { parseActionInput } from '../../shared/runs/step-input.ts';
import { applyAccessRules, applyNodeClasses, applyNodePools } from './apply-manifests.ts';
import { applyReaderRules, removeReaderRules } from './attached-rules.ts';

const env = readEnv(['TABLE_NAME', 'DOCUMENTS_BUCKET', 'AWS_REGION', 'KUBERNETES_ROLE_ARN']);
const eks = new EKSClient({});
const deps = {
  ...attachContext(env),
  eks: eksClusters(eks),
  parameter: parameterReader(new SSMClient({})),
  connect: kubeAs(env.KUBERNETES_ROLE_ARN, env, { eks }),
};
const actions = {
  'access-rules': applyAccessRules,
  'node-classes': applyNodeClasses,
  'node-pools': applyNodePools,
  'reader-rules': applyReaderRules,
  'remove-reader-rules': removeReaderRules,
};
const names = Object.keys(actions) as (keyof typeof actions)[];

export const handler = lambdaHandler((event) => {
  const { action, input } = parseActionInput(event, names);
  return actions[action](input, deps);
});
