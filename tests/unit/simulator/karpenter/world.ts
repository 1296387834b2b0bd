import { readFileSync } from 'node:fs';
import * as ec2Sdk from '@aws-sdk/client-ec2';
import * as eksSdk from '@aws-sdk/client-eks';
import * as iamSdk from '@aws-sdk/client-iam';
import * as pricingSdk from '@aws-sdk/client-pricing';
import * as sqsSdk from '@aws-sdk/client-sqs';
import * as ssmSdk from '@aws-sdk/client-ssm';
import { buildNodeClass } from '../../../../shared/nodepools/profiles/build-node-class.ts';
import { profileNodePool } from '../../../../shared/nodepools/profiles/catalogue.ts';
import { DEFAULT_NODE_CLASS } from '../../../../shared/nodepools/profiles/profile.ts';
import { Cloud } from '../../../../simulator/aws/cloud.ts';
import { createAuthorizer } from '../../../../simulator/aws/iam/authorizer.ts';
import { seedNetwork } from '../../../../simulator/aws/services/ec2/network-seed.ts';
import { addSecurityGroup } from '../../../../simulator/aws/services/ec2/security-groups.ts';
import { ec2Service } from '../../../../simulator/aws/services/ec2/service.ts';
import { ec2World, type Instance } from '../../../../simulator/aws/services/ec2/world.ts';
import { applyAddon } from '../../../../simulator/aws/services/eks/addons/addon-objects.ts';
import { iamService } from '../../../../simulator/aws/services/iam/service.ts';
import { iamState, settleRoles } from '../../../../simulator/aws/services/iam/state.ts';
import { pricingService } from '../../../../simulator/aws/services/pricing/service.ts';
import { sqs } from '../../../../simulator/aws/services/sqs/service.ts';
import { queuePolicy } from '../../../../simulator/aws/services/sqs/state.ts';
import { ssmService as ssm } from '../../../../simulator/aws/services/ssm/service.ts';
import { operation, type SimulatedService } from '../../../../simulator/aws/types.ts';
import { bootStack } from '../../../../simulator/cloudformation/boot-stack.ts';
import { standardProviders } from '../../../../simulator/cloudformation/standard-providers.ts';
import { parseTemplate } from '../../../../simulator/cloudformation/template.ts';
import { Simulation } from '../../../../simulator/core/simulation.ts';
import type { KarpenterOptions } from '../../../../simulator/karpenter/options.ts';
import { karpenterPodBehaviour } from '../../../../simulator/karpenter/pods/pod-behaviour.ts';
import { karpenterLogs } from '../../../../simulator/karpenter/reporting/log.ts';
import { startKarpenter } from '../../../../simulator/karpenter/start.ts';
import { createKubeCluster } from '../../../../simulator/kubernetes/api/cluster.ts';
import { joinNode, nodeGone } from '../../../../simulator/kubernetes/controllers/nodes/join.ts';
import { startControllers } from '../../../../simulator/kubernetes/controllers/start.ts';
import { type KubeApi, type KubeObject, SYSTEM_ADMIN } from '../../../../simulator/kubernetes/types.ts';
import { definitions, karpenterObjects } from './chart.ts';

// Each test runs a whole cluster for minutes of virtual time; on a busy machine that takes a while.

const ACCOUNT = '111122223333';
const REGION = 'eu-west-1';
const deployer = { roleArn: `arn:aws:iam::${ACCOUNT}:role/deployer`, sessionName: 'person' };

/** As much of EKS as the controller asks for. */
const eks: SimulatedService = {
  serviceId: 'EKS',
  operations: {
    DescribeCluster: operation<{ name: string }, object>({
      authorize: ({ name }) => [
        { action: 'eks:DescribeCluster', resource: `arn:aws:eks:${REGION}:${ACCOUNT}:cluster/${name}` },
      ],
      run: ({ name }) => ({ cluster: { name, endpoint: 'https://banking.example', version: '1.35' } }),
    }),
  },
};

type Options = {
  readonly settings?: Record<string, unknown>;
  readonly isCrdMissing?: boolean;
  readonly hasCredentials?: boolean;
};

