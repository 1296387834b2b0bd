import type { KubeStatusError } from '../../types.ts';
import type { Reconciliation } from '../context.ts';
import {
  type Condition,
  conditionOf,
  isActive,
  isPodReady,
  isTerminating,
  type Pod,
  type ReplicaSet,
} from '../objects.ts';
import { countOf, refOf, withCondition, writeStatus } from '../writing.ts';
import { claimed } from './claims.ts';
import { byDispensability, createPod, isAvailable } from './pods.ts';

export function reconcileReplicaSets(run: Reconciliation): void {
  for (const set of run.list<ReplicaSet>('apps/v1', 'ReplicaSet')) reconcile(run, set);
}

function reconcile(run: Reconciliation, set: ReplicaSet): void {
  let pods = claimed(run, set, run.list<Pod>('v1', 'Pod')).filter(isActive);
  const wanted = set.spec.replicas ?? 1;
  let refusal: KubeStatusError | undefined;
  if (!isTerminating(set)) {
    for (let missing = wanted - pods.length; missing > 0 && !refusal; missing -= 1) {
      refusal = createPod(run, set, set.spec.template);
    }
    const spare = Math.max(0, pods.length - wanted);
    const ranked = spare > 0 ? byDispensability(pods) : pods;
    for (const pod of ranked.slice(0, spare)) run.api.delete(refOf(pod));
    // Counted without those at once, so that the status is right when first written.
    pods = ranked.slice(spare);
  }
  const labels = Object.entries(set.spec.template.metadata?.labels ?? {});
  const isLabelled = (pod: Pod) => labels.every(([key, value]) => pod.metadata.labels?.[key] === value);
  const conditions = failureConditions(run, set, refusal);
  writeStatus(run, set, {
    replicas: pods.length,
    fullyLabeledReplicas: countOf(pods.filter(isLabelled).length),
    readyReplicas: countOf(pods.filter(isPodReady).length),
    availableReplicas: countOf(pods.filter((pod) => isAvailable(run, pod, set.spec.minReadySeconds)).length),
    observedGeneration: set.metadata.generation,
    conditions: conditions.length > 0 ? conditions : undefined,
  });
}

function failureConditions(run: Reconciliation, set: ReplicaSet, refusal: KubeStatusError | undefined): Condition[] {
  const others = (set.status?.conditions ?? []).filter((condition) => condition.type !== 'ReplicaFailure');
  if (!refusal) return others;
  // As in the real controller the first refusal is kept until pods can be made again.
  if (conditionOf(set, 'ReplicaFailure')) return set.status?.conditions ?? [];
  const failure = { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: refusal.message } as const;
  return withCondition(others, failure, run.timestamp);
}
