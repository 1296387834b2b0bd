import { readEnv } from '../../shared/config/read-env.ts';
import { kubeAs } from '../../shared/kube/connect-as.ts';
import { lambdaHandler } from '../../shared/lambda/handler.ts';
import { stepContext } from '../../shared/runs/step-context.ts';
import { parseActionInput } from '../../shared/runs/step-input.ts';
import { ensureNodeClasses, ensureNodePools } from './ensure-readiness.ts';

const env = readEnv(['TABLE_NAME', 'DOCUMENTS_BUCKET', 'AWS_REGION', 'KUBERNETES_ROLE_ARN']);
const deps = { ...stepContext(env), connect: kubeAs(env.KUBERNETES_ROLE_ARN, env) };
const actions = { 'node-classes': ensureNodeClasses, 'node-pools': ensureNodePools };

export const handler = lambdaHandler((event) => {
  const { action, input } = parseActionInput(event, ['node-classes', 'node-pools']);
  return actions[action](input, deps);
});
