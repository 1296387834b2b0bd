import type { Instance as InstanceView, InstanceState as StateView } from '@aws-sdk/client-ec2';
import type { CallContext } from '../../types.ts';
import { architectureOf } from './instance-type-operations.ts';
import { instanceType } from './instance-types.ts';
import { tagList } from './tags.ts';
import { ec2World, type Instance, type InstanceState } from './world.ts';
import { zoneIdOf } from './zones.ts';

export const STATE_CODES: Readonly<Record<InstanceState, number>> = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
};

export function stateView(state: InstanceState): StateView {
  return { Code: STATE_CODES[state], Name: state };
}

/** As DescribeInstances shows it: a terminated instance has lost its network and its disks. */
export function instanceView(instance: Instance, context: CallContext): InstanceView {
  const type = instanceType(instance.type);
  return {
    InstanceId: instance.id,
    ImageId: instance.imageId,
    InstanceType: instance.type as NonNullable<InstanceView['InstanceType']>,
    Architecture: type && architectureOf(type),
    State: stateView(instance.state),
    StateReason: instance.stateReason
      ? { Code: instance.stateReason.code, Message: instance.stateReason.message }
      : undefined,
    StateTransitionReason: instance.transitionReason,
    LaunchTime: new Date(instance.launchedMs),
    Placement: {
      AvailabilityZone: instance.zone,
      AvailabilityZoneId: zoneIdOf(instance.zone),
      Tenancy: 'default',
      GroupName: '',
    },
    InstanceLifecycle: instance.capacityType === 'spot' ? 'spot' : undefined,
    SpotInstanceRequestId: instance.spotRequestId ?? undefined,
    Hypervisor: 'xen',
    VirtualizationType: 'hvm',
    PlatformDetails: 'Linux/UNIX',
    RootDeviceName: '/dev/xvda',
    RootDeviceType: 'ebs',
    EbsOptimized: false,
    EnaSupport: true,
    AmiLaunchIndex: 0,
    Monitoring: { State: 'disabled' },
    IamInstanceProfile: instance.instanceProfile
      ? { Arn: instance.instanceProfile.arn, Id: instance.instanceProfile.id }
      : undefined,
    MetadataOptions: {
      State: instance.state === 'pending' ? 'pending' : 'applied',
      HttpTokens: instance.metadata.httpTokens as 'required',
      HttpPutResponseHopLimit: instance.metadata.hopLimit,
      HttpEndpoint: instance.metadata.httpEndpoint as 'enabled',
      HttpProtocolIpv6: 'disabled',
      InstanceMetadataTags: 'disabled',
    },
    Tags: tagList(instance.tags),
    ...(instance.state === 'terminated'
      ? { PrivateDnsName: '', PublicDnsName: '', BlockDeviceMappings: [], NetworkInterfaces: [], SecurityGroups: [] }
      : attachments(instance, context)),
  };
}

function attachments(instance: Instance, context: CallContext): InstanceView {
  const world = ec2World(context.simulation);
  const groups = instance.securityGroupIds.map((id) => ({ GroupId: id, GroupName: world.securityGroups[id]?.name }));
  const address = { PrivateDnsName: instance.privateDnsName, PrivateIpAddress: instance.privateIp };
  return {
    ...address,
    PublicIpAddress: instance.publicIp ?? undefined,
    PublicDnsName: '',
    SubnetId: instance.subnetId,
    VpcId: instance.vpcId,
    SourceDestCheck: true,
    SecurityGroups: groups,
    NetworkInterfaces: [
      {
        ...address,
        NetworkInterfaceId: instance.networkInterfaceId,
        OwnerId: context.accountId,
        SubnetId: instance.subnetId,
        VpcId: instance.vpcId,
        Status: 'in-use',
        InterfaceType: 'interface',
        Groups: groups,
        Attachment: { DeviceIndex: 0, NetworkCardIndex: 0, Status: 'attached', DeleteOnTermination: true },
      },
    ],
    BlockDeviceMappings: instance.volumeIds.flatMap((id) => {
      const volume = world.volumes[id];
      if (!volume) return [];
      const attachedAt = new Date(instance.launchedMs);
      return {
        DeviceName: volume.device,
        Ebs: {
          VolumeId: id,
          AttachTime: attachedAt,
          DeleteOnTermination: volume.deleteOnTermination,
          Status: 'attached' as const,
        },
      };
    }),
  };
}
