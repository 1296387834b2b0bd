import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { eventRules } from '../../shared/aws/event-rules.ts';
import { readEnv } from '../../shared/config/read-env.ts';
import { lambdaHandler } from '../../shared/lambda/handler.ts';
import { writeLine } from '../../shared/lambda/invocation.ts';
import { clock } from '../../shared/runs/step-context.ts';
import { checkEventPatterns, type DeployedRule } from './check-event-patterns.ts';
import { expectations } from './samples.ts';

const env = readEnv(['RULES', 'ACCOUNT_ID', 'AWS_REGION']);
const rules = eventRules(new EventBridgeClient({}));
const expected = expectations({ accountId: env.ACCOUNT_ID, region: env.AWS_REGION });
const deps = {
  clock,
  describeRule: rules.describe,
  matches: rules.matches,
  writeLine,
};

export const handler = lambdaHandler(() =>
  checkEventPatterns(expected, { ...deps, rules: JSON.parse(env.RULES) as Record<string, DeployedRule> }),
);
