import type { RequestLaunchTemplateData } from '@aws-sdk/client-ec2';
import type { Simulation } from '../../../core/simulation.ts';
import { NotSimulatedError, SimulatedAwsError } from '../../errors.ts';
import { iamState, instanceProfile } from '../iam/state.ts';
import { specifiedTags } from './tags.ts';
import type { CapacityType, Tags } from './world.ts';

export type BlockDevice = {
  device: string;
  gib?: number | undefined;
  type?: string | undefined;
  iops?: number | undefined;
  throughputMiBps?: number | undefined;
  encrypted?: boolean | undefined;
  kmsKeyId?: string | undefined;
  snapshotId?: string | undefined;
  deleteOnTermination?: boolean | undefined;
};

export const TAGGED_AT_LAUNCH = ['instance', 'volume', 'network-interface', 'spot-instances-request'] as const;

export type LaunchTags = Partial<Record<(typeof TAGGED_AT_LAUNCH)[number], Tags>>;

/** Everything that decides about one instance to launch, with the launch template and the request's own words merged. */
export type LaunchSpecification = {
  imageId: string;
  instanceType: string;
  subnetId: string;
  securityGroupIds: string[];
  capacityType: CapacityType;
  instanceProfile?: { arn: string; id: string; roleArn?: string | undefined } | undefined;
  userData?: string | undefined;
  metadata?: { httpTokens?: string | undefined; hopLimit?: number | undefined; httpEndpoint?: string | undefined };
  blockDevices?: BlockDevice[];
  publicIp?: boolean | undefined;
  tags: LaunchTags;
  launchTemplate?: { id: string; version: string } | undefined;
};

/** Members of the launch data that this simulator obeys, or that change nothing in it. */
const UNDERSTOOD: readonly string[] = [
  ...['ImageId', 'InstanceType', 'IamInstanceProfile', 'BlockDeviceMappings', 'NetworkInterfaces', 'SubnetId'],
  ...['SecurityGroupIds', 'UserData', 'MetadataOptions', 'TagSpecifications', 'InstanceMarketOptions'],
  ...['Monitoring', 'EbsOptimized', 'CreditSpecification', 'MaintenanceOptions', 'CpuOptions', 'PrivateDnsNameOptions'],
  ...['CapacityReservationSpecification', 'InstanceInitiatedShutdownBehavior', 'EnclaveOptions'],
];

export type LaunchData = RequestLaunchTemplateData & { SubnetId?: string | undefined };

/** What the launch data say. Members with an effect that is not simulated fail the run. */
export function specificationOf(simulation: Simulation, data: LaunchData): LaunchSpecification {
  for (const [name, value] of Object.entries(data)) {
    if (value !== undefined && !UNDERSTOOD.includes(name)) throw new NotSimulatedError(`${name} of a launch`);
  }
  const preference = data.CapacityReservationSpecification?.CapacityReservationPreference ?? 'open';
  if (data.CapacityReservationSpecification?.CapacityReservationTarget || !['open', 'none'].includes(preference)) {
    throw new NotSimulatedError('launching into a capacity reservation');
  }
  const interfaces = data.NetworkInterfaces ?? [];
  const primary = interfaces.find(({ DeviceIndex, NetworkCardIndex }) => !DeviceIndex && !NetworkCardIndex);
  if (interfaces.length > 1) throw new NotSimulatedError('more than one network interface at launch');
  if (primary && data.SecurityGroupIds?.length) {
    throw new SimulatedAwsError(
      'InvalidParameterCombination',
      'Network interfaces and an instance-level security groups may not be specified on the same request',
    );
  }
  const subnetId = primary?.SubnetId ?? data.SubnetId;
  if (data.ImageId === undefined)
    throw new SimulatedAwsError('MissingParameter', 'The request must contain the parameter ImageId');
  if (subnetId === undefined) throw new NotSimulatedError('a launch into the default VPC');
  return {
    imageId: data.ImageId,
    instanceType: data.InstanceType ?? 'm1.small',
    subnetId,
    securityGroupIds: primary?.Groups ?? data.SecurityGroupIds ?? [],
    capacityType: data.InstanceMarketOptions?.MarketType === 'spot' ? 'spot' : 'on-demand',
    instanceProfile: profileOf(simulation, data),
    userData: data.UserData,
    metadata: {
      httpTokens: data.MetadataOptions?.HttpTokens,
      hopLimit: data.MetadataOptions?.HttpPutResponseHopLimit,
      httpEndpoint: data.MetadataOptions?.HttpEndpoint,
    },
    blockDevices: (data.BlockDeviceMappings ?? []).map(({ DeviceName, Ebs }) => ({
      device: DeviceName ?? '',
      gib: Ebs?.VolumeSize,
      type: Ebs?.VolumeType,
      iops: Ebs?.Iops,
      throughputMiBps: Ebs?.Throughput,
      encrypted: Ebs?.Encrypted,
      kmsKeyId: Ebs?.KmsKeyId,
      snapshotId: Ebs?.SnapshotId,
      deleteOnTermination: Ebs?.DeleteOnTermination,
    })),
    publicIp: primary?.AssociatePublicIpAddress,
    tags: specifiedTags(data.TagSpecifications, TAGGED_AT_LAUNCH),
  };
}

function profileOf(simulation: Simulation, data: LaunchData): LaunchSpecification['instanceProfile'] {
  const { Arn: arn, Name: name } = data.IamInstanceProfile ?? {};
  const wanted = arn ?? name;
  if (wanted === undefined) return undefined;
  const profile = instanceProfile(simulation, wanted);
  if (!profile) {
    const what = arn ? `Invalid IAM Instance Profile ARN: ${arn}` : `Invalid IAM Instance Profile name: ${name}`;
    throw new SimulatedAwsError('InvalidParameterValue', what);
  }
  const roleArn = profile.roleName === null ? undefined : iamState(simulation).roles[profile.roleName]?.arn;
  return { arn: profile.arn, id: profile.id, roleArn };
}

/** The tags of both, resource by resource; the second set wins. */
export function mergedTags(first: LaunchTags, second: LaunchTags): LaunchTags {
  const merged: LaunchTags = {};
  for (const type of TAGGED_AT_LAUNCH) {
    if (first[type] || second[type]) merged[type] = { ...first[type], ...second[type] };
  }
  return merged;
}
