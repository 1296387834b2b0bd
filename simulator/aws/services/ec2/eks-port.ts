import type { Simulation } from '../../../core/simulation.ts';
import { NotSimulatedError, SimulatedAwsError } from '../../errors.ts';
import type { Ec2Port, InstanceFacts, LaunchRequest, LaunchTemplateFacts } from '../eks/ports.ts';
import { serviceLinkedRoleArn } from '../iam/service-linked-roles.ts';
import { freeAddresses } from './addresses.ts';
import { waysOut } from './egress.ts';
import { eksImages } from './images.ts';
import { onInstanceChange, terminateInstance } from './instance-lifecycle.ts';
import { architectureOf } from './instance-type-operations.ts';
import { instanceType } from './instance-types.ts';
import { launchInstance } from './launch.ts';
import { type LaunchSpecification, specificationOf } from './launch-specification.ts';
import { templateData } from './launch-templates.ts';
import { addSecurityGroup, permitAmongMembers, removeSecurityGroup } from './security-groups.ts';
import { ec2World, type Instance } from './world.ts';
import { zoneIdOf } from './zones.ts';

/** What a node needs to reach when it has no way to the internet. */
const NODE_ENDPOINTS = ['ec2', 'ecr.api', 'ecr.dkr', 'eks', 's3', 'sts'];

/** EC2 as EKS uses it with its service-linked roles: nobody's permissions are asked. */
export const ec2ForEks: Ec2Port = {
  subnet(simulation, subnetId) {
    const world = ec2World(simulation);
    const subnet = world.subnets[subnetId];
    if (!subnet) return undefined;
    const { internet, services } = waysOut(simulation, subnetId);
    return {
      subnetId,
      vpcId: subnet.vpcId,
      zone: subnet.zone,
      zoneId: zoneIdOf(subnet.zone),
      freeAddresses: freeAddresses(world, subnet),
      hasWayOut: internet || NODE_ENDPOINTS.every((service) => services.includes(service)),
    };
  },
  securityGroupVpc: (simulation, groupId) => ec2World(simulation).securityGroups[groupId]?.vpcId,
  createSecurityGroup(simulation, group) {
    const made = addSecurityGroup(simulation, { ...group, tags: { ...group.tags } });
    permitAmongMembers(made);
    return made.id;
  },
  deleteSecurityGroup: removeSecurityGroup,
  instanceType(_simulation, name) {
    const type = instanceType(name);
    if (!type?.arch) return undefined;
    const { arch, vcpu, memoryMiB, maxInterfaces, ipv4PerInterface } = type;
    return { name, arch, vcpu, memoryMiB, maxNetworkInterfaces: maxInterfaces, ipv4PerInterface };
  },
  launchTemplate(simulation, { id, name, version }) {
    try {
      const reference = { LaunchTemplateId: id, LaunchTemplateName: name, Version: version };
      return templateFacts(templateData(simulation, reference));
    } catch (error) {
      if (error instanceof SimulatedAwsError) return undefined;
      throw error;
    }
  },
  onInstanceLost(simulation, listener) {
    onInstanceChange(simulation, ({ instanceId, state }) => {
      if (state !== 'pending' && state !== 'running') listener(instanceId);
    });
  },
  launch(simulation, request) {
    const { accountId } = ec2World(simulation);
    const launcherRoleArn = serviceLinkedRoleArn(accountId, 'autoscaling.amazonaws.com');
    return instanceFacts(launchInstance(simulation, nodeSpecification(simulation, request), { launcherRoleArn }));
  },
  instance(simulation, instanceId) {
    const instance = ec2World(simulation).instances[instanceId];
    return instance && instanceFacts(instance);
  },
  terminate(simulation, instanceId) {
    terminateInstance(simulation, instanceId);
  },
};

function templateFacts({ template, version, data }: ReturnType<typeof templateData>): LaunchTemplateFacts {
  const root = data.BlockDeviceMappings?.find(({ DeviceName }) => DeviceName === '/dev/xvda')?.Ebs?.VolumeSize;
  const securityGroupIds = data.NetworkInterfaces?.[0]?.Groups ?? data.SecurityGroupIds;
  return {
    id: template.id,
    name: template.name,
    version,
    ownTags: template.tags,
    hasInstanceProfile: data.IamInstanceProfile !== undefined,
    hasSubnets: data.NetworkInterfaces?.some(({ SubnetId }) => SubnetId !== undefined) ?? false,
    tags: Object.fromEntries(
      (data.TagSpecifications ?? []).map(({ ResourceType, Tags }) => [
        ResourceType ?? '',
        Object.fromEntries((Tags ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? ''])),
      ]),
    ),
    ...(data.InstanceType ? { instanceType: data.InstanceType } : {}),
    ...(data.ImageId ? { imageId: data.ImageId } : {}),
    ...(securityGroupIds ? { securityGroupIds } : {}),
    ...(root === undefined ? {} : { diskGiB: root }),
  };
}

/** The template's words where there are any; the group's own image, role and subnet. */
function nodeSpecification(simulation: Simulation, request: LaunchRequest): LaunchSpecification {
  const { accountId } = ec2World(simulation);
  const { id: templateId, version } = request.launchTemplate ?? {};
  const data = templateId
    ? templateData(simulation, { LaunchTemplateId: templateId, Version: version }).data
    : undefined;
  const roleName = request.roleArn.slice(request.roleArn.lastIndexOf('/') + 1);
  const specification = specificationOf(simulation, {
    ...data,
    ImageId: data?.ImageId ?? groupImage(simulation, request),
    InstanceType: request.instanceType as NonNullable<typeof data>['InstanceType'],
    ...(data?.NetworkInterfaces
      ? { NetworkInterfaces: data.NetworkInterfaces.map((own) => ({ ...own, SubnetId: request.subnetId })) }
      : { SubnetId: request.subnetId, SecurityGroupIds: data?.SecurityGroupIds ?? [...request.securityGroupIds] }),
    BlockDeviceMappings: data?.BlockDeviceMappings ?? [
      { DeviceName: '/dev/xvda', Ebs: { VolumeSize: request.diskGiB, VolumeType: 'gp3' } },
    ],
  });
  return {
    ...specification,
    capacityType: request.spot ? 'spot' : 'on-demand',
    instanceProfile: { arn: `arn:aws:iam::${accountId}:instance-profile/eks-${roleName}`, id: `AIPA${roleName}` },
    tags: { ...specification.tags, instance: { ...specification.tags.instance, ...request.tags } },
    launchTemplate: templateId && version ? { id: templateId, version } : undefined,
  };
}

/** The newest standard image for the type's architecture and the group's Kubernetes version. */
function groupImage(simulation: Simulation, request: LaunchRequest): string {
  const type = instanceType(request.instanceType);
  const image = eksImages(ec2World(simulation).region, simulation.now()).find(
    ({ variant, kubernetesVersion, architecture }) =>
      variant === 'standard' &&
      kubernetesVersion === request.kubernetesVersion &&
      type !== undefined &&
      architecture === architectureOf(type),
  );
  if (image) return image.id;
  throw new NotSimulatedError(`an EKS image of ${request.kubernetesVersion} for ${request.instanceType}`);
}

function instanceFacts(instance: Instance): InstanceFacts {
  return {
    instanceId: instance.id,
    instanceType: instance.type,
    subnetId: instance.subnetId,
    zone: instance.zone,
    zoneId: zoneIdOf(instance.zone),
    privateIp: instance.privateIp,
    privateDnsName: instance.privateDnsName,
    state: instance.state,
  };
}
