import { readEnv } from '../../shared/config/read-env.ts';
import { kubeAs } from '../../shared/kube/connect-as.ts';
import { lambdaHandler } from '../../shared/lambda/handler.ts';
import { realOperation } from '../../shared/lambda/invocation.ts';
import { recordSmokeTest } from '../../shared/ledger/smoke-tests.ts';
import { stepContext } from '../../shared/runs/step-context.ts';
import { parseActionInput } from '../../shared/runs/step-input.ts';
import { cleanUpSmokeTest, measureSmokeTest, startSmokeTest } from './run-smoke-test.ts';

const env = readEnv(['TABLE_NAME', 'DOCUMENTS_BUCKET', 'AWS_REGION', 'KUBERNETES_ROLE_ARN']);
const context = stepContext(env);
const deps = {
  ...context,
  connect: kubeAs(env.KUBERNETES_ROLE_ARN, env),
  // The EC2 client is the largest part of this function, and only the end of a clean-up needs it.
  liveInstances: async (cluster: string, nodePool: string) => {
    const { ec2LiveInstances } = await realOperation(() => import('../../shared/aws/instances.ts'));
    return ec2LiveInstances()(cluster, nodePool);
  },
  saveLatency: recordSmokeTest(context),
};
const actions = { start: startSmokeTest, measure: measureSmokeTest, 'clean-up': cleanUpSmokeTest };

export const handler = lambdaHandler((event) => {
  const { action, input } = parseActionInput(event, ['start', 'measure', 'clean-up']);
  return actions[action](input, deps);
});
