import type { Simulation } from '../../../core/simulation.ts';
import { SimulatedAwsError } from '../../errors.ts';
import { iamState } from '../iam/state.ts';
import { quotaValue } from '../service-quotas/quotas.ts';
import { freeAddresses } from './addresses.ts';
import { unknownImage } from './image-operations.ts';
import { type EksImage, eksImages } from './images.ts';
import { architectureOf } from './instance-type-operations.ts';
import { type InstanceTypeFacts, instanceType, isOffered } from './instance-types.ts';
import type { LaunchSpecification } from './launch-specification.ts';
import { unknownSubnet } from './network-operations.ts';
import { findSecurityGroup } from './security-groups.ts';
import { type CapacityType, type EmptyPool, ec2World, type Subnet } from './world.ts';

/** Families that share quotas. The others have quotas of their own, which are not simulated. */
const VCPU_QUOTAS: readonly { readonly family: RegExp; readonly codes: Readonly<Record<CapacityType, string>> }[] = [
  { family: /^(?:[acdimrtz]\d|h1|im\d|is\d)/, codes: { 'on-demand': 'L-1216C47A', spot: 'L-34B43A08' } },
  { family: /^(?:g\d|gr\d|vt\d)/, codes: { 'on-demand': 'L-DB2E81BA', spot: 'L-3819A6DF' } },
];

export type CheckedLaunch = { image: EksImage; type: InstanceTypeFacts; subnet: Subnet };

/** Throws what EC2 answers to a launch that cannot be: unknown or unfit parts first, then quota, capacity and addresses. */
export function checkLaunch(simulation: Simulation, specification: LaunchSpecification): CheckedLaunch {
  const checked = checkParts(simulation, specification);
  const { type, subnet } = checked;
  const { capacityType } = specification;
  if (!isOffered(type, subnet.zone)) {
    throw new SimulatedAwsError(
      'Unsupported',
      `Your requested instance type (${type.name}) is not supported in your requested Availability Zone (${subnet.zone}).`,
    );
  }
  if (!type.usageClasses.includes(capacityType)) {
    throw new SimulatedAwsError('Unsupported', `Instance type ${type.name} is not supported as ${capacityType}.`);
  }
  if (capacityType === 'spot') checkSpotRole(simulation);
  checkVcpus(simulation, type, capacityType);
  checkCapacity(simulation, type.name, subnet.zone, capacityType);
  if (freeAddresses(ec2World(simulation), subnet) === 0) {
    throw new SimulatedAwsError(
      'InsufficientFreeAddressesInSubnet',
      `There are not enough free addresses in subnet '${subnet.id}' to satisfy the requested number of instances.`,
    );
  }
  return checked;
}

/** Looks up what a launch names; for calls that must answer "no such thing" before they ask for permissions. */
export function checkParts(simulation: Simulation, specification: LaunchSpecification): CheckedLaunch {
  const world = ec2World(simulation);
  const image = eksImages(world.region, simulation.now()).find(({ id }) => id === specification.imageId);
  if (!image) throw unknownImage(specification.imageId);
  const type = instanceType(specification.instanceType);
  if (!type) {
    throw invalid(`Invalid value '${specification.instanceType}' for InstanceType.`);
  }
  if (architectureOf(type) !== image.architecture) {
    throw invalid(
      `The architecture '${architectureOf(type)}' of the specified instance type does not match the architecture ` +
        `'${image.architecture}' of the specified AMI.`,
    );
  }
  const subnet = world.subnets[specification.subnetId];
  if (!subnet) throw unknownSubnet(specification.subnetId);
  for (const id of specification.securityGroupIds) {
    if (findSecurityGroup(simulation, id).vpcId !== subnet.vpcId) {
      throw new SimulatedAwsError(
        'InvalidParameter',
        `Security group ${id} and subnet ${subnet.id} belong to different networks.`,
      );
    }
  }
  for (const { gib } of specification.blockDevices ?? []) {
    if (gib !== undefined && gib < image.volumeGib) {
      throw new SimulatedAwsError(
        'InvalidBlockDeviceMapping',
        `Volume of size ${gib}GB is smaller than snapshot '${image.snapshotId}', expect size >= ${image.volumeGib}GB`,
      );
    }
  }
  return { image, type, subnet };
}

/** Without its service-linked role EC2 Spot would have to make it, as the caller, whom Karpenter's policy forbids that. */
function checkSpotRole(simulation: Simulation): void {
  if (iamState(simulation).roles['AWSServiceRoleForEC2Spot']) return;
  throw new SimulatedAwsError(
    'AuthFailure.ServiceLinkedRoleCreationNotPermitted',
    'The provided credentials do not have permission to create the service-linked role for EC2 Spot Instances.',
    403,
  );
}

function checkVcpus(simulation: Simulation, type: InstanceTypeFacts, capacityType: CapacityType): void {
  const shared = VCPU_QUOTAS.find(({ family }) => family.test(type.family));
  if (!shared) return;
  const limit = quotaValue(simulation, 'ec2', shared.codes[capacityType]);
  const used = Object.values(ec2World(simulation).instances)
    .filter((instance) => instance.capacityType === capacityType && shared.family.test(instance.type))
    .filter(({ state }) => state === 'pending' || state === 'running')
    .reduce((sum, instance) => sum + (instanceType(instance.type)?.vcpu ?? 0), 0);
  if (used + type.vcpu <= limit) return;
  if (capacityType === 'spot') {
    throw new SimulatedAwsError('MaxSpotInstanceCountExceeded', 'Max spot instance count exceeded');
  }
  throw new SimulatedAwsError(
    'VcpuLimitExceeded',
    `You have requested more vCPU capacity than your current vCPU limit of ${limit} allows for the instance bucket ` +
      'that the specified instance type belongs to.',
  );
}

/** Says which pools have no capacity from now on, in place of those said before. A member left out stands for all. */
export function setEmptyPools(simulation: Simulation, pools: readonly Partial<EmptyPool>[]): void {
  ec2World(simulation).emptyPools = pools.map(({ instanceType: type = null, zone = null, capacityType = null }) => ({
    instanceType: type,
    zone,
    capacityType,
  }));
}

function checkCapacity(simulation: Simulation, type: string, zone: string, capacityType: CapacityType): void {
  const isEmpty = ec2World(simulation).emptyPools.some(
    (pool) =>
      (pool.instanceType ?? type) === type &&
      (pool.zone ?? zone) === zone &&
      (pool.capacityType ?? capacityType) === capacityType,
  );
  if (!isEmpty) return;
  throw new SimulatedAwsError(
    'InsufficientInstanceCapacity',
    `We currently do not have sufficient ${type} capacity in the Availability Zone you requested (${zone}).`,
    500,
  );
}

function invalid(message: string): SimulatedAwsError {
  return new SimulatedAwsError('InvalidParameterValue', message);
}
