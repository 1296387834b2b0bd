import { conditionOf, type Pod } from '../../kubernetes/controllers/objects.ts';
import { isProvisionable } from '../provisioning/pending-pods.ts';
import type { KarpenterState } from '../state.ts';
import { observe } from './histograms.ts';

/** Takes note of a pod as the leading process sees it: what waits, and what got its place. */
export function noticePod(state: KarpenterState, pod: Pod, nowMs: number): void {
  const uid = pod.metadata.uid ?? '';
  if (isProvisionable(pod)) state.pods.acknowledged[uid] ??= nowMs;
  if (pod.status?.phase === 'Pending') {
    const isScheduled = conditionOf(pod, 'PodScheduled')?.status === 'True';
    // Karpenter keeps the age of what once waited until it starts.
    if (!isScheduled || state.pods.pending[uid] === undefined)
      state.pods.pending[uid] = isScheduled ? 'bound' : 'waiting';
    return;
  }
  const scheduled = conditionOf(pod, 'PodScheduled');
  if (state.pods.pending[uid] === undefined || scheduled?.status !== 'True') return;
  const { creationTimestamp = '' } = pod.metadata;
  const seconds = (Date.parse(scheduled.lastTransitionTime ?? '') - Date.parse(creationTimestamp)) / 1000;
  observe(state, 'pods_bound_duration_seconds', seconds);
  delete state.pods.pending[uid];
}

export function forgetPod({ pods }: KarpenterState, { metadata: { uid = '' } }: Pod): void {
  delete pods.pending[uid];
  delete pods.acknowledged[uid];
  delete pods.decided[uid];
}

/** Notes that a place was looked for: how long that took counts the first time only. */
export function noticeDecision(state: KarpenterState, pod: Pod, nowMs: number): void {
  const uid = pod.metadata.uid ?? '';
  if (state.pods.decided[uid]) return;
  state.pods.decided[uid] = true;
  const seenMs = state.pods.acknowledged[uid] ?? nowMs;
  observe(state, 'pods_scheduling_decision_duration_seconds', (nowMs - seenMs) / 1000);
}

/** Pods whose age Karpenter exports as unbound. */
export function unboundPods({ pods }: KarpenterState, present: readonly Pod[]): Pod[] {
  return present.filter(
    ({ metadata, status }) => status?.phase === 'Pending' && pods.pending[metadata.uid ?? ''] === 'waiting',
  );
}
