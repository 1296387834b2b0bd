import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { stacks } from '../../shared/aws/stacks.ts';
import { readEnv } from '../../shared/config/read-env.ts';
import { lambdaHandler } from '../../shared/lambda/handler.ts';
import { stepContext } from '../../shared/runs/step-context.ts';
import { parseStepInput } from '../../shared/runs/step-input.ts';
import { ensureClusterStack } from './ensure-cluster-stack.ts';

const env = readEnv([
  'TABLE_NAME',
  'DOCUMENTS_BUCKET',
  'LAMBDA_TASK_ROOT',
  'CLUSTER_STACK_ROLE_ARN',
  'CLUSTER_BOUNDARY_ARN',
  'ACCOUNT_ID',
]);
const deps = {
  ...stepContext(env),
  stacks: stacks(new CloudFormationClient({})),
  template: readFileSync(join(env.LAMBDA_TASK_ROOT, 'resources/cluster-stack.yml'), 'utf8'),
  serviceRoleArn: env.CLUSTER_STACK_ROLE_ARN,
  boundaryArn: env.CLUSTER_BOUNDARY_ARN,
  accountId: env.ACCOUNT_ID,
};

export const handler = lambdaHandler((event) => ensureClusterStack(parseStepInput(event), deps));
