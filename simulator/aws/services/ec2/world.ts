import type { RequestLaunchTemplateData } from '@aws-sdk/client-ec2';
import type { Simulation } from '../../../core/simulation.ts';

export type Tags = Record<string, string>;

export type Vpc = { id: string; cidr: string; tags: Tags };

export type Subnet = {
  id: string;
  vpcId: string;
  zone: string;
  cidr: string;
  mapPublicIp: boolean;
  /** Addresses that something outside this simulation holds, so that a subnet can be nearly full. */
  addressesTaken: number;
  tags: Tags;
};

/** `target` is the id of an internet gateway, a NAT gateway or a gateway endpoint (whose destination is a prefix list). */
export type Route = { destination: string; target: string };

export type RouteTable = {
  id: string;
  vpcId: string;
  isMain: boolean;
  subnetIds: string[];
  routes: Route[];
  tags: Tags;
};

export type InternetGateway = { id: string; vpcId: string; tags: Tags };

export type NatGateway = {
  id: string;
  vpcId: string;
  subnetId: string;
  state: 'pending' | 'available' | 'failed' | 'deleting' | 'deleted';
  createdMs: number;
  tags: Tags;
};

export type VpcEndpoint = {
  id: string;
  vpcId: string;
  /** Full, e.g. com.amazonaws.eu-west-1.ecr.api. */
  serviceName: string;
  type: 'Interface' | 'Gateway';
  state: 'pending' | 'available' | 'failed' | 'deleting' | 'deleted';
  subnetIds: string[];
  routeTableIds: string[];
  securityGroupIds: string[];
  createdMs: number;
  tags: Tags;
};

export type SecurityGroupPermission = {
  protocol: string;
  fromPort: number | null;
  toPort: number | null;
  /** One peer: an IPv4 range or another security group. */
  cidr: string | null;
  groupId: string | null;
};

export type SecurityGroup = {
  id: string;
  name: string;
  description: string;
  vpcId: string;
  ingress: SecurityGroupPermission[];
  egress: SecurityGroupPermission[];
  tags: Tags;
};

export type NetworkInterface = {
  id: string;
  subnetId: string;
  vpcId: string;
  zone: string;
  privateIp: string;
  publicIp: string | null;
  description: string;
  securityGroupIds: string[];
  instanceId: string;
  tags: Tags;
};

export type Volume = {
  id: string;
  instanceId: string;
  device: string;
  zone: string;
  gib: number;
  type: string;
  iops: number | null;
  throughputMiBps: number | null;
  encrypted: boolean;
  kmsKeyId: string | null;
  snapshotId: string | null;
  deleteOnTermination: boolean;
  createdMs: number;
  tags: Tags;
};

export type CapacityType = 'on-demand' | 'spot';

export type InstanceState = 'pending' | 'running' | 'stopping' | 'stopped' | 'shutting-down' | 'terminated';

export type Instance = {
  id: string;
  imageId: string;
  type: string;
  capacityType: CapacityType;
  state: InstanceState;
  stateReason: { code: string; message: string } | null;
  transitionReason: string;
  subnetId: string;
  vpcId: string;
  zone: string;
  privateIp: string;
  publicIp: string | null;
  privateDnsName: string;
  securityGroupIds: string[];
  networkInterfaceId: string;
  volumeIds: string[];
  instanceProfile: { arn: string; id: string } | null;
  launchTemplate: { id: string; version: string } | null;
  fleetId: string | null;
  spotRequestId: string | null;
  reservationId: string;
  metadata: { httpTokens: string; hopLimit: number; httpEndpoint: string };
  userData: string | null;
  /** What the instance metadata say of an end to come: spot/instance-action and events/recommendations/rebalance. */
  notices?: { instanceAction?: { action: string; time: string }; rebalance?: { noticeTime: string } };
  launchedMs: number;
  /** Until then the API answers that there is no such instance. */
  visibleFromMs: number;
  runningSinceMs: number | null;
  endedMs: number | null;
  tags: Tags;
};

export type LaunchTemplate = {
  id: string;
  name: string;
  clientToken: string | null;
  createdMs: number;
  createdBy: string;
  versions: { number: number; description: string | null; createdMs: number; data: RequestLaunchTemplateData }[];
  tags: Tags;
};

export type PlacementGroup = { id: string; name: string; strategy: 'cluster' | 'spread' | 'partition'; tags: Tags };

export type CapacityReservation = {
  id: string;
  instanceType: string;
  zone: string;
  total: number;
  available: number;
  matchCriteria: 'open' | 'targeted';
  state: 'active' | 'expired' | 'cancelled';
  createdMs: number;
  endsMs: number | null;
  tags: Tags;
};

/** A pool that has no capacity; null stands for every type, zone or capacity type. */
export type EmptyPool = { instanceType: string | null; zone: string | null; capacityType: CapacityType | null };

export type Ec2World = {
  accountId: string;
  region: string;
  counters: Record<string, number>;
  vpcs: Record<string, Vpc>;
  subnets: Record<string, Subnet>;
  routeTables: Record<string, RouteTable>;
  internetGateways: Record<string, InternetGateway>;
  natGateways: Record<string, NatGateway>;
  vpcEndpoints: Record<string, VpcEndpoint>;
  securityGroups: Record<string, SecurityGroup>;
  networkInterfaces: Record<string, NetworkInterface>;
  volumes: Record<string, Volume>;
  instances: Record<string, Instance>;
  launchTemplates: Record<string, LaunchTemplate>;
  /** Tags of fleets and spot requests, by id: nothing else of them is remembered. */
  fleets: Record<string, { id: string; tags: Tags }>;
  spotRequests: Record<string, { id: string; tags: Tags }>;
  /** What a call with a client token answered, so that its repetition answers the same. */
  answers: Record<string, { input: string; output: unknown }>;
  placementGroups: Record<string, PlacementGroup>;
  capacityReservations: Record<string, CapacityReservation>;
  emptyPools: EmptyPool[];
  ebs: { encryptionByDefault: boolean; defaultKeyArn: string | null };
};

const emptyWorld = (): Ec2World => ({
  accountId: '',
  region: '',
  counters: {},
  vpcs: {},
  subnets: {},
  routeTables: {},
  internetGateways: {},
  natGateways: {},
  vpcEndpoints: {},
  securityGroups: {},
  networkInterfaces: {},
  volumes: {},
  instances: {},
  launchTemplates: {},
  fleets: {},
  spotRequests: {},
  answers: {},
  placementGroups: {},
  capacityReservations: {},
  emptyPools: [],
  ebs: { encryptionByDefault: false, defaultKeyArn: null },
});

/** Everything that EC2 knows. Ask each time: a restore replaces the object. */
export function ec2World(simulation: Simulation): Ec2World {
  return simulation.state('ec2', emptyWorld);
}

/** An id as EC2 makes them, `prefix-` and 17 hexadecimal digits, from the seed and how many of that kind came before. */
export function newId(simulation: Simulation, prefix: string): string {
  const { counters } = ec2World(simulation);
  const count = (counters[prefix] ?? 0) + 1;
  counters[prefix] = count;
  const word = (part: number) =>
    Math.floor(simulation.between(`ec2:${prefix}:${count}:${part}`, 0, 2 ** 32))
      .toString(16)
      .padStart(8, '0');
  return `${prefix}-0${word(0)}${word(1)}`;
}
