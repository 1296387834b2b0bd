import { knownAction } from '../../iam/known-actions.ts';
import type { AccessRequest, CallContext } from '../../types.ts';
import type { Tags } from './limits.ts';
import { iamState, type RoleRecord } from './state.ts';

type Keys = Record<string, string | readonly string[]>;

/** The permission to hand a role to a service, e.g. passRole(roleArn, 'eks.amazonaws.com'). */
export function passRole(roleArn: string, service: string, associatedResourceArn?: string): AccessRequest {
  const context: Keys = { 'iam:PassedToService': service };
  if (associatedResourceArn !== undefined) context['iam:AssociatedResourceArn'] = associatedResourceArn;
  return { action: 'iam:PassRole', resource: roleArn, context };
}

export function requestTagKeys(tags: Tags | undefined): Keys {
  if (!tags || tags.length === 0) return {};
  const keys: Keys = { 'aws:TagKeys': tags.map(({ Key }) => Key) };
  for (const { Key, Value } of tags) keys[`aws:RequestTag/${Key}`] = Value;
  return keys;
}

export function resourceTagKeys(tags: Readonly<Record<string, string>>): Keys {
  const keys: Keys = {};
  for (const [key, value] of Object.entries(tags)) {
    keys[`aws:ResourceTag/${key}`] = value;
    keys[`iam:ResourceTag/${key}`] = value;
  }
  return keys;
}

/** A permission on a role that may exist. Its boundary is in the context of those actions for which AWS documents that key. */
export function onRole(context: CallContext, action: string, roleName: string, more: Keys = {}): AccessRequest {
  const role = iamState(context.simulation).roles[roleName];
  return {
    action,
    resource: role?.arn ?? `arn:aws:iam::${context.accountId}:role/${roleName}`,
    context: { ...(role ? roleKeys(action, role) : {}), ...more },
  };
}

function roleKeys(action: string, role: RoleRecord): Keys {
  const hasBoundaryKey = knownAction(action)?.conditionKeys.includes('iam:PermissionsBoundary') ?? false;
  return {
    ...resourceTagKeys(role.tags),
    ...(hasBoundaryKey && role.boundary !== null ? { 'iam:PermissionsBoundary': role.boundary } : {}),
  };
}

/** A permission on a managed policy. */
export function onPolicy(context: CallContext, action: string, arn: string, more: Keys = {}): AccessRequest {
  const policy = iamState(context.simulation).policies[arn];
  return { action, resource: arn, context: { ...resourceTagKeys(policy?.tags ?? {}), ...more } };
}

/** A permission on an instance profile. */
export function onProfile(context: CallContext, action: string, name: string, more: Keys = {}): AccessRequest {
  const profile = iamState(context.simulation).profiles[name];
  const resource = profile?.arn ?? `arn:aws:iam::${context.accountId}:instance-profile/${name}`;
  return { action, resource, context: { ...resourceTagKeys(profile?.tags ?? {}), ...more } };
}

/**
 * What a create call with tags needs: the action itself, and the tagging action, which sees the new tags both as the request's
 * and as the resource's.
 */
export function createWithTags(
  action: string,
  tagAction: string,
  resource: string,
  tags: Tags | undefined,
  more: Keys = {},
) {
  const requested = requestTagKeys(tags);
  const requests: AccessRequest[] = [{ action, resource, context: { ...requested, ...more } }];
  if (tags && tags.length > 0) {
    const own = resourceTagKeys(Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value])));
    requests.push({ action: tagAction, resource, context: { ...requested, ...own } });
  }
  return requests;
}
