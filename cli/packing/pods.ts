import type { PodsFile } from '../../shared/pods-file/schema.ts';
import type { Amounts } from '../../simulator/karpenter/instance-types/resources.ts';
import { sum } from '../../simulator/karpenter/instance-types/resources.ts';
import type { Labels, Node, Pod, Taint, Toleration } from '../../simulator/kubernetes/controllers/objects.ts';
import { podRequests } from '../../simulator/kubernetes/controllers/scheduler/resources.ts';
import { untoleratedTaint } from '../../simulator/kubernetes/controllers/scheduler/taints.ts';
import type { PackedPod } from './side.ts';

/** Taints of these effects keep a pod off a node; PreferNoSchedule does not. */
const HARD = ['NoSchedule', 'NoExecute'];
const KIND_LABEL = 'kind';

type Template = {
  readonly name: string;
  readonly requests: Readonly<Record<string, string | undefined>>;
  readonly nodeSelector?: Labels;
  readonly tolerations: readonly { [Key in keyof Toleration]: Toleration[Key] | undefined }[];
};

function podOf({ name, requests, nodeSelector = {}, tolerations }: Template, podName: string): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: podName, namespace: 'default', labels: { [KIND_LABEL]: name } },
    spec: {
      containers: [{ name: 'main', resources: { requests: requests as Record<string, string> } }],
      nodeSelector,
      tolerations: tolerations as readonly Toleration[],
    },
  };
}

/** Every pod of the file, each entry as often as it says, in the order of the file. */
export function podsOf({ pods }: PodsFile): Pod[] {
  return pods.flatMap((entry) =>
    Array.from({ length: entry.count }, (_, index) =>
      podOf(entry, `${entry.name}-${String(index + 1).padStart(5, '0')}`),
    ),
  );
}

export function packedPod(pod: Pod): PackedPod {
  return {
    name: pod.metadata.name,
    kind: pod.metadata.labels?.[KIND_LABEL] ?? '',
    requests: { ...podRequests(pod), pods: 1 },
  };
}

/** What the DaemonSets take of a node with these taints, places for pods included. */
export function daemonsOn({ daemonSets }: PodsFile, taints: readonly Taint[]): Amounts {
  return daemonSets
    .map((entry) => podOf(entry, entry.name))
    .filter((pod) => isTolerant(pod, taints))
    .map((pod): Amounts => ({ ...podRequests(pod), pods: 1 }))
    .reduce(sum, {});
}

export function isTolerant(pod: Pod, taints: Node['spec']['taints'] | readonly Taint[]): boolean {
  return untoleratedTaint(pod, taints, HARD) === undefined;
}
