import { EKSClient } from '@aws-sdk/client-eks';
import { eksAccess } from '../../shared/aws/eks.ts';
import { readEnv } from '../../shared/config/read-env.ts';
import { lambdaHandler } from '../../shared/lambda/handler.ts';
import { stepContext } from '../../shared/runs/step-context.ts';
import { parseActionInput } from '../../shared/runs/step-input.ts';
import { closeAccess, openAccess } from './ensure-access.ts';

const env = readEnv([
  'TABLE_NAME',
  'DOCUMENTS_BUCKET',
  'KUBERNETES_INSTALLER_ROLE_ARN',
  'KUBERNETES_OPERATOR_ROLE_ARN',
  'KUBERNETES_READER_ROLE_ARN',
]);
const deps = {
  ...stepContext(env),
  access: eksAccess(new EKSClient({})),
  roles: {
    installer: env.KUBERNETES_INSTALLER_ROLE_ARN,
    operator: env.KUBERNETES_OPERATOR_ROLE_ARN,
    reader: env.KUBERNETES_READER_ROLE_ARN,
  },
};
const actions = { open: openAccess, close: closeAccess };

export const handler = lambdaHandler<unknown>((event) => {
  const { action, input } = parseActionInput(event, ['open', 'close']);
  return actions[action](input, deps);
});
