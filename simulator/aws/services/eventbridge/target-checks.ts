import type { RetryPolicy as RetryPolicyInput, Target as TargetInput } from '@aws-sdk/client-eventbridge';
import { NotSimulatedError } from '../../errors.ts';
import type { CallContext } from '../../types.ts';
import { serviceOf } from './delivery/targets.ts';
import { invalid } from './failures.ts';
import { readTransformer } from './input-transformer.ts';
import type { RetryPolicy, Target } from './state.ts';

const SIMULATED = [
  'Id',
  'Arn',
  'RoleArn',
  'Input',
  'InputTransformer',
  'SqsParameters',
  'DeadLetterConfig',
  'RetryPolicy',
];
const MAX_INPUT_CHARACTERS = 8192;

/** A target as PutTargets takes it; what it means otherwise than simulated fails the run. */
export function readTarget(context: CallContext, input: TargetInput): Target {
  const { Id = '', Arn = '', RoleArn, Input, InputTransformer, SqsParameters, DeadLetterConfig, RetryPolicy } = input;
  const others = Object.entries(input).filter(([name, value]) => value !== undefined && !SIMULATED.includes(name));
  if (others.length > 0)
    throw new NotSimulatedError(`EventBridge targets with ${others.map(([name]) => name).join(', ')}`);
  if (!/^[.\-_A-Za-z0-9]{1,64}$/.test(Id)) throw invalid(`the target id '${Id}' is not valid`);
  const service = requireTarget(context, Arn, RoleArn);
  if (Input !== undefined && !isJson(Input)) throw invalid(`Invalid JSON in Input of target ${Id}.`);
  if ((Input ?? '').length > MAX_INPUT_CHARACTERS)
    throw invalid(`Input of target ${Id} has more than 8192 characters.`);
  if (Input !== undefined && InputTransformer !== undefined)
    throw invalid(`Only one of Input, InputPath, or InputTransformer must be provided for target ${Id}.`);
  const group = SqsParameters?.MessageGroupId;
  if (SqsParameters !== undefined && (service !== 'sqs' || !/^[\x21-\x7e]{1,128}$/.test(group ?? '')))
    throw invalid(`SqsParameters of target ${Id} need a queue and a MessageGroupId.`);
  const deadLetterArn = DeadLetterConfig?.Arn;
  if (deadLetterArn !== undefined && !isHere(context, deadLetterArn, 'sqs'))
    throw invalid(
      `The dead-letter queue of target ${Id} must be a standard queue of the same account and Region: ${deadLetterArn}`,
    );
  return {
    id: Id,
    arn: Arn,
    roleArn: RoleArn ?? null,
    input: Input ?? null,
    transformer: InputTransformer === undefined ? null : readTransformer(Id, InputTransformer),
    messageGroupId: group ?? null,
    deadLetterArn: deadLetterArn ?? null,
    retry: RetryPolicy === undefined ? null : readRetryPolicy(Id, RetryPolicy),
  };
}

function requireTarget(context: CallContext, arn: string, roleArn: string | undefined): string {
  const service = serviceOf(arn);
  if (!['sqs', 'sns', 'lambda', 'states'].includes(service) || !isHere(context, arn, service))
    throw new NotSimulatedError(`the EventBridge target ${arn}`);
  if (service === 'states' && roleArn === undefined) throw invalid(`RoleArn is required for target ${arn}.`);
  if (service !== 'states' && roleArn !== undefined)
    throw new NotSimulatedError(`RoleArn on a target that is no state machine: ${arn}`);
  return service;
}

/** Other accounts and Regions are not simulated, and neither are FIFO queues. */
function isHere({ region, accountId }: CallContext, arn: string, service: string): boolean {
  return arn.startsWith(`arn:aws:${service}:${region}:${accountId}:`) && !arn.endsWith('.fifo');
}

function readRetryPolicy(id: string, policy: RetryPolicyInput): RetryPolicy {
  const { MaximumRetryAttempts: attempts = 185, MaximumEventAgeInSeconds: age = 86_400 } = policy;
  if (!Number.isInteger(attempts) || attempts < 0 || attempts > 185)
    throw invalid(`MaximumRetryAttempts of target ${id} must be between 0 and 185, not ${attempts}.`);
  if (!Number.isInteger(age) || age < 60 || age > 86_400)
    throw invalid(`MaximumEventAgeInSeconds of target ${id} must be between 60 and 86400, not ${age}.`);
  return { maximumRetryAttempts: attempts, maximumEventAgeSeconds: age };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
