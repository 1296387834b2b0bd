import type {
  DescribeSubnetsRequest,
  DescribeSubnetsResult,
  DescribeVpcsRequest,
  DescribeVpcsResult,
  Subnet as SubnetView,
  Vpc as VpcView,
} from '@aws-sdk/client-ec2';
import { SimulatedAwsError } from '../../errors.ts';
import type { CallContext } from '../../types.ts';
import { freeAddresses } from './addresses.ts';
import { filtered } from './filters.ts';
import { describeOperation, ec2Arn } from './operations.ts';
import { pageOf } from './paging.ts';
import { tagList } from './tags.ts';
import { ec2World, type Subnet, type Vpc } from './world.ts';
import { zoneIdOf } from './zones.ts';

export const describeSubnets = describeOperation<DescribeSubnetsRequest, DescribeSubnetsResult>(
  'ec2:DescribeSubnets',
  (input, context) => {
    const world = ec2World(context.simulation);
    for (const id of input.SubnetIds ?? []) {
      if (!world.subnets[id]) throw unknownSubnet(id);
    }
    const asked = Object.values(world.subnets).filter(({ id }) => input.SubnetIds?.includes(id) ?? true);
    const found = filtered<Subnet>(
      asked,
      input.Filters,
      {
        'availability-zone': (subnet) => subnet.zone,
        availabilityZone: (subnet) => subnet.zone,
        'availability-zone-id': (subnet) => zoneIdOf(subnet.zone),
        availabilityZoneId: (subnet) => zoneIdOf(subnet.zone),
        'available-ip-address-count': (subnet) => freeAddresses(world, subnet),
        cidr: (subnet) => subnet.cidr,
        'cidr-block': (subnet) => subnet.cidr,
        cidrBlock: (subnet) => subnet.cidr,
        'default-for-az': () => false,
        defaultForAz: () => false,
        'map-public-ip-on-launch': (subnet) => subnet.mapPublicIp,
        'owner-id': () => context.accountId,
        state: () => 'available',
        'subnet-arn': (subnet) => ec2Arn(context, 'subnet', subnet.id),
        'subnet-id': (subnet) => subnet.id,
        'vpc-id': (subnet) => subnet.vpcId,
      },
      ({ tags }) => tags,
    );
    const page = pageOf(found, ({ id }) => id, input);
    return { Subnets: page.items.map((subnet) => subnetView(subnet, context)), ...page.nextToken };
  },
);

export function unknownSubnet(id: string): SimulatedAwsError {
  if (!/^subnet-[0-9a-z]+$/.test(id)) {
    return new SimulatedAwsError('InvalidSubnetId.Malformed', `Invalid id: "${id}" (expecting "subnet-...")`);
  }
  return new SimulatedAwsError('InvalidSubnetID.NotFound', `The subnet ID '${id}' does not exist`);
}

function subnetView(subnet: Subnet, context: CallContext): SubnetView {
  return {
    SubnetId: subnet.id,
    SubnetArn: ec2Arn(context, 'subnet', subnet.id),
    VpcId: subnet.vpcId,
    OwnerId: context.accountId,
    State: 'available',
    AvailabilityZone: subnet.zone,
    AvailabilityZoneId: zoneIdOf(subnet.zone),
    CidrBlock: subnet.cidr,
    AvailableIpAddressCount: freeAddresses(ec2World(context.simulation), subnet),
    DefaultForAz: false,
    MapPublicIpOnLaunch: subnet.mapPublicIp,
    AssignIpv6AddressOnCreation: false,
    Ipv6CidrBlockAssociationSet: [],
    Ipv6Native: false,
    PrivateDnsNameOptionsOnLaunch: {
      HostnameType: 'ip-name',
      EnableResourceNameDnsARecord: false,
      EnableResourceNameDnsAAAARecord: false,
    },
    Tags: tagList(subnet.tags),
  };
}

export const describeVpcs = describeOperation<DescribeVpcsRequest, DescribeVpcsResult>(
  'ec2:DescribeVpcs',
  (input, { simulation, accountId }) => {
    const { vpcs } = ec2World(simulation);
    for (const id of input.VpcIds ?? []) {
      if (!vpcs[id]) throw new SimulatedAwsError('InvalidVpcID.NotFound', `The vpc ID '${id}' does not exist`);
    }
    const asked = Object.values(vpcs).filter(({ id }) => input.VpcIds?.includes(id) ?? true);
    const found = filtered<Vpc>(
      asked,
      input.Filters,
      {
        cidr: (vpc) => vpc.cidr,
        'is-default': () => false,
        'owner-id': () => accountId,
        state: () => 'available',
        'vpc-id': (vpc) => vpc.id,
      },
      ({ tags }) => tags,
    );
    const page = pageOf(found, ({ id }) => id, input);
    return { Vpcs: page.items.map((vpc) => vpcView(vpc, accountId)), ...page.nextToken };
  },
);

function vpcView(vpc: Vpc, accountId: string): VpcView {
  return {
    VpcId: vpc.id,
    OwnerId: accountId,
    State: 'available',
    CidrBlock: vpc.cidr,
    CidrBlockAssociationSet: [
      {
        AssociationId: vpc.id.replace('vpc-', 'vpc-cidr-assoc-'),
        CidrBlock: vpc.cidr,
        CidrBlockState: { State: 'associated' },
      },
    ],
    InstanceTenancy: 'default',
    IsDefault: false,
    Tags: tagList(vpc.tags),
  };
}
