import type {
  CreateLaunchTemplateRequest,
  DescribeLaunchTemplatesResult,
  RequestLaunchTemplateData,
} from '@aws-sdk/client-ec2';
import { type Controller, isAwsError } from '../controller.ts';
import { hashOf } from '../hashes.ts';
import { gibOf } from '../instance-types/resources.ts';
import { LABELS, UNREGISTERED_TAINT } from '../names.ts';
import { launchTags, tagPairs } from '../node-class/tags.ts';
import type { BlockDeviceMapping, NodeClass } from '../objects.ts';
import { userDataOf } from './user-data.ts';

export type TemplateParts = {
  readonly nodeClass: NodeClass;
  readonly poolName: string;
  readonly imageId: string;
  readonly capacityType: string;
  /** Labels that the kubelet registers with, beside those that every node of Karpenter has. */
  readonly labels: Readonly<Record<string, string>>;
};

type TemplateInput = CreateLaunchTemplateRequest & { LaunchTemplateName: string };

const DEFAULT_VOLUME: BlockDeviceMapping = {
  deviceName: '/dev/xvda',
  rootVolume: true,
  ebs: { volumeSize: '20Gi', volumeType: 'gp3', encrypted: true },
};

/** The launch template of a class for one image and capacity type. What is in it makes its name, so it is made once. */
export function templateInput(controller: Controller, parts: TemplateParts): TemplateInput {
  const { nodeClass, poolName, capacityType, labels } = parts;
  const Tags = tagPairs(launchTags(controller, nodeClass, poolName));
  const config = {
    clusterName: controller.settings.clusterName,
    labels: {
      ...labels,
      [LABELS.capacityType]: capacityType,
      [LABELS.nodePool]: poolName,
      [LABELS.nodeClass]: nodeClass.metadata.name,
    },
    taints: [UNREGISTERED_TAINT],
    ...(nodeClass.spec.kubelet?.maxPods === undefined ? {} : { maxPods: nodeClass.spec.kubelet.maxPods }),
    ...(nodeClass.spec.kubelet?.clusterDNS === undefined ? {} : { clusterDns: nodeClass.spec.kubelet.clusterDNS }),
  };
  const data: RequestLaunchTemplateData = {
    ImageId: parts.imageId,
    IamInstanceProfile: { Name: nodeClass.status?.instanceProfile },
    UserData: userDataOf(config, controller.settings.clusterEndpoint, nodeClass.spec.userData),
    ...networkOf(nodeClass),
    MetadataOptions: metadataOf(nodeClass),
    BlockDeviceMappings: (nodeClass.spec.blockDeviceMappings ?? [DEFAULT_VOLUME]).map(deviceOf),
    Monitoring: { Enabled: nodeClass.spec.detailedMonitoring ?? false },
    TagSpecifications: [
      { ResourceType: 'network-interface', Tags },
      ...(capacityType === 'spot' ? [{ ResourceType: 'spot-instances-request' as const, Tags }] : []),
    ],
  };
  return {
    LaunchTemplateName: `karpenter.k8s.aws/${hashOf({ data, Tags })}`,
    LaunchTemplateData: data,
    TagSpecifications: [{ ResourceType: 'launch-template', Tags }],
  };
}

function networkOf({ spec, status }: NodeClass): RequestLaunchTemplateData {
  const groups = (status?.securityGroups ?? []).map(({ id }) => id);
  if (spec.associatePublicIPAddress === undefined) return { SecurityGroupIds: groups };
  const AssociatePublicIpAddress = spec.associatePublicIPAddress;
  return { NetworkInterfaces: [{ DeviceIndex: 0, Groups: groups, AssociatePublicIpAddress }] };
}

function metadataOf({ spec }: NodeClass): RequestLaunchTemplateData['MetadataOptions'] {
  const { httpEndpoint, httpProtocolIPv6, httpPutResponseHopLimit, httpTokens } = spec.metadataOptions ?? {};
  return {
    HttpEndpoint: (httpEndpoint ?? 'enabled') as 'enabled',
    HttpProtocolIpv6: (httpProtocolIPv6 ?? 'disabled') as 'disabled',
    HttpPutResponseHopLimit: httpPutResponseHopLimit ?? 1,
    HttpTokens: (httpTokens ?? 'required') as 'required',
  };
}

type Device = NonNullable<RequestLaunchTemplateData['BlockDeviceMappings']>[number];

function deviceOf({ deviceName, ebs = {} }: BlockDeviceMapping): Device {
  return {
    DeviceName: deviceName,
    Ebs: {
      DeleteOnTermination: ebs.deleteOnTermination ?? true,
      Encrypted: ebs.encrypted,
      Iops: ebs.iops,
      KmsKeyId: ebs.kmsKeyID,
      SnapshotId: ebs.snapshotID,
      Throughput: ebs.throughput,
      VolumeSize: gibOf(ebs.volumeSize),
      VolumeType: ebs.volumeType as 'gp3' | undefined,
    },
  };
}

/** Finds the template by its name, or makes it. Gives the name. */
export async function ensureTemplate(controller: Controller, parts: TemplateParts): Promise<string> {
  const input = templateInput(controller, parts);
  const { LaunchTemplateName } = input;
  try {
    await controller.aws('EC2', 'DescribeLaunchTemplates', { LaunchTemplateNames: [LaunchTemplateName] });
  } catch (error) {
    if (!isAwsError(error) || error.name !== 'InvalidLaunchTemplateName.NotFoundException') throw error;
    await createTemplate(controller, input);
  }
  return LaunchTemplateName;
}

/** Another claim may make the same template at the same time. */
async function createTemplate(controller: Controller, input: TemplateInput): Promise<void> {
  try {
    await controller.aws('EC2', 'CreateLaunchTemplate', input);
  } catch (error) {
    if (!isAwsError(error) || error.name !== 'InvalidLaunchTemplateName.AlreadyExistsException') throw error;
  }
}

/** Deletes the launch templates of a class, which its tags tell. */
export async function deleteTemplates(controller: Controller, className: string): Promise<void> {
  const { aws, settings } = controller;
  const { LaunchTemplates = [] } = await aws<DescribeLaunchTemplatesResult>('EC2', 'DescribeLaunchTemplates', {
    Filters: [
      { Name: 'tag:eks:eks-cluster-name', Values: [settings.clusterName] },
      { Name: `tag:${LABELS.nodeClass}`, Values: [className] },
    ],
  });
  for (const { LaunchTemplateId } of LaunchTemplates) await aws('EC2', 'DeleteLaunchTemplate', { LaunchTemplateId });
}
