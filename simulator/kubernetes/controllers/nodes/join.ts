import type { KubeCluster } from '../../types.ts';
import { SYSTEM_ADMIN } from '../../types.ts';
import { requestReconciliationSoon } from '../agenda.ts';
import type { Taint } from '../objects.ts';
import { controllerState } from '../state.ts';

/** A machine that joins a cluster. Capacity and allocatable are quantities: cpu, memory, ephemeral-storage, pods. */
export type NodeSpec = {
  readonly name: string;
  readonly instanceId: string;
  /** Such as `aws:///eu-west-1a/i-0123456789abcdef0`. */
  readonly providerId: string;
  readonly region: string;
  readonly zone: string;
  readonly zoneId: string;
  readonly instanceType: string;
  readonly arch: 'amd64' | 'arm64';
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  readonly capacity: Readonly<Record<string, string>>;
  readonly allocatable: Readonly<Record<string, string>>;
  /** Such as `v1.35.2-eks-0000000`. */
  readonly kubeletVersion: string;
  readonly internalIp: string;
  readonly osImage?: string;
};

const HEALTHY = [
  { type: 'MemoryPressure', reason: 'KubeletHasSufficientMemory', message: 'kubelet has sufficient memory available' },
  { type: 'DiskPressure', reason: 'KubeletHasNoDiskPressure', message: 'kubelet has no disk pressure' },
  { type: 'PIDPressure', reason: 'KubeletHasSufficientPID', message: 'kubelet has sufficient PID available' },
];
export const NETWORK_NOT_READY =
  'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady ' +
  'message:Network plugin returns error: cni plugin not initialized';

/** Registers a node, not ready yet, and starts its kubelet. */
export function joinNode(cluster: KubeCluster, spec: NodeSpec): void {
  const { simulation } = cluster;
  const state = controllerState(simulation, cluster.name);
  if (state.kubelets[spec.name]?.stoppedAtMs === null) throw new Error(`node ${spec.name} has joined already`);
  const api = cluster.as(SYSTEM_ADMIN);
  const now = simulation.timestamp();
  const notReady: Taint = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' };
  const node = api.create({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: spec.name, labels: nodeLabels(spec), annotations: { 'node.alpha.kubernetes.io/ttl': '0' } },
    spec: { providerID: spec.providerId, taints: [...spec.taints, notReady] },
  });
  const seen = { lastHeartbeatTime: now, lastTransitionTime: now };
  const { resourceVersion: _, ...metadata } = node.metadata;
  api.updateStatus({
    ...node,
    metadata,
    status: {
      capacity: { ...spec.capacity },
      allocatable: { ...spec.allocatable },
      addresses: [
        { type: 'InternalIP', address: spec.internalIp },
        { type: 'InternalDNS', address: spec.name },
        { type: 'Hostname', address: spec.name },
      ],
      daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
      conditions: [
        ...HEALTHY.map((condition) => ({ ...condition, status: 'False', ...seen })),
        { type: 'Ready', status: 'False', reason: 'KubeletNotReady', message: NETWORK_NOT_READY, ...seen },
      ],
      nodeInfo: nodeInfo(spec),
    },
  });
  createLease(cluster, spec.name, node.metadata.uid ?? '');
  state.kubelets[spec.name] = {
    instanceId: spec.instanceId,
    joinedAtMs: simulation.now(),
    stoppedAtMs: null,
    isInstanceGone: false,
    isNetworkReady: false,
  };
  requestReconciliationSoon(cluster);
}

/** The node's kubelet stops talking: the instance hangs, or is stopped. Its pods go on by themselves, unheard of. */
export function stopKubelet(cluster: KubeCluster, nodeName: string): void {
  const kubelet = controllerState(cluster.simulation, cluster.name).kubelets[nodeName];
  if (!kubelet) throw new Error(`node ${nodeName} has not joined cluster ${cluster.name}`);
  kubelet.stoppedAtMs ??= cluster.simulation.now();
  requestReconciliationSoon(cluster);
}

/** The node's instance has terminated. Nothing happens where it had never joined, or was taken off the books already. */
export function nodeGone(cluster: KubeCluster, nodeName: string): void {
  const kubelet = controllerState(cluster.simulation, cluster.name).kubelets[nodeName];
  if (!kubelet) return;
  kubelet.isInstanceGone = true;
  stopKubelet(cluster, nodeName);
}

function nodeLabels(spec: NodeSpec): Record<string, string> {
  return {
    'kubernetes.io/hostname': spec.name,
    'kubernetes.io/arch': spec.arch,
    'kubernetes.io/os': 'linux',
    'beta.kubernetes.io/arch': spec.arch,
    'beta.kubernetes.io/os': 'linux',
    'beta.kubernetes.io/instance-type': spec.instanceType,
    'node.kubernetes.io/instance-type': spec.instanceType,
    'topology.kubernetes.io/region': spec.region,
    'topology.kubernetes.io/zone': spec.zone,
    'topology.k8s.aws/zone-id': spec.zoneId,
    'failure-domain.beta.kubernetes.io/region': spec.region,
    'failure-domain.beta.kubernetes.io/zone': spec.zone,
    ...spec.labels,
  };
}

function nodeInfo(spec: NodeSpec): Record<string, string> {
  return {
    architecture: spec.arch,
    bootID: spec.instanceId,
    machineID: spec.instanceId,
    systemUUID: spec.instanceId,
    containerRuntimeVersion: 'containerd://2.1.4',
    kernelVersion: '6.12.40',
    kubeProxyVersion: spec.kubeletVersion,
    kubeletVersion: spec.kubeletVersion,
    operatingSystem: 'linux',
    osImage: spec.osImage ?? 'Amazon Linux 2023',
  };
}

/** The lease is made once and not renewed: whether a kubelet lives is known from the simulation's state. */
function createLease(cluster: KubeCluster, nodeName: string, uid: string): void {
  const api = cluster.as(SYSTEM_ADMIN);
  const ref = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', name: nodeName, namespace: 'kube-node-lease' };
  if (api.get(ref)) api.delete(ref);
  api.create({
    apiVersion: ref.apiVersion,
    kind: ref.kind,
    metadata: {
      name: nodeName,
      namespace: ref.namespace,
      ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: nodeName, uid }],
    },
    spec: {
      holderIdentity: nodeName,
      leaseDurationSeconds: 40,
      renewTime: cluster.simulation.timestamp().replace('Z', '.000000Z'),
    },
  });
}
