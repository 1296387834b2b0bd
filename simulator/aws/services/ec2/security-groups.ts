import type { Simulation } from '../../../core/simulation.ts';
import { SimulatedAwsError } from '../../errors.ts';
import { ec2World, newId, type SecurityGroup, type SecurityGroupPermission, type Tags } from './world.ts';

const EVERYWHERE: SecurityGroupPermission = {
  protocol: '-1',
  fromPort: null,
  toPort: null,
  cidr: '0.0.0.0/0',
  groupId: null,
};

/** Makes a group that lets everything out and nothing in, as EC2 does. For EKS, which makes one for each cluster. */
export function addSecurityGroup(
  simulation: Simulation,
  group: { name: string; description: string; vpcId: string; tags: Tags },
): SecurityGroup {
  const world = ec2World(simulation);
  if (!world.vpcs[group.vpcId]) {
    throw new SimulatedAwsError('InvalidVpcID.NotFound', `The vpc ID '${group.vpcId}' does not exist`);
  }
  if (Object.values(world.securityGroups).some(({ name, vpcId }) => name === group.name && vpcId === group.vpcId)) {
    throw new SimulatedAwsError(
      'InvalidGroup.Duplicate',
      `The security group '${group.name}' already exists for VPC '${group.vpcId}'`,
    );
  }
  const made = { id: newId(simulation, 'sg'), ...group, ingress: [], egress: [EVERYWHERE] };
  world.securityGroups[made.id] = made;
  return made;
}

/** Adds rules in one direction; a rule that is there already is an error. */
export function permit(
  group: SecurityGroup,
  direction: 'ingress' | 'egress',
  permissions: readonly SecurityGroupPermission[],
): void {
  for (const permission of permissions) {
    if (group[direction].some((other) => JSON.stringify(other) === JSON.stringify(permission))) {
      throw new SimulatedAwsError('InvalidPermission.Duplicate', 'the specified rule already exists');
    }
    group[direction].push(permission);
  }
}

/** Every protocol and port, between the members of the group: the rule of an EKS cluster security group. */
export function permitAmongMembers(group: SecurityGroup): void {
  permit(group, 'ingress', [{ ...EVERYWHERE, cidr: null, groupId: group.id }]);
}

/** Throws DependencyViolation while an interface still uses it. */
export function removeSecurityGroup(simulation: Simulation, id: string): void {
  const world = ec2World(simulation);
  findSecurityGroup(simulation, id);
  if (Object.values(world.networkInterfaces).some(({ securityGroupIds }) => securityGroupIds.includes(id))) {
    throw new SimulatedAwsError('DependencyViolation', `resource ${id} has a dependent object`);
  }
  delete world.securityGroups[id];
}

export function findSecurityGroup(simulation: Simulation, id: string): SecurityGroup {
  const found = ec2World(simulation).securityGroups[id];
  if (found) return found;
  if (!/^sg-[0-9a-z]+$/.test(id)) throw new SimulatedAwsError('InvalidGroupId.Malformed', `Invalid id: "${id}"`);
  throw new SimulatedAwsError('InvalidGroup.NotFound', `The security group '${id}' does not exist`);
}
