import { Simulation } from '../../../../../simulator/core/simulation.ts';
import { createKubeCluster } from '../../../../../simulator/kubernetes/api/cluster.ts';
import type { ControllerOptions } from '../../../../../simulator/kubernetes/controllers/context.ts';
import { joinNode } from '../../../../../simulator/kubernetes/controllers/nodes/join.ts';
import type { Deployment, Node, Pod, Taint } from '../../../../../simulator/kubernetes/controllers/objects.ts';
import { startControllers } from '../../../../../simulator/kubernetes/controllers/start.ts';
import {
  type KubeApi,
  type KubeCluster,
  type KubeObject,
  SYSTEM_ADMIN,
} from '../../../../../simulator/kubernetes/types.ts';

export type World = { simulation: Simulation; cluster: KubeCluster; api: KubeApi };

const NAME = 'banking';

export function openCluster(simulation: Simulation, options: ControllerOptions = {}): World {
  const cluster = createKubeCluster({ name: NAME, simulation, version: 'v1.35.2-eks-0000000' });
  startControllers(cluster, options);
  return { simulation, cluster, api: cluster.as(SYSTEM_ADMIN) };
}

export function createWorld(options: ControllerOptions & { seed?: number } = {}): World {
  const simulation = new Simulation({ seed: options.seed ?? 1, startAt: '2026-11-02T08:00:00Z' });
  const world = openCluster(simulation, options);
  world.api.create(aDaemonSet('aws-node', { namespace: 'kube-system', tolerateAll: true, hostNetwork: true }));
  return world;
}

export function join(
  { cluster }: Pick<World, 'cluster'>,
  name: string,
  options: { zone?: string; cpu?: string; taints?: Taint[]; labels?: Record<string, string> } = {},
): void {
  const zone = options.zone ?? 'eu-west-1a';
  const resources = { cpu: options.cpu ?? '2', memory: '4Gi', 'ephemeral-storage': '20Gi', pods: '17' };
  joinNode(cluster, {
    name,
    instanceId: `i-${name}`,
    providerId: `aws:///${zone}/i-${name}`,
    region: 'eu-west-1',
    zone,
    zoneId: `euw1-az${zone.at(-1)}`,
    instanceType: 't3.medium',
    arch: 'amd64',
    labels: options.labels ?? {},
    taints: options.taints ?? [],
    capacity: resources,
    allocatable: resources,
    kubeletVersion: 'v1.35.2-eks-0000000',
    internalIp: '10.0.1.10',
  });
}

type PodParts = {
  cpu?: string;
  image?: string;
  initialDelaySeconds?: number;
  spec?: Record<string, unknown>;
};

function podTemplate(app: string, { cpu = '100m', image = 'app:1', initialDelaySeconds, spec = {} }: PodParts) {
  const probe = { httpGet: { path: '/ready', port: 8080 }, initialDelaySeconds };
  const container = {
    name: 'app',
    image,
    resources: { requests: { cpu, memory: '64Mi' } },
    ...(initialDelaySeconds === undefined ? {} : { readinessProbe: probe }),
  };
  return { metadata: { labels: { app } }, spec: { containers: [container], ...spec } };
}

export function aPod(name: string, parts: PodParts & { labels?: Record<string, string> } = {}): KubeObject {
  const { metadata, spec } = podTemplate(name, parts);
  const labels = { ...metadata.labels, ...parts.labels };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'default', labels }, spec };
}

export function aDeployment(
  name: string,
  {
    replicas = 3,
    more = {},
    namespace = 'default',
    ...parts
  }: PodParts & {
    replicas?: number;
    namespace?: string;
    more?: Record<string, unknown>;
  } = {},
): KubeObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: { replicas, selector: { matchLabels: { app: name } }, template: podTemplate(name, parts), ...more },
  };
}

export function aDaemonSet(
  name: string,
  options: { namespace?: string; tolerateAll?: boolean; hostNetwork?: boolean } = {},
): KubeObject {
  const { metadata, spec } = podTemplate(name, { cpu: '50m' });
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name, namespace: options.namespace ?? 'default' },
    spec: {
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { ...metadata.labels, 'k8s-app': name } },
        spec: {
          ...spec,
          ...(options.hostNetwork ? { hostNetwork: true } : {}),
          ...(options.tolerateAll ? { tolerations: [{ operator: 'Exists' }] } : {}),
        },
      },
    },
  };
}

export function podsOf({ api }: Pick<World, 'api'>, app: string): Pod[] {
  return api.list('v1', 'Pod', { labelSelector: `app=${app}` }) as Pod[];
}

export function deploymentOf({ api }: Pick<World, 'api'>, name: string): Deployment {
  return api.get({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'default', name }) as Deployment;
}

export function nodeOf({ api }: Pick<World, 'api'>, name: string): Node | undefined {
  return api.get({ apiVersion: 'v1', kind: 'Node', name }) as Node | undefined;
}
