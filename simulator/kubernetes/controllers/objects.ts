import type { LabelSelector } from '../api/selectors.ts';
import type { KubeObject } from '../types.ts';

export type Labels = Readonly<Record<string, string>>;

export type Condition = {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  reason?: string;
  message?: string;
  lastTransitionTime?: string;
  lastUpdateTime?: string;
  lastHeartbeatTime?: string;
  observedGeneration?: number;
};

export type Taint = { key: string; value?: string; effect: string; timeAdded?: string };

export type Toleration = {
  key?: string;
  operator?: string;
  value?: string;
  effect?: string;
  tolerationSeconds?: number;
};

export type Expression = { key: string; operator: string; values?: readonly string[] };

export type NodeSelectorTerm = {
  matchExpressions?: readonly Expression[];
  matchFields?: readonly Expression[];
};

export type PodAffinityTerm = {
  topologyKey: string;
  labelSelector?: LabelSelector;
  namespaces?: readonly string[];
  namespaceSelector?: LabelSelector;
  matchLabelKeys?: readonly string[];
  mismatchLabelKeys?: readonly string[];
};

export type WeightedPodAffinityTerm = { weight: number; podAffinityTerm: PodAffinityTerm };

type PodAffinity = {
  requiredDuringSchedulingIgnoredDuringExecution?: readonly PodAffinityTerm[];
  preferredDuringSchedulingIgnoredDuringExecution?: readonly WeightedPodAffinityTerm[];
};

export type Affinity = {
  nodeAffinity?: {
    requiredDuringSchedulingIgnoredDuringExecution?: { nodeSelectorTerms: readonly NodeSelectorTerm[] };
    preferredDuringSchedulingIgnoredDuringExecution?: readonly { weight: number; preference: NodeSelectorTerm }[];
  };
  podAffinity?: PodAffinity;
  podAntiAffinity?: PodAffinity;
};

export type SpreadConstraint = {
  maxSkew: number;
  topologyKey: string;
  whenUnsatisfiable: string;
  labelSelector?: LabelSelector;
  minDomains?: number;
  nodeAffinityPolicy?: string;
  nodeTaintsPolicy?: string;
  matchLabelKeys?: readonly string[];
};

type Amounts = Readonly<Record<string, string | number>>;

export type Resources = { requests?: Amounts; limits?: Amounts };

export type Container = {
  name: string;
  image?: string;
  restartPolicy?: string;
  resources?: Resources;
  ports?: readonly { containerPort?: number; hostPort?: number; hostIP?: string; protocol?: string }[];
  readinessProbe?: { initialDelaySeconds?: number };
};

export type PodSpec = {
  containers: readonly Container[];
  initContainers?: readonly Container[];
  nodeName?: string;
  nodeSelector?: Labels;
  affinity?: Affinity;
  tolerations?: readonly Toleration[];
  topologySpreadConstraints?: readonly SpreadConstraint[];
  schedulingGates?: readonly { name: string }[];
  readinessGates?: readonly { conditionType: string }[];
  volumes?: readonly { name: string; persistentVolumeClaim?: object; ephemeral?: object }[];
  resourceClaims?: readonly object[];
  hostNetwork?: boolean;
  overhead?: Amounts;
  resources?: Resources;
  priority?: number;
  schedulerName?: string;
  restartPolicy?: string;
};

export type ContainerState = {
  waiting?: { reason: string; message?: string };
  running?: { startedAt: string };
  terminated?: { exitCode: number; reason: string; message?: string; startedAt: string; finishedAt: string };
};

export type ContainerStatus = {
  name: string;
  image: string;
  imageID: string;
  ready: boolean;
  started: boolean;
  restartCount: number;
  state: ContainerState;
  lastState: ContainerState;
  containerID?: string;
};

export type PodStatus = {
  phase?: string;
  conditions?: Condition[];
  containerStatuses?: ContainerStatus[];
  [field: string]: unknown;
};

export type Pod = KubeObject & { spec: PodSpec; status?: PodStatus };

export type Node = KubeObject & {
  spec: { taints?: Taint[]; unschedulable?: boolean; providerID?: string };
  status?: { conditions?: Condition[]; allocatable?: Record<string, string>; [field: string]: unknown };
};

export type PodTemplate = {
  metadata?: { labels?: Record<string, string>; annotations?: Record<string, string> };
  spec: PodSpec;
};

export type ReplicaSet = KubeObject & {
  spec: { replicas?: number; minReadySeconds?: number; selector: LabelSelector; template: PodTemplate };
  status?: {
    replicas?: number;
    readyReplicas?: number;
    availableReplicas?: number;
    observedGeneration?: number;
    conditions?: Condition[];
  };
};

export type DeploymentSpec = {
  replicas?: number;
  selector: LabelSelector;
  template: PodTemplate;
  strategy?: { type?: string; rollingUpdate?: { maxUnavailable?: string | number; maxSurge?: string | number } };
  minReadySeconds?: number;
  revisionHistoryLimit?: number;
  progressDeadlineSeconds?: number;
  paused?: boolean;
};

export type DeploymentStatus = {
  observedGeneration?: number;
  replicas?: number;
  updatedReplicas?: number;
  readyReplicas?: number;
  availableReplicas?: number;
  unavailableReplicas?: number;
  conditions?: Condition[];
};

export type Deployment = KubeObject & { spec: DeploymentSpec; status?: DeploymentStatus };

export type DaemonSet = KubeObject & {
  spec: {
    selector: LabelSelector;
    template: PodTemplate;
    updateStrategy?: {
      type?: string;
      rollingUpdate?: { maxUnavailable?: string | number; maxSurge?: string | number };
    };
    minReadySeconds?: number;
  };
  status?: Record<string, unknown>;
};

export type DisruptionBudget = KubeObject & {
  spec: { minAvailable?: string | number; maxUnavailable?: string | number; selector?: LabelSelector };
  status?: { disruptedPods?: Record<string, string>; conditions?: Condition[]; [field: string]: unknown };
};

export function conditionOf(object: { status?: { conditions?: Condition[] } }, type: string): Condition | undefined {
  return object.status?.conditions?.find((condition) => condition.type === type);
}

export function isPodReady(pod: Pod): boolean {
  return conditionOf(pod, 'Ready')?.status === 'True';
}

export function isFinished(pod: Pod): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
}

export function isTerminating(object: KubeObject): boolean {
  return object.metadata.deletionTimestamp !== undefined;
}

/** Neither finished nor on its way out: what workload controllers count. */
export function isActive(pod: Pod): boolean {
  return !isFinished(pod) && !isTerminating(pod);
}

export function isControlledBy(object: KubeObject, owner: KubeObject): boolean {
  return (object.metadata.ownerReferences ?? []).some((ref) => ref.controller && ref.uid === owner.metadata.uid);
}

/** `namespace/name`, for keys. */
export function keyOf(object: KubeObject): string {
  return `${object.metadata.namespace ?? ''}/${object.metadata.name}`;
}
