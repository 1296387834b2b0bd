import { createHash } from 'node:crypto';
import type { GetInstanceProfileResponse, InstanceProfile, ListInstanceProfilesResponse } from '@aws-sdk/client-iam';
import { TRUE } from '../conditions.ts';
import { type Controller, isAwsError } from '../controller.ts';
import type { NodeClass } from '../objects.ts';
import type { Finding } from './finding.ts';
import { profileTags, tagPairs } from './tags.ts';

/** Where the profiles of a class are: IAM lists them by this prefix. */
function pathOf({ region, settings }: Controller, nodeClass: NodeClass): string {
  return `/karpenter/${region}/${settings.clusterName}/${nodeClass.metadata.uid}/`;
}

/** A class whose role changes gets another profile, because the nodes of the old one go on using it. */
function nameOf({ region, settings }: Controller, nodeClass: NodeClass): string {
  const parts = [region, nodeClass.metadata.name, nodeClass.metadata.uid, nodeClass.spec.role].join(' ');
  const digits = BigInt(`0x${createHash('sha256').update(parts).digest('hex').slice(0, 16)}`).toString();
  return `${settings.clusterName}_${digits}`;
}

async function findProfile({ aws }: Controller, name: string): Promise<InstanceProfile | undefined> {
  try {
    const answer = await aws<GetInstanceProfileResponse>('IAM', 'GetInstanceProfile', { InstanceProfileName: name });
    return answer.InstanceProfile;
  } catch (error) {
    if (isAwsError(error) && error.name === 'NoSuchEntityException') return undefined;
    throw error;
  }
}

/** The profile that a class names must be there; for a class with a role it is made. */
export async function ensureProfile(controller: Controller, nodeClass: NodeClass): Promise<Finding> {
  const { role, instanceProfile } = nodeClass.spec;
  if (role === undefined) return named(controller, instanceProfile ?? '');
  const name = nameOf(controller, nodeClass);
  let profile = await findProfile(controller, name);
  if (!profile) {
    await controller.aws('IAM', 'CreateInstanceProfile', {
      InstanceProfileName: name,
      Path: pathOf(controller, nodeClass),
      Tags: tagPairs(profileTags(controller, nodeClass)),
    });
    profile = await findProfile(controller, name);
  }
  if (!profile?.Roles?.length) {
    // IAM wants the name of a role; the field may carry a path.
    const RoleName = role.slice(role.lastIndexOf('/') + 1);
    await controller.aws('IAM', 'AddRoleToInstanceProfile', { InstanceProfileName: name, RoleName });
  }
  return { status: { instanceProfile: name }, verdict: TRUE };
}

async function named(controller: Controller, name: string): Promise<Finding> {
  if (await findProfile(controller, name)) return { status: { instanceProfile: name }, verdict: TRUE };
  const message = `instance profile ${name} does not exist`;
  return { verdict: { status: 'False', reason: 'InstanceProfileNotFound', message } };
}

/** Deletes the profiles that were made for a class. */
export async function deleteProfiles(controller: Controller, nodeClass: NodeClass): Promise<void> {
  const { aws } = controller;
  const PathPrefix = pathOf(controller, nodeClass);
  const { InstanceProfiles = [] } = await aws<ListInstanceProfilesResponse>('IAM', 'ListInstanceProfiles', {
    PathPrefix,
  });
  for (const { InstanceProfileName, Roles = [] } of InstanceProfiles) {
    for (const { RoleName } of Roles)
      await aws('IAM', 'RemoveRoleFromInstanceProfile', { InstanceProfileName, RoleName });
    await aws('IAM', 'DeleteInstanceProfile', { InstanceProfileName });
  }
}
