import type { NodeFacts } from '../adoption/facts.ts';
import { memoryBytes, milliCpu } from '../clusters/quantities.ts';
import type { Manifest } from './api.ts';
import { BOOTSTRAP_LABEL } from './labels.ts';

type Requests = { readonly cpu?: string; readonly memory?: string; readonly pods?: string };
type Room = NodeFacts['free'];
type PodSpec = {
  readonly nodeName?: string;
  readonly containers?: readonly { readonly resources?: { readonly requests?: Requests } }[];
};
type NodeSpec = {
  readonly taints?: readonly { readonly key: string; readonly effect: string }[];
  readonly unschedulable?: boolean;
};
type NodeStatus = {
  readonly allocatable?: Requests;
  readonly conditions?: readonly { readonly type: string; readonly status: string }[];
};

const MIB = 2 ** 20;
const OVER = ['Succeeded', 'Failed'];
/** What the controller's chart tolerates, whatever its value. */
const TOLERATED = 'CriticalAddonsOnly';

/** What the pods on a node leave free of it. */
export function freeOf(node: Manifest, pods: readonly Manifest[]): Room {
  const { allocatable = {} } = (node['status'] ?? {}) as NodeStatus;
  const mine = pods.filter(({ spec, status }) => {
    const { phase = '' } = (status ?? {}) as { phase?: string };
    return ((spec ?? {}) as PodSpec).nodeName === node.metadata.name && !OVER.includes(phase);
  });
  const requests = mine.flatMap(({ spec }) =>
    (((spec ?? {}) as PodSpec).containers ?? []).map(({ resources }) => resources?.requests ?? {}),
  );
  const sum = (of: (one: Requests) => number) => requests.reduce((total, one) => total + of(one), 0);
  return {
    milliCpu: milliCpu(allocatable.cpu ?? '0') - sum(({ cpu = '0' }) => milliCpu(cpu)),
    memoryMiB: Math.floor(
      (memoryBytes(allocatable.memory ?? '0') - sum(({ memory = '0' }) => memoryBytes(memory))) / MIB,
    ),
    pods: Number(allocatable.pods ?? 0) - mine.length,
  };
}

export function nodeFacts(node: Manifest, free: Room): NodeFacts {
  const { labels = {} } = node.metadata;
  const { taints = [], unschedulable = false } = (node['spec'] ?? {}) as NodeSpec;
  const { conditions = [] } = (node['status'] ?? {}) as NodeStatus;
  const keeping = taints.filter(({ key, effect }) => effect !== 'PreferNoSchedule' && key !== TOLERATED);
  return {
    name: node.metadata.name,
    zone: labels['topology.kubernetes.io/zone'] ?? '',
    isReady: conditions.some(({ type, status }) => type === 'Ready' && status === 'True') && !unschedulable,
    isAutoscaled: labels['karpenter.sh/nodepool'] !== undefined || labels['eks.amazonaws.com/compute-type'] === 'auto',
    taints: keeping.map(({ key }) => key),
    isBootstrap: labels[BOOTSTRAP_LABEL] === 'true',
    free,
  };
}
