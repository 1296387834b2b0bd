import type { Simulation } from '../../../core/simulation.ts';
import { addSecurityGroup } from './security-groups.ts';
import { ec2World, newId, type Tags, type VpcEndpoint } from './world.ts';

export type SubnetSeed = {
  readonly id: string;
  readonly zone: string;
  readonly cidr?: string;
  /** How nodes in it reach the world; `none` leaves them with the VPC's endpoints. Default: a NAT gateway in the same zone. */
  readonly wayOut?: 'nat' | 'internet-gateway' | 'none';
  readonly mapPublicIp?: boolean;
  /** Addresses still free; default: all of them. */
  readonly freeAddresses?: number;
  /** `main` leaves it without a route table of its own, so that the VPC's main table holds. */
  readonly association?: 'explicit' | 'main';
  readonly tags?: Tags;
};

export type NetworkSeed = {
  readonly vpcId?: string;
  readonly region?: string;
  readonly cidr?: string;
  /** Default: `subnet-a`, `subnet-b` and `subnet-c`, private, one in each zone of eu-west-1. */
  readonly subnets?: readonly SubnetSeed[];
  /** Short names of the services with an endpoint in the VPC, e.g. ecr.api; s3 and dynamodb become gateway endpoints. */
  readonly endpoints?: readonly string[];
  /** State of every NAT gateway. */
  readonly natState?: 'available' | 'failed' | 'pending';
};

const GATEWAY_SERVICES: readonly string[] = ['s3', 'dynamodb'];

/** A VPC as a platform team leaves it: private subnets, a public one with a NAT gateway in each zone, an internet gateway. */
export function seedNetwork(simulation: Simulation, seed: NetworkSeed = {}): { vpcId: string; subnetIds: string[] } {
  const world = ec2World(simulation);
  const region = seed.region ?? 'eu-west-1';
  const vpcId = seed.vpcId ?? newId(simulation, 'vpc');
  const subnets = seed.subnets ?? defaultSubnets(region);
  world.vpcs[vpcId] = { id: vpcId, cidr: seed.cidr ?? '10.0.0.0/16', tags: { Name: 'platform' } };
  addSecurityGroup(simulation, { name: 'default', description: 'default VPC security group', vpcId, tags: {} });
  const internetGatewayId = newId(simulation, 'igw');
  world.internetGateways[internetGatewayId] = { id: internetGatewayId, vpcId, tags: { Name: 'platform' } };
  addRouteTable(simulation, vpcId, { isMain: true });
  const publicTable = addRouteTable(simulation, vpcId, { target: internetGatewayId, tags: { Name: 'public' } });

  const natByZone = new Map<string, string>();
  const natIn = (zone: string): string => {
    const known = natByZone.get(zone);
    if (known) return known;
    const id = addNat(simulation, { vpcId, zone, number: natByZone.size, publicTable, state: seed.natState });
    natByZone.set(zone, id);
    return id;
  };
  subnets.forEach((subnet, index) => {
    addSubnet(simulation, vpcId, subnet, index);
    if (subnet.association === 'main') return;
    const wayOut = subnet.wayOut ?? 'nat';
    const target =
      wayOut === 'nat' ? natIn(subnet.zone) : wayOut === 'internet-gateway' ? internetGatewayId : undefined;
    addRouteTable(simulation, vpcId, { ...(target ? { target } : {}), subnetIds: [subnet.id] });
  });
  const subnetIds = subnets.map(({ id }) => id);
  for (const service of seed.endpoints ?? []) {
    addVpcEndpoint(simulation, { vpcId, serviceName: `com.amazonaws.${region}.${service}`, subnetIds });
  }
  return { vpcId, subnetIds };
}

function defaultSubnets(region: string): SubnetSeed[] {
  return ['a', 'b', 'c'].map((letter) => ({ id: `subnet-${letter}`, zone: `${region}${letter}` }));
}

function addSubnet(simulation: Simulation, vpcId: string, seed: SubnetSeed, index: number): void {
  const cidr = seed.cidr ?? `10.0.${index * 16}.0/20`;
  const usable = 2 ** (32 - Number(cidr.split('/')[1])) - 5;
  ec2World(simulation).subnets[seed.id] = {
    id: seed.id,
    vpcId,
    zone: seed.zone,
    cidr,
    mapPublicIp: seed.mapPublicIp ?? false,
    addressesTaken: usable - (seed.freeAddresses ?? usable),
    tags: { Name: seed.id, ...seed.tags },
  };
}

function addNat(
  simulation: Simulation,
  nat: {
    vpcId: string;
    zone: string;
    number: number;
    publicTable: string;
    state: 'available' | 'failed' | 'pending' | undefined;
  },
): string {
  const world = ec2World(simulation);
  const subnetId = newId(simulation, 'subnet');
  world.subnets[subnetId] = {
    id: subnetId,
    vpcId: nat.vpcId,
    zone: nat.zone,
    cidr: `10.0.${240 + nat.number}.0/24`,
    mapPublicIp: true,
    addressesTaken: 1,
    tags: { Name: `public-${nat.zone}` },
  };
  world.routeTables[nat.publicTable]?.subnetIds.push(subnetId);
  const id = newId(simulation, 'nat');
  world.natGateways[id] = {
    id,
    vpcId: nat.vpcId,
    subnetId,
    state: nat.state ?? 'available',
    createdMs: simulation.now(),
    tags: { Name: nat.zone },
  };
  return id;
}

function addRouteTable(
  simulation: Simulation,
  vpcId: string,
  table: { isMain?: boolean; target?: string; subnetIds?: string[]; tags?: Tags },
): string {
  const id = newId(simulation, 'rtb');
  ec2World(simulation).routeTables[id] = {
    id,
    vpcId,
    isMain: table.isMain ?? false,
    subnetIds: table.subnetIds ?? [],
    routes: table.target ? [{ destination: '0.0.0.0/0', target: table.target }] : [],
    tags: table.tags ?? {},
  };
  return id;
}

/** An endpoint in every given subnet; a gateway endpoint gets a route in every table of the VPC instead. */
export function addVpcEndpoint(
  simulation: Simulation,
  endpoint: { vpcId: string; serviceName: string; subnetIds: readonly string[]; state?: VpcEndpoint['state'] },
): string {
  const world = ec2World(simulation);
  const id = newId(simulation, 'vpce');
  const service = endpoint.serviceName.split('.').slice(3).join('.');
  const isGateway = GATEWAY_SERVICES.includes(service);
  const tables = isGateway ? Object.values(world.routeTables).filter(({ vpcId }) => vpcId === endpoint.vpcId) : [];
  for (const table of tables) table.routes.push({ destination: `pl-${service}`, target: id });
  world.vpcEndpoints[id] = {
    id,
    vpcId: endpoint.vpcId,
    serviceName: endpoint.serviceName,
    type: isGateway ? 'Gateway' : 'Interface',
    state: endpoint.state ?? 'available',
    subnetIds: isGateway ? [] : [...endpoint.subnetIds],
    routeTableIds: tables.map((table) => table.id),
    securityGroupIds: [],
    createdMs: simulation.now(),
    tags: {},
  };
  return id;
}
