import { type KubeCluster, type KubeObject, KubeStatusError, SYSTEM_ADMIN } from '../../../../kubernetes/types.ts';

/** Cordons a node and evicts its pods; true when only DaemonSets' pods are left. A budget may hold it up. */
export function drainNode(kube: KubeCluster, nodeName: string): boolean {
  const api = kube.as(SYSTEM_ADMIN);
  const node = { apiVersion: 'v1', kind: 'Node', name: nodeName };
  const current = api.get(node);
  if (!current) return true;
  if (current.spec?.['unschedulable'] !== true) api.mergePatch(node, { spec: { unschedulable: true } });
  const pods = api
    .list('v1', 'Pod')
    .filter((pod) => pod.spec?.['nodeName'] === nodeName && !isDaemon(pod) && !isFinished(pod));
  for (const pod of pods) {
    if (pod.metadata.deletionTimestamp !== undefined) continue;
    try {
      api.evict(pod.metadata.namespace ?? 'default', pod.metadata.name);
    } catch (error) {
      if (!(error instanceof KubeStatusError) || (error.code !== 429 && error.code !== 404)) throw error;
    }
  }
  return pods.length === 0;
}

function isDaemon(pod: KubeObject): boolean {
  return pod.metadata.ownerReferences?.some((owner) => owner.kind === 'DaemonSet') ?? false;
}

function isFinished(pod: KubeObject): boolean {
  return ['Succeeded', 'Failed'].includes(String(pod.status?.['phase']));
}
