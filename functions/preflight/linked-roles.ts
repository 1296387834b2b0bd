import type { ServiceLinkedRoles } from '../../shared/aws/service-linked-roles.ts';
import type { LinkedRole } from './world.ts';

/** The roles that EKS, its node groups and spot instances need in an account; AWS names them. */
export const LINKED_ROLES = [
  { service: 'eks.amazonaws.com', name: 'AWSServiceRoleForAmazonEKS' },
  { service: 'eks-nodegroup.amazonaws.com', name: 'AWSServiceRoleForAmazonEKSNodegroup' },
  { service: 'spot.amazonaws.com', name: 'AWSServiceRoleForEC2Spot' },
] as const;

/** Makes those that are missing; says which. One that somebody else made in the meantime is as good. */
export async function makeLinkedRoles(
  roles: readonly LinkedRole[],
  deps: {
    readonly linkedRoles: Pick<ServiceLinkedRoles, 'create'>;
    readonly recordIntent: (name: string) => Promise<void>;
  },
): Promise<string[]> {
  const made: string[] = [];
  for (const { name, service } of roles.filter(({ exists }) => !exists)) {
    await deps.recordIntent(name);
    if (await deps.linkedRoles.create(service)) made.push(name);
  }
  return made;
}
