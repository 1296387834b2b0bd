import { type KubeObject, KubeStatusError } from '../../types.ts';
import type { Reconciliation } from '../context.ts';
import { conditionOf, isPodReady, type Pod, type PodTemplate } from '../objects.ts';
import { timeMs } from '../writing.ts';
import { controllerReference } from './claims.ts';

// How soon a controller tries again to create what was refused.
const RETRY_MS = 5000;

/** Creates a pod of an owner's template; what the API server answers when it refuses. */
export function createPod(run: Reconciliation, owner: KubeObject, template: PodTemplate): KubeStatusError | undefined {
  const pod: KubeObject = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...template.metadata,
      name: '',
      generateName: `${owner.metadata.name}-`,
      ...(owner.metadata.namespace === undefined ? {} : { namespace: owner.metadata.namespace }),
      ownerReferences: [controllerReference(owner)],
    },
    spec: structuredClone(template.spec),
  };
  try {
    run.api.create(run.options.mutatePod?.(pod) ?? pod);
    return undefined;
  } catch (error) {
    if (!(error instanceof KubeStatusError)) throw error;
    run.wakeAt(run.nowMs + RETRY_MS);
    return error;
  }
}

/** Ready, and for long enough. Asks to be woken when it will be. */
export function isAvailable(run: Reconciliation, pod: Pod, minReadySeconds = 0): boolean {
  if (!isPodReady(pod)) return false;
  if (minReadySeconds === 0) return true;
  const dueMs = timeMs(conditionOf(pod, 'Ready')?.lastTransitionTime) + minReadySeconds * 1000;
  if (dueMs <= run.nowMs) return true;
  run.wakeAt(dueMs);
  return false;
}

/** Which pods to do without first: not placed, not running, not ready, cheap by annotation, crowded, young. */
export function byDispensability(pods: readonly Pod[]): Pod[] {
  const crowd = new Map<string, number>();
  for (const { spec } of pods) crowd.set(spec.nodeName ?? '', (crowd.get(spec.nodeName ?? '') ?? 0) + 1);
  const rank = (pod: Pod): number[] => [
    pod.spec.nodeName ? 1 : 0,
    ['Pending', 'Unknown', 'Running'].indexOf(pod.status?.phase ?? 'Pending'),
    isPodReady(pod) ? 1 : 0,
    Number(pod.metadata.annotations?.['controller.kubernetes.io/pod-deletion-cost'] ?? 0),
    -(crowd.get(pod.spec.nodeName ?? '') ?? 0),
    -timeMs(conditionOf(pod, 'Ready')?.lastTransitionTime),
    -timeMs(pod.metadata.creationTimestamp),
  ];
  const ranked = pods.map((pod) => ({ pod, rank: rank(pod) }));
  ranked.sort((left, right) => {
    const index = left.rank.findIndex((value, at) => value !== right.rank[at]);
    if (index < 0) return left.pod.metadata.name < right.pod.metadata.name ? -1 : 1;
    return (left.rank[index] ?? 0) - (right.rank[index] ?? 0);
  });
  return ranked.map(({ pod }) => pod);
}
