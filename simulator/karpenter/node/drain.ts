import { isFinished, isTerminating, type Pod } from '../../kubernetes/controllers/objects.ts';
import { KubeStatusError } from '../../kubernetes/types.ts';
import type { Controller } from '../controller.ts';
import { refOf } from '../controller.ts';
import { isMirror, isOwnedBy, mayNotBeDisrupted, toleratesDisruption } from '../provisioning/pending-pods.ts';
import { tell } from '../reporting/events.ts';

/** A pod that should be gone for so long holds nothing up any more. */
const STUCK_SECONDS = 60;

/** Evicts the pods of a node, workloads before DaemonSets and ordinary pods before critical ones. Gives those that remain. */
export function drain(controller: Controller, nodeName: string, deadlineMs: number | undefined): Pod[] {
  const pods = (controller.api.list('v1', 'Pod', { fieldSelector: `spec.nodeName=${nodeName}` }) as Pod[]).filter(
    (pod) => !isFinished(pod) && !isMirror(pod) && !toleratesDisruption(pod) && !isStuck(controller, pod),
  );
  const [group = []] = inOrder(pods).filter((one) => one.length > 0);
  for (const pod of group.filter((one) => !isTerminating(one))) remove(controller, pod, deadlineMs);
  return pods;
}

function inOrder(pods: readonly Pod[]): Pod[][] {
  const rank = (pod: Pod) => (isCritical(pod) ? 2 : 0) + (isOwnedBy(pod, 'DaemonSet') ? 1 : 0);
  return [0, 1, 2, 3].map((wanted) => pods.filter((pod) => rank(pod) === wanted));
}

function isCritical(pod: Pod): boolean {
  const { priorityClassName } = pod.spec as { priorityClassName?: string };
  return priorityClassName === 'system-cluster-critical' || priorityClassName === 'system-node-critical';
}

/** The deletion timestamp lies in the future by the grace period. */
function isStuck({ simulation }: Controller, pod: Pod): boolean {
  const { deletionTimestamp } = pod.metadata;
  return deletionTimestamp !== undefined && simulation.now() > Date.parse(deletionTimestamp) + STUCK_SECONDS * 1000;
}

/** With a deadline a pod is deleted, whatever its budget says, as soon as its own grace period would pass it. */
function remove(controller: Controller, pod: Pod, deadlineMs: number | undefined): void {
  const graceSeconds = (pod.spec as { terminationGracePeriodSeconds?: number }).terminationGracePeriodSeconds ?? 30;
  const { api, simulation } = controller;
  if (deadlineMs !== undefined && simulation.now() >= deadlineMs - graceSeconds * 1000) {
    api.delete(refOf(pod), { gracePeriodSeconds: Math.max(1, Math.floor((deadlineMs - simulation.now()) / 1000)) });
    return;
  }
  if (mayNotBeDisrupted(pod)) return;
  try {
    api.evict(pod.metadata.namespace ?? '', pod.metadata.name);
    tell(controller, pod, { type: 'Normal', reason: 'Evicted', message: 'Evicted pod: the node is being terminated' });
  } catch (error) {
    if (!(error instanceof KubeStatusError) || ![404, 409, 429, 500].includes(error.code)) throw error;
    if (error.code === 404) return;
    tell(controller, pod, {
      type: 'Warning',
      reason: 'FailedDraining',
      message: `Failed to evict pod: ${error.message}`,
    });
  }
}
