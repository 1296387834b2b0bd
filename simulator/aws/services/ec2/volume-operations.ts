import type {
  DescribeNetworkInterfacesRequest,
  DescribeNetworkInterfacesResult,
  DescribeVolumesRequest,
  DescribeVolumesResult,
  GetEbsDefaultKmsKeyIdRequest,
  GetEbsDefaultKmsKeyIdResult,
  GetEbsEncryptionByDefaultRequest,
  GetEbsEncryptionByDefaultResult,
} from '@aws-sdk/client-ec2';
import type { Simulation } from '../../../core/simulation.ts';
import { SimulatedAwsError } from '../../errors.ts';
import { filtered } from './filters.ts';
import { describeOperation } from './operations.ts';
import { pageOf } from './paging.ts';
import { tagList } from './tags.ts';
import { ec2World, type NetworkInterface, type Volume } from './world.ts';
import { zoneIdOf } from './zones.ts';

/** Encrypts every new volume; with a key's ARN by that key, else by AWS's own. */
export function encryptByDefault(simulation: Simulation, keyArn: string | null = null): void {
  ec2World(simulation).ebs = { encryptionByDefault: true, defaultKeyArn: keyArn };
}

export const getEbsEncryptionByDefault = describeOperation<
  GetEbsEncryptionByDefaultRequest,
  GetEbsEncryptionByDefaultResult
>('ec2:GetEbsEncryptionByDefault', (_input, { simulation }) => {
  const isOn = ec2World(simulation).ebs.encryptionByDefault;
  return { EbsEncryptionByDefault: isOn, SseType: isOn ? 'sse-kms' : 'none' };
});

export const getEbsDefaultKmsKeyId = describeOperation<GetEbsDefaultKmsKeyIdRequest, GetEbsDefaultKmsKeyIdResult>(
  'ec2:GetEbsDefaultKmsKeyId',
  (_input, { simulation }) => ({ KmsKeyId: ec2World(simulation).ebs.defaultKeyArn ?? 'alias/aws/ebs' }),
);

export const describeVolumes = describeOperation<DescribeVolumesRequest, DescribeVolumesResult>(
  'ec2:DescribeVolumes',
  (input, { simulation }) => {
    const { volumes } = ec2World(simulation);
    for (const id of input.VolumeIds ?? []) {
      if (!volumes[id]) throw new SimulatedAwsError('InvalidVolume.NotFound', `The volume '${id}' does not exist.`);
    }
    const asked = Object.values(volumes).filter(({ id }) => input.VolumeIds?.includes(id) ?? true);
    const found = filtered<Volume>(
      asked,
      input.Filters,
      {
        'attachment.instance-id': (volume) => volume.instanceId,
        'availability-zone': (volume) => volume.zone,
        encrypted: (volume) => volume.encrypted,
        size: (volume) => volume.gib,
        status: () => 'in-use',
        'volume-id': (volume) => volume.id,
        'volume-type': (volume) => volume.type,
      },
      ({ tags }) => tags,
    );
    const page = pageOf(found, ({ id }) => id, input);
    const views = page.items.map((volume) => ({
      VolumeId: volume.id,
      AvailabilityZone: volume.zone,
      Size: volume.gib,
      VolumeType: volume.type as 'gp3',
      Iops: volume.iops ?? undefined,
      Throughput: volume.throughputMiBps ?? undefined,
      Encrypted: volume.encrypted,
      KmsKeyId: volume.kmsKeyId ?? undefined,
      SnapshotId: volume.snapshotId ?? '',
      State: 'in-use' as const,
      CreateTime: new Date(volume.createdMs),
      Attachments: [
        {
          InstanceId: volume.instanceId,
          VolumeId: volume.id,
          Device: volume.device,
          State: 'attached' as const,
          DeleteOnTermination: volume.deleteOnTermination,
        },
      ],
      Tags: tagList(volume.tags),
    }));
    return { Volumes: views, ...page.nextToken };
  },
);

export const describeNetworkInterfaces = describeOperation<
  DescribeNetworkInterfacesRequest,
  DescribeNetworkInterfacesResult
>('ec2:DescribeNetworkInterfaces', (input, { simulation, accountId }) => {
  const { networkInterfaces, securityGroups } = ec2World(simulation);
  for (const id of input.NetworkInterfaceIds ?? []) {
    if (!networkInterfaces[id]) {
      throw new SimulatedAwsError(
        'InvalidNetworkInterfaceID.NotFound',
        `The networkInterface ID '${id}' does not exist`,
      );
    }
  }
  const asked = Object.values(networkInterfaces).filter(({ id }) => input.NetworkInterfaceIds?.includes(id) ?? true);
  const found = filtered<NetworkInterface>(
    asked,
    input.Filters,
    {
      'attachment.instance-id': (eni) => eni.instanceId,
      'availability-zone': (eni) => eni.zone,
      description: (eni) => eni.description,
      'group-id': (eni) => eni.securityGroupIds,
      'network-interface-id': (eni) => eni.id,
      'private-ip-address': (eni) => eni.privateIp,
      status: () => 'in-use',
      'subnet-id': (eni) => eni.subnetId,
      'vpc-id': (eni) => eni.vpcId,
    },
    ({ tags }) => tags,
  );
  const page = pageOf(found, ({ id }) => id, input);
  const views = page.items.map((eni) => ({
    NetworkInterfaceId: eni.id,
    SubnetId: eni.subnetId,
    VpcId: eni.vpcId,
    AvailabilityZone: eni.zone,
    AvailabilityZoneId: zoneIdOf(eni.zone),
    Description: eni.description,
    OwnerId: accountId,
    RequesterManaged: false,
    InterfaceType: 'interface' as const,
    Status: 'in-use' as const,
    PrivateIpAddress: eni.privateIp,
    Groups: eni.securityGroupIds.map((id) => ({ GroupId: id, GroupName: securityGroups[id]?.name })),
    Attachment: eni.instanceId
      ? { InstanceId: eni.instanceId, DeviceIndex: 0, Status: 'attached' as const }
      : undefined,
    TagSet: tagList(eni.tags),
  }));
  return { NetworkInterfaces: views, ...page.nextToken };
});
