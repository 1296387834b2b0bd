import { decide } from '../../../simulator/aws/iam/decide.ts';
import { parsePolicy } from '../../../simulator/aws/iam/policy-document.ts';
import { queueArn, sqsState } from '../../../simulator/aws/services/sqs/state.ts';
import type { Account } from '../../../simulator/boot/account.ts';

const PLACE = { accountId: '111122223333', region: 'eu-west-1' };
const ROUTER = `arn:aws:iam::${PLACE.accountId}:role/joinery-router`;
const EVERYTHING = parsePolicy(
  JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } }),
  'identity',
);

/** Gives the stack of a cluster a router and a direct rule, and asks its queue's policy who may send. */
export async function queueFault(account: Account, stackName: string, queueName: string): Promise<string | undefined> {
  const rule = await nameSenders(account, stackName, queueName);
  const policy = sqsState(account.simulation).queues[queueName]?.attributes['Policy'] ?? '';
  const resource = parsePolicy(policy, 'resource');
  const request = (context: Record<string, string>) => ({
    action: 'sqs:SendMessage',
    resource: queueArn(PLACE, queueName),
    context: { 'aws:SecureTransport': 'true', ...context },
  });
  const maySend = (roleArn: string, options: { ownPolicy: boolean; transport?: string }): boolean =>
    decide(
      {
        principal: { kind: 'role', roleArn, sessionArn: `${roleArn}/s`, accountId: PLACE.accountId },
        identity: options.ownPolicy ? [EVERYTHING] : [],
        resource,
      },
      request({
        'aws:PrincipalArn': roleArn,
        'aws:PrincipalIsAWSService': 'false',
        'aws:SecureTransport': options.transport ?? 'true',
      }),
    ).allowed;
  const maySendAsRule = decide(
    { principal: { kind: 'service', service: 'events.amazonaws.com' }, identity: [], resource },
    request({ 'aws:SourceArn': rule, 'aws:SourceAccount': PLACE.accountId, 'aws:PrincipalIsAWSService': 'true' }),
  ).allowed;

  if (!maySend(ROUTER, { ownPolicy: false })) return 'the router may not send';
  if (maySend(ROUTER, { ownPolicy: true, transport: 'false' })) return 'the router may send in the clear';
  if (maySend(`${ROUTER}-2`, { ownPolicy: true })) return 'a role that is not the router may send';
  return maySendAsRule ? undefined : 'the direct rule may not send';
}

/** Gives the ARN of the direct rule. */
async function nameSenders(account: Account, stackName: string, queueName: string): Promise<string> {
  const { cloud, deployer, simulation } = account;
  const { Stacks = [] } = (await cloud.call(
    'CloudFormation',
    'DescribeStacks',
    { StackName: stackName },
    deployer,
  )) as {
    Stacks?: { Parameters?: { ParameterKey?: string; ParameterValue?: string }[] }[];
  };
  const senders: Record<string, string> = { RouterRoleArn: ROUTER, DirectSpotRule: 'true' };
  const Parameters = (Stacks[0]?.Parameters ?? []).map(({ ParameterKey = '', ParameterValue }) => ({
    ParameterKey,
    ParameterValue: senders[ParameterKey] ?? ParameterValue,
  }));
  const input = { StackName: stackName, UsePreviousTemplate: true, Parameters, Capabilities: ['CAPABILITY_IAM'] };
  await cloud.call('CloudFormation', 'UpdateStack', input, deployer);
  await simulation.sleep(120);
  const ofQueue = { TargetArn: queueArn(PLACE, queueName) };
  const { RuleNames = [] } = (await cloud.call('EventBridge', 'ListRuleNamesByTarget', ofQueue, deployer)) as {
    RuleNames?: string[];
  };
  return `arn:aws:events:${PLACE.region}:${PLACE.accountId}:rule/${RuleNames[0] ?? 'none'}`;
}
