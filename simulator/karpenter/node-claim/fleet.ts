import type { CreateFleetRequest, CreateFleetResult } from '@aws-sdk/client-ec2';
import type { Controller } from '../controller.ts';
import {
  byPrice,
  type CapacityType,
  type InstanceType,
  instanceTypesOf,
  markUnavailable,
  matchingTypes,
  type Offering,
} from '../instance-types/offerings.ts';
import { LABELS } from '../names.ts';
import { launchTags, tagPairs } from '../node-class/tags.ts';
import type { NodeClaim, NodeClass } from '../objects.ts';
import { requirementsOf } from '../requirements.ts';
import { ensureTemplate } from './launch-template.ts';

/** The most instance types that one fleet request names. */
const MAX_TYPES = 60;

/** Errors of a fleet that mean that this offering has no capacity for us. */
const UNFULFILLABLE = [
  'InsufficientInstanceCapacity',
  'MaxSpotInstanceCountExceeded',
  'VcpuLimitExceeded',
  'UnfulfillableCapacity',
  'Unsupported',
  'InsufficientFreeAddressesInSubnet',
  'MaxFleetCountExceeded',
];
const NO_SPOT_ROLE = 'AuthFailure.ServiceLinkedRoleCreationNotPermitted';

export type Launched = {
  readonly instanceId: string;
  readonly type: InstanceType;
  readonly offering: Offering;
};

/** Nothing can be launched for a claim: it is given up, and its pods are planned anew. */
export class InsufficientCapacityError extends Error {
  override readonly name = 'InsufficientCapacityError';
}

/** A fleet that launched nothing for a reason that another attempt may not meet; `reason` is EC2's code. */
export class LaunchFailedError extends Error {
  override readonly name = 'LaunchFailedError';
  readonly reason: string;

  constructor(reason: string, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** Launches the instance of a claim: spot where the claim and the offerings allow it, else on demand. */
export async function launchFleet(controller: Controller, claim: NodeClaim, nodeClass: NodeClass): Promise<Launched> {
  const requirements = requirementsOf(claim.spec.requirements);
  const all = instanceTypesOf(controller, nodeClass, requirements);
  const has = (wanted: CapacityType) =>
    all.some(({ offerings }) => offerings.some((one) => one.capacityType === wanted));
  const capacityType: CapacityType = has('spot') ? 'spot' : 'on-demand';
  const only = requirementsOf([], { [LABELS.capacityType]: capacityType });
  const types = byPrice(withoutExotic(matchingTypes(all, only))).slice(0, MAX_TYPES);
  if (types.length === 0)
    throw new InsufficientCapacityError('all requested instance types were unavailable during launch');
  const poolName = claim.metadata.labels?.[LABELS.nodePool] ?? '';
  const groups = Map.groupBy(types, ({ image }) => image.id);
  const configs: NonNullable<CreateFleetRequest['LaunchTemplateConfigs']> = [];
  for (const [imageId, group] of groups) {
    const labels = templateLabels(claim);
    const LaunchTemplateName = await ensureTemplate(controller, { nodeClass, poolName, imageId, capacityType, labels });
    configs.push({
      LaunchTemplateSpecification: { LaunchTemplateName, Version: '$Latest' },
      Overrides: group.flatMap((type) => overridesOf(type, nodeClass)),
    });
  }
  const answer = await controller.aws<CreateFleetResult>('EC2', 'CreateFleet', {
    Type: 'instant',
    LaunchTemplateConfigs: configs,
    TargetCapacitySpecification: { DefaultTargetCapacityType: capacityType, TotalTargetCapacity: 1 },
    TagSpecifications: ['instance', 'volume', 'fleet'].map((ResourceType) => ({
      ResourceType,
      Tags: tagPairs(launchTags(controller, nodeClass, poolName)),
    })),
    ...(capacityType === 'spot'
      ? { SpotOptions: { AllocationStrategy: 'price-capacity-optimized' } }
      : { OnDemandOptions: { AllocationStrategy: 'lowest-price' } }),
  });
  return resultOf(controller, answer, types, capacityType);
}

/** What the pool's template says and a requirement of the claim has settled; the kubelet may set no label of Kubernetes. */
function templateLabels(claim: NodeClaim): Record<string, string> {
  const labels = Object.entries(claim.metadata.labels ?? {});
  return Object.fromEntries(labels.filter(([key]) => !/(^|\.)(kubernetes|k8s)\.io\//.test(key)));
}

/** Machines with devices, and bare metal, only where nothing else will do. */
function withoutExotic(types: readonly InstanceType[]): readonly InstanceType[] {
  const plain = types.filter(({ facts }) => !facts.gpu && facts.accelerators === undefined && !facts.isBareMetal);
  return plain.length > 0 ? plain : types;
}

function overridesOf(type: InstanceType, nodeClass: NodeClass) {
  return type.offerings.flatMap(({ zone }) => {
    const subnet = nodeClass.status?.subnets?.find((one) => one.zone === zone);
    if (!subnet) return [];
    return {
      InstanceType: type.name as NonNullable<NonNullable<CreateFleetResult['Instances']>[number]['InstanceType']>,
      SubnetId: subnet.id,
      ImageId: type.image.id,
      AvailabilityZone: zone,
    };
  });
}

function resultOf(
  controller: Controller,
  { Instances = [], Errors = [] }: CreateFleetResult,
  types: readonly InstanceType[],
  capacityType: CapacityType,
): Launched {
  for (const { ErrorCode = '', LaunchTemplateAndOverrides } of Errors) {
    const { InstanceType = '', AvailabilityZone: zone = '' } = LaunchTemplateAndOverrides?.Overrides ?? {};
    if (UNFULFILLABLE.includes(ErrorCode)) markUnavailable(controller, InstanceType, { zone, capacityType });
    if (ErrorCode === NO_SPOT_ROLE) markUnavailable(controller, '*', { zone: '*', capacityType });
  }
  const [instance] = Instances;
  const instanceId = instance?.InstanceIds?.[0];
  if (instance === undefined || instanceId === undefined) throw failureOf(Errors);
  const zone = instance.LaunchTemplateAndOverrides?.Overrides?.AvailabilityZone;
  const type = types.find(({ name }) => name === instance.InstanceType);
  const offering = type?.offerings.find((one) => one.zone === zone);
  if (!type || !offering) throw new Error(`EC2 launched ${instance.InstanceType} in ${zone}, which nobody asked for`);
  return { instanceId, type, offering };
}

function failureOf(errors: NonNullable<CreateFleetResult['Errors']>): Error {
  const other = errors.find(({ ErrorCode = '' }) => !UNFULFILLABLE.includes(ErrorCode) && ErrorCode !== NO_SPOT_ROLE);
  if (other) return new LaunchFailedError(other.ErrorCode ?? 'LaunchFailed', other.ErrorMessage ?? '');
  const text = [...new Set(errors.map(({ ErrorCode, ErrorMessage }) => `${ErrorCode}: ${ErrorMessage}`))].join('; ');
  return new InsufficientCapacityError(`with fleet error(s), ${text}`);
}
