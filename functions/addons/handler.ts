import { EKSClient } from '@aws-sdk/client-eks';
import { eksAddons } from '../../shared/aws/eks.ts';
import { readEnv } from '../../shared/config/read-env.ts';
import { lambdaHandler } from '../../shared/lambda/handler.ts';
import { stepContext } from '../../shared/runs/step-context.ts';
import { parseActionInput } from '../../shared/runs/step-input.ts';
import { ensureAddons } from './ensure-addons.ts';

const env = readEnv(['TABLE_NAME', 'DOCUMENTS_BUCKET']);
const deps = { ...stepContext(env), addons: eksAddons(new EKSClient({})) };

export const handler = lambdaHandler((event) => {
  const { action, input } = parseActionInput(event, ['before-nodes', 'after-nodes']);
  return ensureAddons(input, action, deps);
});
