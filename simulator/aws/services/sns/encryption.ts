import { decideOnKey } from '../../iam/authorizer.ts';
import type { CallContext } from '../../types.ts';
import { awsManagedSnsKey, findKey } from '../kms/keys.ts';
import { keyAccessDenied, keyDisabled, keyNotFound } from './failures.ts';
import type { Topic } from './state.ts';

/** Who publishes to an encrypted topic uses its key: a service by the key's policy alone, a role by that and its own. */
export function requireKeyAccess(context: CallContext, topic: Topic): void {
  if (topic.kmsKeyId === null) return;
  const { simulation, caller, region, accountId } = context;
  const isManaged = topic.kmsKeyId.endsWith('alias/aws/sns');
  const key = isManaged ? awsManagedSnsKey(simulation, context) : findKey(simulation, topic.kmsKeyId);
  if (!key) throw keyNotFound(topic.kmsKeyId);
  if (key.state !== 'Enabled') throw keyDisabled(key.arn);
  const keys = {
    'kms:ViaService': `sns.${region}.amazonaws.com`,
    'kms:EncryptionContext:aws:sns:topicArn': topic.arn,
    // A service in its own name has no account.
    ...(caller.asService ? {} : { 'kms:CallerAccount': accountId }),
  };
  for (const action of ['kms:GenerateDataKey', 'kms:Decrypt']) {
    const decision = decideOnKey(context, caller, { action, resource: key.arn, context: keys }, key.policy);
    if (decision.allowed) continue;
    const who = caller.asService?.principal ?? caller.roleArn;
    throw keyAccessDenied(
      `User: ${who} is not authorized to perform: ${action} on resource: ${key.arn} ${decision.reason}`,
    );
  }
}
