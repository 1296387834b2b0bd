import { EKSClient } from '@aws-sdk/client-eks';
import { eksClusters } from '../../shared/aws/eks.ts';
import { readEnv } from '../../shared/config/read-env.ts';
import { lambdaHandler } from '../../shared/lambda/handler.ts';
import { removeRegistryRow } from '../../shared/ledger/registry.ts';
import { attachContext } from '../../shared/runs/step-context.ts';
import { parseActionInput } from '../../shared/runs/step-input.ts';
import { registerAttached, unregisterAttached } from './attach-registry.ts';
import { ensureRegistry } from './ensure-registry.ts';

const env = readEnv(['TABLE_NAME', 'DOCUMENTS_BUCKET']);
const context = attachContext(env);
const deps = {
  ...context,
  eks: eksClusters(new EKSClient({})),
  removeRow: (cluster: string) => removeRegistryRow(context.table, cluster),
};
const actions = { own: ensureRegistry, attach: registerAttached, detach: unregisterAttached };

export const handler = lambdaHandler((event) => {
  const { action, input } = parseActionInput(event, ['own', 'attach', 'detach']);
  return actions[action](input, deps);
});
