import { conditionOf, isFinished, isTerminating, type Pod } from '../../kubernetes/controllers/objects.ts';
import { tolerates } from '../../kubernetes/controllers/scheduler/taints.ts';
import { ANNOTATIONS, DISRUPTED_TAINT } from '../names.ts';

export function isOwnedBy(pod: Pod, kind: string): boolean {
  return (pod.metadata.ownerReferences ?? []).some((owner) => owner.kind === kind);
}

/** A pod that the scheduler found no place for, and that a new node may help. */
export function isProvisionable(pod: Pod): boolean {
  if (pod.spec.nodeName || isTerminating(pod) || isFinished(pod)) return false;
  const scheduled = conditionOf(pod, 'PodScheduled');
  const isStuck = scheduled?.status === 'False' && scheduled.reason === 'Unschedulable';
  return isStuck && !isOwnedBy(pod, 'DaemonSet') && !isOwnedBy(pod, 'Node');
}

/** A pod that will need another place when its node goes. */
export function isReschedulable(pod: Pod): boolean {
  if (isTerminating(pod) || isFinished(pod)) return false;
  return !isOwnedBy(pod, 'DaemonSet') && !isOwnedBy(pod, 'Node');
}

/** A static pod's copy in the API. */
export function isMirror(pod: Pod): boolean {
  return pod.metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined || isOwnedBy(pod, 'Node');
}

export function toleratesDisruption(pod: Pod): boolean {
  return (pod.spec.tolerations ?? []).some((toleration) => tolerates(toleration, DISRUPTED_TAINT));
}

export function mayNotBeDisrupted(pod: Pod): boolean {
  return pod.metadata.annotations?.[ANNOTATIONS.doNotDisrupt] === 'true';
}
