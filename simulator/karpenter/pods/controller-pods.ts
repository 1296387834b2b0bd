import { isFinished, isPodReady, isTerminating, type Pod } from '../../kubernetes/controllers/objects.ts';
import type { KubeApi, KubeObject } from '../../kubernetes/types.ts';

/** Whether a pod runs Karpenter's controller: by the chart's label, or by the released image where the name was changed. */
export function isKarpenterPod(object: KubeObject): boolean {
  if (object.kind !== 'Pod') return false;
  const { containers } = (object as Pod).spec;
  const isImage = containers.some(({ image }) => image?.includes('/karpenter/controller') ?? false);
  return isImage || object.metadata.labels?.['app.kubernetes.io/name'] === 'karpenter';
}

/** The controller pods whose process runs and is ready, by name. What has terminated or lost its machine runs no longer. */
export function runningPods(api: KubeApi, isNodeAlive: (nodeName: string) => boolean): Pod[] {
  const pods = api.list('v1', 'Pod').filter(isKarpenterPod) as Pod[];
  return pods.filter((pod) => isRunning(pod, isNodeAlive));
}

export function isRunning(pod: Pod, isNodeAlive: (nodeName: string) => boolean): boolean {
  const { nodeName } = pod.spec;
  if (nodeName === undefined || !isNodeAlive(nodeName)) return false;
  return pod.status?.phase === 'Running' && isPodReady(pod) && !isTerminating(pod) && !isFinished(pod);
}

export function serviceAccountOf(pod: Pod): string {
  const name = (pod.spec as { serviceAccountName?: string }).serviceAccountName;
  return name === undefined || name === '' ? 'default' : name;
}

export function restartsOf(pod: Pod): number {
  return pod.status?.containerStatuses?.[0]?.restartCount ?? 0;
}
