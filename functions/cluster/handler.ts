import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { EKSClient } from '@aws-sdk/client-eks';
import { eksClusters } from '../../shared/aws/eks.ts';
import { stackRole } from '../../shared/aws/stacks.ts';
import { readEnv } from '../../shared/config/read-env.ts';
import { lambdaHandler } from '../../shared/lambda/handler.ts';
import { stepContext } from '../../shared/runs/step-context.ts';
import { parseStepInput } from '../../shared/runs/step-input.ts';
import { ensureCluster } from './ensure-cluster.ts';

const env = readEnv(['TABLE_NAME', 'DOCUMENTS_BUCKET', 'CLUSTER_ROLE_PREFIX']);
const deps = {
  ...stepContext(env),
  eks: eksClusters(new EKSClient({})),
  stackRole: stackRole(new CloudFormationClient({}), env.CLUSTER_ROLE_PREFIX),
};

export const handler = lambdaHandler((event) => ensureCluster(parseStepInput(event), deps));
