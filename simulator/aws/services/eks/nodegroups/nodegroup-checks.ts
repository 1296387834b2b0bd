import type { CreateNodegroupRequest, NodegroupScalingConfig, NodegroupUpdateConfig, Taint } from '@aws-sdk/client-eks';
import type { Simulation } from '../../../../core/simulation.ts';
import { NotSimulatedError } from '../../../errors.ts';
import type { Checked } from '../checked.ts';
import { invalidParameter } from '../faults.ts';
import type { Ec2Port, LaunchTemplateFacts, NodeTaint } from '../ports.ts';
import { type ClusterRecord, eksState } from '../state.ts';

const EFFECTS: Readonly<Record<string, NodeTaint['effect']>> = {
  NO_SCHEDULE: 'NoSchedule',
  NO_EXECUTE: 'NoExecute',
  PREFER_NO_SCHEDULE: 'PreferNoSchedule',
};

const AMI_ARCH: Readonly<Record<string, 'amd64' | 'arm64'>> = {
  AL2023_x86_64_STANDARD: 'amd64',
  AL2023_ARM_64_STANDARD: 'arm64',
  BOTTLEROCKET_x86_64: 'amd64',
  BOTTLEROCKET_ARM_64: 'arm64',
};

export function checkNodegroupName(name: string): void {
  if (name.length > 63 || !/^[0-9A-Za-z][A-Za-z0-9\-_]*$/.test(name))
    throw invalidParameter(
      'nodegroupName should match the regex ^[0-9A-Za-z][A-Za-z0-9\\-_]* and have at most 63 characters',
    );
}

export function checkScaling(
  simulation: Simulation,
  config: NodegroupScalingConfig | undefined,
): {
  minSize: number;
  maxSize: number;
  desiredSize: number;
} {
  const { minSize = 1, maxSize = 2, desiredSize = 2 } = config ?? {};
  if (minSize < 0 || desiredSize < 0 || maxSize < 1)
    throw invalidParameter('Sizes of a node group cannot be negative, and maxSize must be at least 1');
  if (minSize > maxSize)
    throw invalidParameter(`Minimum capacity ${minSize} can't be greater than max size ${maxSize}`);
  if (desiredSize < minSize)
    throw invalidParameter(`Minimum capacity ${minSize} can't be greater than desired size ${desiredSize}`);
  if (desiredSize > maxSize)
    throw invalidParameter(`desired capacity ${desiredSize} can't be greater than max size ${maxSize}`);
  const limit = eksState(simulation).limits.nodesPerNodegroup;
  if (maxSize > limit)
    throw invalidParameter(`maxSize ${maxSize} exceeds the limit of ${limit} nodes for a node group`);
  return { minSize, maxSize, desiredSize };
}

export function checkLabels(labels: Readonly<Record<string, string>> | undefined): void {
  for (const [key, value] of Object.entries(labels ?? {})) {
    const [name, prefix] = key.split('/').reverse();
    if (prefix !== undefined && /(^|\.)(kubernetes\.io|k8s\.io|eks\.amazonaws\.com)$/.test(prefix))
      throw invalidParameter('Label cannot contain reserved prefixes [kubernetes.io/, k8s.io/, eks.amazonaws.com/]');
    const isValid = (text: string) => text.length <= 63 && /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/.test(text);
    if (!name || !isValid(name) || !isValid(value)) throw invalidParameter(`Label ${key}=${value} is not valid`);
  }
}

/** Taints with the words of Kubernetes in place of EKS's. */
export function kubernetesTaints(taints: readonly Taint[] | undefined): NodeTaint[] {
  if ((taints?.length ?? 0) > 50) throw invalidParameter('A node group can have at most 50 taints');
  return (taints ?? []).map((taint) => {
    const effect = EFFECTS[taint.effect ?? ''];
    if (!taint.key || !effect)
      throw invalidParameter('A taint needs a key, and an effect of NO_SCHEDULE, NO_EXECUTE or PREFER_NO_SCHEDULE');
    return { key: taint.key, ...(taint.value === undefined ? {} : { value: taint.value }), effect };
  });
}

export function eksTaints(taints: readonly NodeTaint[]): Taint[] {
  return taints.map((taint) => {
    const effect = Object.keys(EFFECTS).find((name) => EFFECTS[name] === taint.effect);
    return { ...taint, effect: effect as Taint['effect'] };
  });
}

