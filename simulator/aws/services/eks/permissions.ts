import type { AccessRequest, CallContext } from '../../types.ts';
import { findCluster, type Tags } from './state.ts';

type Keys = Readonly<Record<string, string | readonly string[]>>;
type Place = Pick<CallContext, 'region' | 'accountId'>;

export function clusterArn(place: Place, name: string): string {
  return `arn:aws:eks:${place.region}:${place.accountId}:cluster/${name}`;
}

/** ARN of something inside a cluster: nodegroup, addon, access-entry or podidentityassociation. */
export function partArn(place: Place, kind: string, ...path: readonly string[]): string {
  return `arn:aws:eks:${place.region}:${place.accountId}:${[kind, ...path].join('/')}`;
}

/** An access entry's ARN without its id: cluster, kind of principal, account and the name without its path. */
export function accessEntryArn(place: Place, clusterName: string, principalArn: string, uid: string): string {
  const account = principalArn.split(':')[4] ?? place.accountId;
  const kind = principalArn.includes(':user/') ? 'user' : 'role';
  return partArn(place, 'access-entry', clusterName, kind, account, principalArn.split('/').at(-1) ?? '', uid);
}

export function resourceTags(tags: Tags | undefined): Keys {
  return prefixed('aws:ResourceTag/', tags);
}

export function requestTags(tags: Tags | undefined): Keys {
  if (!tags || Object.keys(tags).length === 0) return {};
  return { ...prefixed('aws:RequestTag/', tags), 'aws:TagKeys': Object.keys(tags) };
}

/** An action on a cluster, with the tags that the cluster has. */
export function onCluster(context: CallContext, action: string, clusterName: string, keys: Keys = {}): AccessRequest {
  const cluster = findCluster(context.simulation, clusterName);
  return {
    action: `eks:${action}`,
    resource: cluster?.arn ?? clusterArn(context, clusterName),
    context: { ...resourceTags(cluster?.tags), ...keys },
  };
}

/** An action on something that may not exist: EKS names it by its path with an open end then. */
export function onPart(
  action: string,
  part: { arn: string; tags: Tags } | undefined,
  missingArn: string,
  keys: Keys = {},
): AccessRequest {
  return {
    action: `eks:${action}`,
    resource: part?.arn ?? missingArn,
    context: { ...resourceTags(part?.tags), ...keys },
  };
}

/** A create call that sets tags is a tagging call too. */
export function tagOnCreate(arn: string, tags: Tags | undefined): AccessRequest[] {
  if (!tags || Object.keys(tags).length === 0) return [];
  return [{ action: 'eks:TagResource', resource: arn, context: requestTags(tags) }];
}

export function passRole(roleArn: string, service: string): AccessRequest {
  return { action: 'iam:PassRole', resource: roleArn, context: { 'iam:PassedToService': service } };
}

/** Actions that EKS lets nobody narrow to a resource. */
export function onAnything(action: string, keys: Keys = {}): AccessRequest {
  return { action, resource: '*', context: keys };
}

function prefixed(prefix: string, tags: Tags | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(tags ?? {}).map(([key, value]) => [prefix + key, value]));
}
