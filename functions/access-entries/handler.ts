import { EKSClient } from '@aws-sdk/client-eks';
import { eksAccess, eksClusters } from '../../shared/aws/eks.ts';
import { readEnv } from '../../shared/config/read-env.ts';
import { lambdaHandler } from '../../shared/lambda/handler.ts';
import { attachContext } from '../../shared/runs/step-context.ts';
import { parseActionInput } from '../../shared/runs/step-input.ts';
import { closeAttached, letReaderIn, openForAttach, openForDetach, removeAttached } from './attached-access.ts';
import { closeAccess, openAccess } from './ensure-access.ts';

const env = readEnv([
  'TABLE_NAME',
  'DOCUMENTS_BUCKET',
  'KUBERNETES_INSTALLER_ROLE_ARN',
  'KUBERNETES_OPERATOR_ROLE_ARN',
  'KUBERNETES_READER_ROLE_ARN',
]);
const eks = new EKSClient({});
const deps = {
  ...attachContext(env),
  access: eksAccess(eks),
  clusters: eksClusters(eks),
  roles: {
    installer: env.KUBERNETES_INSTALLER_ROLE_ARN,
    operator: env.KUBERNETES_OPERATOR_ROLE_ARN,
    reader: env.KUBERNETES_READER_ROLE_ARN,
  },
};
const actions = {
  open: openAccess,
  close: closeAccess,
  'open-for-attach': openForAttach,
  'open-for-detach': openForDetach,
  'let-reader-in': letReaderIn,
  'close-attached': closeAttached,
  'remove-attached': removeAttached,
};
const names = Object.keys(actions) as (keyof typeof actions)[];

export const handler = lambdaHandler<unknown>((event) => {
  const { action, input } = parseActionInput(event, names);
  return actions[action](input, deps);
});
