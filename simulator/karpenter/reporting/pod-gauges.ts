import { isPodReady, type Node, type Pod } from '../../kubernetes/controllers/objects.ts';
import { LABELS } from '../names.ts';
import type { KarpenterState } from '../state.ts';
import { type Family, gauge } from './families.ts';
import { unboundPods } from './pod-latency.ts';

/** The state of each pod, and the age of those that wait. */
export function podFamilies(
  state: KarpenterState,
  { nodes, pods }: { readonly nodes: readonly Node[]; readonly pods: readonly Pod[] },
  nowMs: number,
): Family[] {
  const byName = new Map(nodes.map((node) => [node.metadata.name, node]));
  const ages = (waiting: readonly Pod[]) =>
    waiting.map((pod) => [namesOf(pod), (nowMs - Date.parse(pod.metadata.creationTimestamp ?? '')) / 1000] as const);
  return [
    gauge(
      'karpenter_pods_state',
      pods.map((pod) => [stateOf(pod, byName.get(pod.spec.nodeName ?? '')), 1]),
    ),
    gauge('karpenter_pods_unbound_time_seconds', ages(unboundPods(state, pods))),
    gauge('karpenter_pods_unstarted_time_seconds', ages(pods.filter(({ status }) => status?.phase === 'Pending'))),
  ];
}

function namesOf({ metadata }: Pod): { name: string; namespace: string } {
  return { name: metadata.name, namespace: metadata.namespace ?? '' };
}

function stateOf(pod: Pod, node: Node | undefined): Record<string, string> {
  const { metadata, spec, status } = pod;
  const [owner] = metadata.ownerReferences ?? [];
  const labels = node?.metadata.labels ?? {};
  return {
    ...namesOf(pod),
    owner: owner
      ? `/apis/${owner.apiVersion}/namespaces/${metadata.namespace}/${owner.kind.toLowerCase()}s/${owner.name}`
      : '',
    node: spec.nodeName ?? '',
    scheduled: String(Boolean(spec.nodeName)),
    nodepool: labels[LABELS.nodePool] ?? '',
    zone: labels[LABELS.zone] ?? '',
    arch: labels[LABELS.arch] ?? '',
    capacity_type: labels[LABELS.capacityType] ?? '',
    instance_type: labels[LABELS.instanceType] ?? '',
    phase: status?.phase ?? '',
    ready: String(isPodReady(pod)),
    managed: String(labels[LABELS.nodePool] !== undefined),
  };
}
