import { PolicyError, parsePolicy } from '../../iam/policy-document.ts';
import type { AccessRequest, CallContext } from '../../types.ts';
import { invalidParameter } from './failures.ts';
import { snsState } from './state.ts';

/** The actions that a topic's policy may speak of. */
const IN_SCOPE = [
  'AddPermission',
  'DeleteTopic',
  'GetDataProtectionPolicy',
  'GetTopicAttributes',
  'ListSubscriptionsByTopic',
  'ListTagsForResource',
  'Publish',
  'PutDataProtectionPolicy',
  'RemovePermission',
  'SetTopicAttributes',
  'Subscribe',
].map((name) => `sns:${name}`.toLowerCase());

/** Throws what SNS answers to a policy that it does not take. */
export function checkTopicPolicy(json: string): void {
  try {
    for (const { actions, exceptActions } of parsePolicy(json, 'resource').statements) {
      if (exceptActions || actions.some((action) => !IN_SCOPE.includes(action.toLowerCase())))
        throw invalidParameter('Policy statement action out of service scope!');
    }
  } catch (error) {
    if (error instanceof PolicyError) throw invalidParameter(`Policy Error: ${error.message}`);
    throw error;
  }
}

/** The permission for an action on a topic. Of the services, CloudWatch alone says whose alarm it is by the older key. */
export function topicAccess(context: CallContext, action: string, topicArn: string): AccessRequest[] {
  const { caller, simulation } = context;
  const tags = Object.entries(snsState(simulation).topics[topicArn]?.tags ?? {});
  const owner =
    caller.asService?.principal === 'cloudwatch.amazonaws.com'
      ? { 'aws:SourceOwner': caller.asService.sourceAccount }
      : {};
  const keys = { ...Object.fromEntries(tags.map(([key, value]) => [`aws:ResourceTag/${key}`, value])), ...owner };
  return [{ action: `sns:${action}`, resource: topicArn, context: keys }];
}

/** The policy of the topic that a request is about: what `createAuthorizer` asks for as `resourcePolicy`. */
export function topicPolicy(request: AccessRequest, context: CallContext, serviceId: string): string | undefined {
  if (serviceId !== 'SNS') return undefined;
  const topic = snsState(context.simulation).topics[request.resource];
  return topic && (topic.policy ?? defaultPolicy(topic.arn, context.accountId));
}

/** A topic's own policy lets in what comes from the account by the older key: alarms, but not the event bus. */
function defaultPolicy(topicArn: string, accountId: string): string {
  return JSON.stringify({
    Version: '2008-10-17',
    Id: '__default_policy_ID',
    Statement: [
      {
        Sid: 'defaultstatementID',
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: ['SNS:Publish', 'SNS:Subscribe', 'SNS:GetTopicAttributes'],
        Resource: topicArn,
        Condition: { StringEquals: { 'AWS:SourceOwner': accountId } },
      },
    ],
  });
}
