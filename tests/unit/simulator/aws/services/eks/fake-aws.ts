import { SimulatedAwsError } from '../../../../../../simulator/aws/errors.ts';
import type { Ec2Port, IamPort, InstanceFacts, RoleFacts } from '../../../../../../simulator/aws/services/eks/ports.ts';
import type { Simulation } from '../../../../../../simulator/core/simulation.ts';

type Subnet = { vpcId: string; zone: string; zoneId: string; freeAddresses: number; hasWayOut: boolean };

export type FakeAws = {
  subnets: Record<string, Subnet>;
  groups: Record<string, { name: string; vpcId: string; tags: Record<string, string> }>;
  instances: Record<string, InstanceFacts & { tags: Record<string, string> }>;
  roles: Record<string, RoleFacts>;
  launchFailure: string | null;
};

const ROLE = 'arn:aws:iam::111122223333:role/';
export const CLUSTER_ROLE = `${ROLE}joinery/cluster`;
export const NODE_ROLE = `${ROLE}joinery/bootstrap-nodes`;
export const KARPENTER_ROLE = `${ROLE}joinery/karpenter`;
export const DEPLOYER = `${ROLE}joinery/deployer`;
export const LINKED_ROLE = `${ROLE}aws-service-role/eks.amazonaws.com/AWSServiceRoleForAmazonEKS`;
const LINKED_NODE_ROLE = `${ROLE}aws-service-role/eks-nodegroup.amazonaws.com/AWSServiceRoleForAmazonEKSNodegroup`;

const trust = (service: string, actions: string | string[] = 'sts:AssumeRole') => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: actions }],
});

const role = (arn: string, trustPolicy: unknown, policies: string[]): [string, RoleFacts] => [
  arn,
  { arn, trustPolicy, attachedPolicyArns: policies.map((name) => `arn:aws:iam::aws:policy/${name}`) },
];

const initial = (): FakeAws => ({
  subnets: Object.fromEntries(
    ['a', 'b', 'c'].map((letter, index) => [
      `subnet-${letter}`,
      {
        vpcId: 'vpc-1',
        zone: `eu-west-1${letter}`,
        zoneId: `euw1-az${index + 1}`,
        freeAddresses: 250,
        hasWayOut: true,
      },
    ]),
  ),
  groups: {},
  instances: {},
  roles: Object.fromEntries([
    role(CLUSTER_ROLE, trust('eks.amazonaws.com'), ['AmazonEKSClusterPolicy']),
    role(NODE_ROLE, trust('ec2.amazonaws.com'), [
      'AmazonEKSWorkerNodePolicy',
      'AmazonEC2ContainerRegistryPullOnly',
      'AmazonEKS_CNI_Policy',
    ]),
    role(KARPENTER_ROLE, trust('pods.eks.amazonaws.com', ['sts:AssumeRole', 'sts:TagSession']), []),
    role(DEPLOYER, trust('lambda.amazonaws.com'), []),
    role(LINKED_ROLE, trust('eks.amazonaws.com'), []),
    role(LINKED_NODE_ROLE, trust('eks-nodegroup.amazonaws.com'), []),
  ]),
  launchFailure: null,
});

export const fakeAws = (simulation: Simulation): FakeAws => simulation.state('fake-aws', initial);

export const fakeEc2: Ec2Port = {
  subnet: (simulation, subnetId) => {
    const subnet = fakeAws(simulation).subnets[subnetId];
    return subnet && { subnetId, ...subnet };
  },
  securityGroupVpc: (simulation, groupId) => fakeAws(simulation).groups[groupId]?.vpcId,
  createSecurityGroup: (simulation, { name, vpcId, tags }) => {
    const id = `sg-${simulation.nextId()}`;
    fakeAws(simulation).groups[id] = { name, vpcId, tags };
    return id;
  },
  deleteSecurityGroup: (simulation, groupId) => {
    delete fakeAws(simulation).groups[groupId];
  },
  instanceType: (_simulation, name) =>
    name === 't3.medium' || name === 't4g.medium'
      ? {
          name,
          arch: name === 't3.medium' ? 'amd64' : 'arm64',
          vcpu: 2,
          memoryMiB: 4096,
          maxNetworkInterfaces: 3,
          ipv4PerInterface: 6,
        }
      : undefined,
  launchTemplate: (_simulation, { id }) =>
    id === 'lt-1'
      ? {
          id,
          name: 'bootstrap',
          version: '1',
          diskGiB: 30,
          ownTags: {},
          hasInstanceProfile: false,
          hasSubnets: false,
          tags: { instance: { team: 'platform' } },
        }
      : undefined,
  launch: (simulation, request) => {
    const world = fakeAws(simulation);
    const subnet = world.subnets[request.subnetId];
    if (world.launchFailure !== null) throw new SimulatedAwsError(world.launchFailure, 'We have no capacity');
    if (!subnet) throw new SimulatedAwsError('InvalidSubnetID.NotFound', request.subnetId);
    const number = simulation.nextId();
    const instance = {
      instanceId: `i-${number}`,
      instanceType: request.instanceType,
      subnetId: request.subnetId,
      zone: subnet.zone,
      zoneId: subnet.zoneId,
      privateIp: `10.0.0.${number}`,
      privateDnsName: `ip-10-0-0-${number}.eu-west-1.compute.internal`,
      state: 'running',
      tags: { ...request.tags },
    };
    world.instances[instance.instanceId] = instance;
    return instance;
  },
  instance: (simulation, instanceId) => fakeAws(simulation).instances[instanceId],
  terminate: (simulation, instanceId) => endInstance(simulation, instanceId),
  onInstanceLost: () => undefined,
};

export function endInstance(simulation: Simulation, instanceId: string): void {
  const instance = fakeAws(simulation).instances[instanceId];
  if (instance) fakeAws(simulation).instances[instanceId] = { ...instance, state: 'terminated' };
}

export const fakeIam: IamPort = {
  role: (simulation, arn) => fakeAws(simulation).roles[arn],
  isRoleUsable: (simulation, arn) => fakeAws(simulation).roles[arn] !== undefined,
  createServiceLinkedRole: ({ simulation }, service, name) => {
    const arn = `${ROLE}aws-service-role/${service}/${name}`;
    fakeAws(simulation).roles[arn] = { arn, trustPolicy: trust(service), attachedPolicyArns: [] };
  },
};