export function checkUpdateConfig(config: NodegroupUpdateConfig | undefined): NodegroupUpdateConfig {
  const { maxUnavailable, maxUnavailablePercentage } = config ?? {};
  if (maxUnavailable !== undefined && maxUnavailablePercentage !== undefined)
    throw invalidParameter('Only one of maxUnavailable and maxUnavailablePercentage can be specified');
  for (const value of [maxUnavailable, maxUnavailablePercentage])
    if (value !== undefined && (value < 1 || value > 100))
      throw invalidParameter('maxUnavailable must be between 1 and 100');
  return maxUnavailablePercentage === undefined
    ? { maxUnavailable: maxUnavailable ?? 1 }
    : { maxUnavailablePercentage };
}

/** The subnets of a group belong to the cluster's VPC. */
export function checkGroupSubnets(
  simulation: Simulation,
  ec2: Ec2Port,
  cluster: ClusterRecord,
  ids: readonly string[],
): void {
  if (ids.length === 0) throw invalidParameter('Subnets must be specified for node group');
  for (const id of ids) {
    const subnet = ec2.subnet(simulation, id);
    if (!subnet) throw invalidParameter(`The subnet ID '${id}' does not exist`);
    if (subnet.vpcId !== cluster.vpcId)
      throw invalidParameter(`Subnet ${id} does not belong to the VPC ${cluster.vpcId} of the cluster ${cluster.name}`);
  }
}

/** What a request and its launch template say together, each thing said once. */
export function machineSettings(
  simulation: Simulation,
  ec2: Ec2Port,
  input: Checked<CreateNodegroupRequest>,
): { template: LaunchTemplateFacts | undefined; instanceTypes: string[]; amiType: string; diskGiB: number } {
  const template = input.launchTemplate ? findTemplate(simulation, ec2, input.launchTemplate) : undefined;
  if (input.remoteAccess || input.warmPoolConfig)
    throw new NotSimulatedError('EKS node group with remoteAccess or warmPoolConfig');
  if (template && input.diskSize !== undefined)
    throw invalidParameter('Disk size must be specified within the launch template.');
  if (template?.instanceType && input.instanceTypes) {
    throw invalidParameter('You cannot specify instance types in both the launch template and the API request.');
  }
  const instanceTypes = template?.instanceType ? [template.instanceType] : (input.instanceTypes ?? ['t3.medium']);
  const architectures = instanceTypes.map((name) => {
    const known = ec2.instanceType(simulation, name);
    if (!known) throw invalidParameter(`The following supplied instance types do not exist: [${name}]`);
    return known.arch;
  });
  const amiType = amiTypeOf(input, template, architectures[0]);
  const unfit = instanceTypes.filter((_, index) => amiType !== 'CUSTOM' && architectures[index] !== AMI_ARCH[amiType]);
  if (unfit.length > 0)
    throw invalidParameter(`[${unfit.join(', ')}] is not a valid instance type for requested amiType ${amiType}`);
  return { template, instanceTypes, amiType, diskGiB: template?.diskGiB ?? input.diskSize ?? 20 };
}

function amiTypeOf(
  input: Checked<CreateNodegroupRequest>,
  template: LaunchTemplateFacts | undefined,
  arch: string | undefined,
): string {
  if (template?.imageId) {
    if (input.amiType !== undefined && input.amiType !== 'CUSTOM')
      throw invalidParameter(
        'You cannot specify an AMI Type other than CUSTOM, when specifying an image id in your launch template.',
      );
    return 'CUSTOM';
  }
  const amiType = input.amiType ?? (arch === 'arm64' ? 'AL2023_ARM_64_STANDARD' : 'AL2023_x86_64_STANDARD');
  if (!(amiType in AMI_ARCH)) throw new NotSimulatedError(`EKS node group with AMI type ${amiType}`);
  return amiType;
}

function findTemplate(
  simulation: Simulation,
  ec2: Ec2Port,
  spec: NonNullable<CreateNodegroupRequest['launchTemplate']>,
): LaunchTemplateFacts {
  if ((spec.id === undefined) === (spec.name === undefined))
    throw invalidParameter('Exactly one of launch template id and name must be specified');
  const template = ec2.launchTemplate(simulation, {
    ...(spec.id === undefined ? {} : { id: spec.id }),
    ...(spec.name === undefined ? {} : { name: spec.name }),
    ...(spec.version === undefined ? {} : { version: spec.version }),
  });
  if (!template)
    throw invalidParameter(
      `Launch template ${spec.id ?? spec.name} with version ${spec.version ?? '$Default'} was not found`,
    );
  if (template.hasInstanceProfile)
    throw invalidParameter('Instance profile cannot be specified within the launch template');
  if (template.hasSubnets) throw invalidParameter('Subnets cannot be specified within the launch template');
  return template;
}
