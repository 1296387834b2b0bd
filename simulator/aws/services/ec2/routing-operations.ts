import type {
  DescribeInternetGatewaysRequest,
  DescribeInternetGatewaysResult,
  DescribeNatGatewaysRequest,
  DescribeNatGatewaysResult,
  DescribeRouteTablesRequest,
  DescribeRouteTablesResult,
  DescribeVpcEndpointsRequest,
  DescribeVpcEndpointsResult,
  RouteTableAssociation,
  Route as RouteView,
} from '@aws-sdk/client-ec2';
import { SimulatedAwsError } from '../../errors.ts';
import { filtered } from './filters.ts';
import { describeOperation } from './operations.ts';
import { pageOf } from './paging.ts';
import { tagList } from './tags.ts';
import {
  type Ec2World,
  ec2World,
  type InternetGateway,
  type NatGateway,
  type Route,
  type RouteTable,
  type VpcEndpoint,
} from './world.ts';

export const describeRouteTables = describeOperation<DescribeRouteTablesRequest, DescribeRouteTablesResult>(
  'ec2:DescribeRouteTables',
  (input, { simulation, accountId }) => {
    const world = ec2World(simulation);
    const asked = chosen(world.routeTables, input.RouteTableIds, 'InvalidRouteTableID.NotFound');
    const targets = (table: RouteTable, prefix: string) =>
      table.routes.map(({ target }) => target).filter((target) => target.startsWith(prefix));
    const found = filtered<RouteTable>(
      asked,
      input.Filters,
      {
        'association.main': (table) => table.isMain,
        'association.route-table-id': (table) => table.id,
        'association.subnet-id': (table) => table.subnetIds,
        'owner-id': () => accountId,
        'route-table-id': (table) => table.id,
        'route.destination-cidr-block': (table) => [
          world.vpcs[table.vpcId]?.cidr ?? '',
          ...table.routes.map(({ destination }) => destination).filter((destination) => !destination.startsWith('pl-')),
        ],
        'route.gateway-id': (table) => ['local', ...targets(table, 'igw-'), ...targets(table, 'vpce-')],
        'route.nat-gateway-id': (table) => targets(table, 'nat-'),
        'vpc-id': (table) => table.vpcId,
      },
      ({ tags }) => tags,
    );
    const page = pageOf(found, ({ id }) => id, input, { min: 5, max: 100, unasked: 100 });
    const views = page.items.map((table) => ({
      RouteTableId: table.id,
      VpcId: table.vpcId,
      OwnerId: accountId,
      Associations: associationsOf(table),
      PropagatingVgws: [],
      Routes: [
        {
          DestinationCidrBlock: world.vpcs[table.vpcId]?.cidr,
          GatewayId: 'local',
          Origin: 'CreateRouteTable' as const,
          State: 'active' as const,
        },
        ...table.routes.map((route) => routeView(route, world)),
      ],
      Tags: tagList(table.tags),
    }));
    return { RouteTables: views, ...page.nextToken };
  },
);

function associationsOf(table: RouteTable): RouteTableAssociation[] {
  const associationId = (index: number) => `${table.id.replace('rtb-', 'rtbassoc-')}${index}`;
  const common = { RouteTableId: table.id, AssociationState: { State: 'associated' as const } };
  return [
    ...(table.isMain ? [{ ...common, Main: true, RouteTableAssociationId: associationId(0) }] : []),
    ...table.subnetIds.map((SubnetId, index) => ({
      ...common,
      Main: false,
      SubnetId,
      RouteTableAssociationId: associationId(index + 1),
    })),
  ];
}

/** A route whose target is gone, or does not work, is a black hole. */
function routeView({ destination, target }: Route, world: Ec2World): RouteView {
  const natState = world.natGateways[target]?.state;
  const works =
    world.internetGateways[target] !== undefined ||
    world.vpcEndpoints[target] !== undefined ||
    (natState !== undefined && natState !== 'deleted');
  return {
    ...(destination.startsWith('pl-')
      ? { DestinationPrefixListId: destination }
      : { DestinationCidrBlock: destination }),
    ...(target.startsWith('nat-') ? { NatGatewayId: target } : { GatewayId: target }),
    Origin: 'CreateRoute',
    State: works ? 'active' : 'blackhole',
  };
}

