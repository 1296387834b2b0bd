import {
  DescribeNatGatewaysCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcEndpointsCommand,
  type EC2Client,
  type Filter,
  type Route,
  type Tag,
} from '@aws-sdk/client-ec2';
import { everyPage } from './pages.ts';

type Tags = Readonly<Record<string, string>>;

export type SubnetFacts = {
  readonly id: string;
  readonly vpcId: string;
  readonly zone: string;
  readonly zoneId: string;
  readonly freeAddresses: number;
  readonly mapsPublicIp: boolean;
  readonly tags: Tags;
};

/** `target` is the id of the gateway, interface or connection; `local` inside the VPC, empty for what is not known here. */
export type RouteFacts = { readonly destination: string; readonly target: string; readonly isActive: boolean };

export type RouteTableFacts = {
  readonly id: string;
  readonly vpcId: string;
  readonly isMain: boolean;
  readonly subnetIds: readonly string[];
  readonly routes: readonly RouteFacts[];
};

export type EndpointFacts = {
  readonly vpcId: string;
  /** Short, such as ecr.api. */
  readonly service: string;
  readonly isGateway: boolean;
  readonly isAvailable: boolean;
  readonly hasPrivateDns: boolean;
  readonly routeTableIds: readonly string[];
};

export type NatGatewayFacts = { readonly id: string; readonly state: string };
export type SecurityGroupFacts = { readonly id: string; readonly vpcId: string; readonly tags: Tags };

/** Each answers with what exists of what was asked for; an id that does not exist is left out, never an error. */
export type NetworkReader = {
  subnets(ids: readonly string[]): Promise<SubnetFacts[]>;
  /** All subnets of the VPCs. */
  subnetsOf(vpcIds: readonly string[]): Promise<SubnetFacts[]>;
  routeTables(vpcIds: readonly string[]): Promise<RouteTableFacts[]>;
  natGateways(vpcIds: readonly string[]): Promise<NatGatewayFacts[]>;
  endpoints(vpcIds: readonly string[]): Promise<EndpointFacts[]>;
  securityGroups(ids: readonly string[]): Promise<SecurityGroupFacts[]>;
  securityGroupsTagged(key: string, value: string): Promise<SecurityGroupFacts[]>;
};

const tokenOf = ({ NextToken }: { NextToken?: string | undefined }) => NextToken;
const filter = (Name: string, values: readonly string[]): Filter[] => [{ Name, Values: [...values] }];
const page = (NextToken: string | undefined) => (NextToken ? { NextToken } : {});

export function networkReader(client: Pick<EC2Client, 'send'>): NetworkReader {
  const securityGroups = async (Filters: Filter[]): Promise<SecurityGroupFacts[]> => {
    const pages = await everyPage(
      (token) => client.send(new DescribeSecurityGroupsCommand({ Filters, ...page(token) })),
      tokenOf,
    );
    return pages.flatMap(({ SecurityGroups = [] }) =>
      SecurityGroups.map((group) => ({
        id: group.GroupId ?? '',
        vpcId: group.VpcId ?? '',
        tags: tagMap(group.Tags),
      })),
    );
  };
  const subnets = async (Filters: Filter[]): Promise<SubnetFacts[]> => {
    const pages = await everyPage(
      (token) => client.send(new DescribeSubnetsCommand({ Filters, ...page(token) })),
      tokenOf,
    );
    return pages.flatMap(({ Subnets = [] }) =>
      Subnets.map((subnet) => ({
        id: subnet.SubnetId ?? '',
        vpcId: subnet.VpcId ?? '',
        zone: subnet.AvailabilityZone ?? '',
        zoneId: subnet.AvailabilityZoneId ?? '',
        freeAddresses: subnet.AvailableIpAddressCount ?? 0,
        mapsPublicIp: subnet.MapPublicIpOnLaunch ?? false,
        tags: tagMap(subnet.Tags),
      })),
    );
  };
  return {
    // By filter, since asking by id ends at the first id that does not exist.
    subnets: (ids) => subnets(filter('subnet-id', ids)),
    subnetsOf: (vpcIds) => (vpcIds.length === 0 ? Promise.resolve([]) : subnets(filter('vpc-id', vpcIds))),
    routeTables: async (vpcIds) => {
      if (vpcIds.length === 0) return [];
      const Filters = filter('vpc-id', vpcIds);
      const pages = await everyPage(
        (token) => client.send(new DescribeRouteTablesCommand({ Filters, ...page(token) })),
        tokenOf,
      );
      return pages.flatMap(({ RouteTables = [] }) =>
        RouteTables.map((table) => ({
          id: table.RouteTableId ?? '',
          vpcId: table.VpcId ?? '',
          isMain: (table.Associations ?? []).some(({ Main }) => Main === true),
          subnetIds: (table.Associations ?? []).flatMap(({ SubnetId }) => SubnetId ?? []),
          routes: (table.Routes ?? []).map(routeFacts),
        })),
      );
    },
    natGateways: async (vpcIds) => {
      if (vpcIds.length === 0) return [];
      const pages = await everyPage(
        (token) => client.send(new DescribeNatGatewaysCommand({ Filter: filter('vpc-id', vpcIds), ...page(token) })),
        tokenOf,
      );
      return pages.flatMap(({ NatGateways = [] }) =>
        NatGateways.map(({ NatGatewayId = '', State = '' }) => ({ id: NatGatewayId, state: State })),
      );
    },
    endpoints: async (vpcIds) => {
      if (vpcIds.length === 0) return [];
      const Filters = filter('vpc-id', vpcIds);
      const pages = await everyPage(
        (token) => client.send(new DescribeVpcEndpointsCommand({ Filters, ...page(token) })),
        tokenOf,
      );
      return pages.flatMap(({ VpcEndpoints = [] }) =>
        VpcEndpoints.map((endpoint) => ({
          vpcId: endpoint.VpcId ?? '',
          service: (endpoint.ServiceName ?? '').replace(/^(cn\.)?com\.amazonaws\.[a-z0-9-]+\./, ''),
          isGateway: endpoint.VpcEndpointType === 'Gateway',
          // EC2 answers in lower case, its model says Available.
          isAvailable: endpoint.State?.toLowerCase() === 'available',
          hasPrivateDns: endpoint.PrivateDnsEnabled ?? false,
          routeTableIds: endpoint.RouteTableIds ?? [],
        })),
      );
    },
    securityGroups: (ids) => (ids.length === 0 ? Promise.resolve([]) : securityGroups(filter('group-id', ids))),
    securityGroupsTagged: (key, value) => securityGroups(filter(`tag:${key}`, [value])),
  };
}

function routeFacts(route: Route): RouteFacts {
  return {
    destination: route.DestinationCidrBlock ?? route.DestinationPrefixListId ?? route.DestinationIpv6CidrBlock ?? '',
    target:
      route.NatGatewayId ??
      route.TransitGatewayId ??
      route.CoreNetworkArn ??
      route.VpcPeeringConnectionId ??
      route.LocalGatewayId ??
      route.CarrierGatewayId ??
      route.EgressOnlyInternetGatewayId ??
      route.GatewayId ??
      route.NetworkInterfaceId ??
      route.InstanceId ??
      '',
    isActive: route.State === 'active',
  };
}

function tagMap(tags: readonly Tag[] | undefined): Record<string, string> {
  return Object.fromEntries((tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));
}
