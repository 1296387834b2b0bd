import { SimulatedAwsError } from '../../errors.ts';
import { type AccessRequest, type CallContext, type Operation, operation } from '../../types.ts';
import type { Tags } from './world.ts';

type DryRunnable = { DryRun?: boolean | undefined };

type Keys = Readonly<Record<string, string | readonly string[]>>;

/** An EC2 operation: with DryRun it ends after the permissions (which look up what the request names) with DryRunOperation. */
export function ec2Operation<I extends DryRunnable, O extends object>(definition: Operation<I, O>): Operation {
  return operation<I, O>({
    authorize: (input, context) => definition.authorize(input, context),
    run(input, context) {
      if (input.DryRun) {
        throw new SimulatedAwsError('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', 412);
      }
      return definition.run(input, context);
    },
  });
}

/** A read operation: EC2 knows no resource-level permissions for Describe calls. */
export function describeOperation<I extends DryRunnable, O extends object>(
  action: string,
  run: (input: I, context: CallContext) => O,
): Operation {
  return ec2Operation<I, O>({
    authorize: (_input, context) => [{ action, resource: '*', context: { 'ec2:Region': context.region } }],
    run,
  });
}

/** One permission on one EC2 resource. */
export function ec2Access(context: CallContext, action: string, resource: string, keys: Keys = {}): AccessRequest {
  return { action, resource, context: { 'ec2:Region': context.region, ...keys } };
}

/** e.g. arn:aws:ec2:eu-west-1:111122223333:subnet/subnet-a; `*` as the id of what a call makes. */
export function ec2Arn(context: { region: string; accountId: string }, type: string, id: string): string {
  return `arn:aws:ec2:${context.region}:${context.accountId}:${type}/${id}`;
}

/** Images and snapshots have no account in their ARN. */
export function unownedArn(context: { region: string }, type: 'image' | 'snapshot', id: string): string {
  return `arn:aws:ec2:${context.region}::${type}/${id}`;
}

/** The keys that a call has because it sets these tags. None at all when it sets none. */
export function requestTagKeys(tags: Tags): Keys {
  const keys = Object.keys(tags);
  if (keys.length === 0) return {};
  return { ...prefixed('aws:RequestTag/', tags), 'aws:TagKeys': keys };
}

/** The keys that a resource has because it carries these tags. */
export function resourceTagKeys(tags: Tags): Keys {
  return { ...prefixed('aws:ResourceTag/', tags), ...prefixed('ec2:ResourceTag/', tags) };
}

function prefixed(prefix: string, tags: Tags): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [`${prefix}${key}`, value]));
}