export const describeNatGateways = describeOperation<DescribeNatGatewaysRequest, DescribeNatGatewaysResult>(
  'ec2:DescribeNatGateways',
  (input, { simulation }) => {
    const asked = chosen(ec2World(simulation).natGateways, input.NatGatewayIds, 'NatGatewayNotFound');
    const found = filtered<NatGateway>(
      asked,
      input.Filter,
      {
        'nat-gateway-id': (nat) => nat.id,
        state: (nat) => nat.state,
        'subnet-id': (nat) => nat.subnetId,
        'vpc-id': (nat) => nat.vpcId,
      },
      ({ tags }) => tags,
    );
    const page = pageOf(found, ({ id }) => id, input);
    const views = page.items.map((nat) => ({
      NatGatewayId: nat.id,
      VpcId: nat.vpcId,
      SubnetId: nat.subnetId,
      State: nat.state,
      ConnectivityType: 'public' as const,
      CreateTime: new Date(nat.createdMs),
      NatGatewayAddresses: [],
      Tags: tagList(nat.tags),
    }));
    return { NatGateways: views, ...page.nextToken };
  },
);

export const describeInternetGateways = describeOperation<
  DescribeInternetGatewaysRequest,
  DescribeInternetGatewaysResult
>('ec2:DescribeInternetGateways', (input, { simulation, accountId }) => {
  const asked = chosen(
    ec2World(simulation).internetGateways,
    input.InternetGatewayIds,
    'InvalidInternetGatewayID.NotFound',
  );
  const found = filtered<InternetGateway>(
    asked,
    input.Filters,
    {
      'attachment.state': () => 'available',
      'attachment.vpc-id': (gateway) => gateway.vpcId,
      'internet-gateway-id': (gateway) => gateway.id,
      'owner-id': () => accountId,
    },
    ({ tags }) => tags,
  );
  const page = pageOf(found, ({ id }) => id, input);
  const views = page.items.map((gateway) => ({
    InternetGatewayId: gateway.id,
    OwnerId: accountId,
    // EC2 says `available` here, which the SDK's enumeration of attachment states lacks.
    Attachments: [{ VpcId: gateway.vpcId, State: 'available' as 'attached' }],
    Tags: tagList(gateway.tags),
  }));
  return { InternetGateways: views, ...page.nextToken };
});

export const describeVpcEndpoints = describeOperation<DescribeVpcEndpointsRequest, DescribeVpcEndpointsResult>(
  'ec2:DescribeVpcEndpoints',
  (input, { simulation, accountId }) => {
    const asked = chosen(ec2World(simulation).vpcEndpoints, input.VpcEndpointIds, 'InvalidVpcEndpointId.NotFound');
    const found = filtered<VpcEndpoint>(
      asked,
      input.Filters,
      {
        'service-name': (endpoint) => endpoint.serviceName,
        'vpc-endpoint-id': (endpoint) => endpoint.id,
        'vpc-endpoint-state': (endpoint) => endpoint.state,
        'vpc-endpoint-type': (endpoint) => endpoint.type,
        'vpc-id': (endpoint) => endpoint.vpcId,
      },
      ({ tags }) => tags,
    );
    const page = pageOf(found, ({ id }) => id, input);
    const views = page.items.map((endpoint) => ({
      VpcEndpointId: endpoint.id,
      VpcEndpointType: endpoint.type,
      VpcId: endpoint.vpcId,
      ServiceName: endpoint.serviceName,
      // EC2 answers in lower case; the SDK's enumeration is capitalised.
      State: endpoint.state as 'Available',
      SubnetIds: endpoint.subnetIds,
      RouteTableIds: endpoint.routeTableIds,
      Groups: endpoint.securityGroupIds.map((GroupId) => ({ GroupId })),
      PrivateDnsEnabled: endpoint.type === 'Interface',
      RequesterManaged: false,
      CreationTimestamp: new Date(endpoint.createdMs),
      OwnerId: accountId,
      Tags: tagList(endpoint.tags),
    }));
    return { VpcEndpoints: views, ...page.nextToken };
  },
);

function chosen<T extends { id: string }>(
  all: Record<string, T>,
  ids: readonly string[] | undefined,
  notFoundCode: string,
): T[] {
  for (const id of ids ?? []) {
    if (!all[id]) throw new SimulatedAwsError(notFoundCode, `The ID '${id}' does not exist`);
  }
  return Object.values(all).filter(({ id }) => ids?.includes(id) ?? true);
}
