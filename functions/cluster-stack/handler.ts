import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { stacks } from '../../shared/aws/stacks.ts';
import { readEnv } from '../../shared/config/read-env.ts';
import { lambdaHandler } from '../../shared/lambda/handler.ts';
import { attachContext } from '../../shared/runs/step-context.ts';
import { parseActionInput } from '../../shared/runs/step-input.ts';
import { ensureClusterStack } from './ensure-cluster-stack.ts';
import { ensureQueueStack, removeQueueStack } from './ensure-queue-stack.ts';

const env = readEnv([
  'TABLE_NAME',
  'DOCUMENTS_BUCKET',
  'LAMBDA_TASK_ROOT',
  'CLUSTER_STACK_ROLE_ARN',
  'CLUSTER_BOUNDARY_ARN',
  'ROUTER_ROLE_ARN',
  'RULE_DEAD_LETTERS_ARN',
  'ACCOUNT_ID',
  'ALARM_TOPIC_ARN',
]);
const deps = {
  ...attachContext(env),
  stacks: stacks(new CloudFormationClient({})),
  template: readFileSync(join(env.LAMBDA_TASK_ROOT, 'resources/cluster-stack.yml'), 'utf8'),
  serviceRoleArn: env.CLUSTER_STACK_ROLE_ARN,
  boundaryArn: env.CLUSTER_BOUNDARY_ARN,
  routerRoleArn: env.ROUTER_ROLE_ARN,
  ruleDeadLettersArn: env.RULE_DEAD_LETTERS_ARN,
  accountId: env.ACCOUNT_ID,
  alarmTopicArn: env.ALARM_TOPIC_ARN,
};

const actions = { roles: ensureClusterStack, queue: ensureQueueStack, 'remove-queue': removeQueueStack };

export const handler = lambdaHandler((event) => {
  const { action, input } = parseActionInput(event, ['roles', 'queue', 'remove-queue']);
  return actions[action](input, deps);
});