/** A cluster with three bootstrap nodes and Karpenter as helm installs it, over an account with the cluster's stack. */
export async function openWorld(options: Options = {}) {
  const objects = karpenterObjects(options.settings);
  const simulation = new Simulation({ seed: 3, startAt: '2026-11-02T08:00:00Z' });
  const cloud = new Cloud({
    simulation,
    accountId: ACCOUNT,
    region: REGION,
    services: [
      { service: ec2Service, sdk: ec2Sdk },
      { service: iamService, sdk: iamSdk },
      { service: sqs, sdk: sqsSdk },
      { service: ssm, sdk: ssmSdk },
      { service: pricingService, sdk: pricingSdk },
      { service: eks, sdk: eksSdk },
    ],
    authorize: createAuthorizer({ deployerRoleArns: [deployer.roleArn], resourcePolicy: queuePolicy }),
  });
  const stack = await bootClusterStack(simulation, cloud);
  const network = seedNetwork(simulation);
  const groupId = addSecurityGroup(simulation, {
    name: 'nodes',
    description: 'nodes',
    vpcId: network.vpcId,
    tags: {},
  }).id;
  const roles = { isJoinable: true, hasRole: true };
  const karpenter: KarpenterOptions = {
    cluster: createKubeCluster({ name: 'banking', simulation, version: 'v1.35.2-eks-0000000' }),
    cloud,
    simulation,
    accountId: ACCOUNT,
    region: REGION,
    ports: {
      podRole: () => (roles.hasRole ? stack.controllerRoleArn : undefined),
      canJoin: (arn) => roles.isJoinable && arn === stack.nodeRoleArn,
      isZonalShiftEnabled: () => false,
    },
  };
  const { cluster } = karpenter;
  startControllers(cluster, {
    podBehaviour: (pod) => karpenterPodBehaviour(pod, karpenter),
    mutatePod: (pod) => (options.hasCredentials === false ? pod : withCredentials(pod)),
  });
  const api = cluster.as(SYSTEM_ADMIN);
  for (const addon of ['vpc-cni', 'kube-proxy', 'eks-pod-identity-agent']) applyAddon(cluster, addon, 'v1', {});
  for (const letter of ['a', 'b', 'c']) joinBootstrapNode(karpenter, letter);
  if (!options.isCrdMissing) for (const definition of definitions()) api.create(definition);
  for (const object of objects) api.create(object);
  startKarpenter(karpenter);
  const nodeClass = buildNodeClass(DEFAULT_NODE_CLASS, {
    clusterName: 'banking',
    subnetIds: network.subnetIds,
    securityGroupId: groupId,
    instanceProfile: stack.profileName,
    amiAlias: 'al2023@v20261023',
  }) as KubeObject;
  return {
    simulation,
    cloud,
    cluster,
    api,
    karpenter,
    nodeClass,
    roles,
    stack,
    network,
    ...views(simulation, api, cloud),
  };
}

export type World = Awaited<ReturnType<typeof openWorld>>;

function views(simulation: Simulation, api: KubeApi, cloud: Cloud) {
  return {
    nodePool: () => JSON.parse(JSON.stringify(profileNodePool('default'))) as KubeObject,
    claims: () => api.list('karpenter.sh/v1', 'NodeClaim'),
    instances: (): Instance[] => Object.values(ec2World(simulation).instances),
    logs: () => karpenterLogs(simulation, 'banking'),
    calls: (operationName: string) => cloud.trace.entries.filter((entry) => entry.operation === operationName),
    /** Runs the world until something is so; fails after a time. */
    async until(what: string, isSo: () => boolean, seconds = 300): Promise<number> {
      const startMs = simulation.now();
      while (!isSo()) {
        if (simulation.now() - startMs > seconds * 1000) {
          const last = karpenterLogs(simulation, 'banking').slice(-8);
          throw new Error(`${what}: not within ${seconds} s\n${last.map((line) => JSON.stringify(line)).join('\n')}`);
        }
        await simulation.runFor(1);
      }
      return (simulation.now() - startMs) / 1000;
    },
  };
}

/** The roles, the profile and the queue as they are deployed. */
async function bootClusterStack(simulation: Simulation, cloud: Cloud) {
  const template = parseTemplate(
    readFileSync(new URL('../../../../resources/cluster-stack.yml', import.meta.url), 'utf8'),
  );
  const { resources } = await simulation.runUntil(
    bootStack({
      template: { ...template, Resources: withoutBoundary(template.Resources) },
      stackName: 'banking',
      providers: standardProviders,
      context: cloud.context(deployer),
      parameters: {
        ClusterName: 'banking',
        PermissionsBoundaryArn: `arn:aws:iam::${ACCOUNT}:policy/none`,
        InterruptionQueueName: 'banking',
        RuleDeadLettersArn: `arn:aws:sqs:eu-west-1:${ACCOUNT}:rule-dead-letters`,
      },
    }),
  );
  settleRoles(simulation);
  const arn = (name: string) => String(resources[name]?.attributes['Arn']);
  return {
    controllerRoleArn: arn('ControllerRole'),
    nodeRoleArn: arn('NodeRole'),
    profileName: resources['NodeInstanceProfile']?.physicalId ?? '',
    /** Takes one statement out of the controller's role. */
    forbid(action: string) {
      const name = arn('ControllerRole').split('/').at(-1) ?? '';
      const role = iamState(simulation).roles[name];
      if (!role) throw new Error('no controller role');
      const Statement = [{ Effect: 'Deny', Action: action, Resource: '*' }];
      role.inline['Forbidden'] = JSON.stringify({ Version: '2012-10-17', Statement });
    },
    allowAgain() {
      const role = iamState(simulation).roles[arn('ControllerRole').split('/').at(-1) ?? ''];
      if (role) delete role.inline['Forbidden'];
    },
  };
}

type Resources = ReturnType<typeof parseTemplate>['Resources'];

/** The boundary belongs to another stack; the roles' own policies are what counts here. */
function withoutBoundary(resources: Resources): Resources {
  const kept = Object.entries(structuredClone(resources));
  for (const [, { Properties }] of kept) if (Properties) delete Properties['PermissionsBoundary'];
  return Object.fromEntries(kept);
}

/** As the Pod Identity webhook does it. */
function withCredentials(pod: KubeObject): KubeObject {
  if (pod.metadata.labels?.['app.kubernetes.io/name'] !== 'karpenter') return pod;
  const { containers } = pod.spec as { containers: { env?: object[] }[] };
  const env = [
    { name: 'AWS_CONTAINER_CREDENTIALS_FULL_URI', value: 'http://169.254.170.23/v1/credentials' },
    { name: 'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE', value: '/var/run/secrets/token' },
  ];
  return {
    ...pod,
    spec: { ...pod.spec, containers: containers.map((one) => ({ ...one, env: [...(one.env ?? []), ...env] })) },
  };
}

export const bootstrapNode = (letter: string) => `ip-10-0-0-${letter.charCodeAt(0)}.eu-west-1.compute.internal`;

function joinBootstrapNode({ cluster }: KarpenterOptions, letter: string): void {
  const zone = `${REGION}${letter}`;
  joinNode(cluster, {
    name: bootstrapNode(letter),
    instanceId: `i-0000000000000000${letter}`,
    providerId: `aws:///${zone}/i-0000000000000000${letter}`,
    region: REGION,
    zone,
    zoneId: `euw1-az${letter.charCodeAt(0) - 96}`,
    instanceType: 't3.medium',
    arch: 'amd64',
    labels: { 'joinery.dev/bootstrap': 'true' },
    taints: [{ key: 'CriticalAddonsOnly', value: 'true', effect: 'NoSchedule' }],
    capacity: { cpu: '2', memory: '3850Mi', pods: '17', 'ephemeral-storage': '20Gi' },
    allocatable: { cpu: '1930m', memory: '3300Mi', pods: '17', 'ephemeral-storage': '18Gi' },
    kubeletVersion: 'v1.35.2-eks-0000000',
    internalIp: `10.0.0.${letter.charCodeAt(0)}`,
  });
}

/** The machine of a bootstrap node dies. */
export function killBootstrapNode({ cluster }: World, nodeName: string): void {
  nodeGone(cluster, nodeName);
}

/** A Deployment of pods of one CPU each that a new node must take. */
export function inflate(replicas: number, more: { spec?: object; name?: string } = {}): KubeObject {
  const name = more.name ?? 'inflate';
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'default' },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: {
          containers: [{ name: 'main', image: 'example/pause:1', resources: { requests: { cpu: '1' } } }],
          ...more.spec,
        },
      },
    },
  };
}

export function runningPods({ api }: World, app = 'inflate'): KubeObject[] {
  const pods = api.list('v1', 'Pod', { namespace: 'default', labelSelector: `app=${app}` });
  return pods.filter((pod) => pod.status?.['phase'] === 'Running');
}

type Condition = { type: string; status: string; reason: string; message: string; lastTransitionTime: string };

export function conditionsOf(object: KubeObject | undefined): Condition[] {
  return (object?.status?.['conditions'] ?? []) as Condition[];
}

export function conditionOf(object: KubeObject | undefined, type: string): Condition | undefined {
  return conditionsOf(object).find((condition) => condition.type === type);
}

export function isReady(world: World, kind: string, name: string): boolean {
  const apiVersion = kind === 'EC2NodeClass' ? 'karpenter.k8s.aws/v1' : 'karpenter.sh/v1';
  return conditionOf(world.api.get({ apiVersion, kind, name }), 'Ready')?.status === 'True';
}

/** With the default class and pool, both ready. */
export async function openReadyWorld(options: Options = {}): Promise<World> {
  const world = await openWorld(options);
  world.api.create(world.nodeClass);
  world.api.create(world.nodePool());
  await world.until('the pool is ready', () => isReady(world, 'NodePool', 'default'));
  return world;
}
