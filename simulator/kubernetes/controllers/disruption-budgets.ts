import { matchesLabelSelector } from '../api/selectors.ts';
import type { KubeObject } from '../types.ts';
import type { Reconciliation } from './context.ts';
import {
  type Condition,
  type DisruptionBudget,
  isFinished,
  isPodReady,
  isTerminating,
  type Pod,
  type ReplicaSet,
} from './objects.ts';
import { scaledValue } from './percentages.ts';
import { timeMs, withCondition, writeStatus } from './writing.ts';

/** An eviction that was allowed counts as a disruption until the pod goes, or for this long. */
const EVICTION_PENDING_MS = 120_000;

/** Says for each PodDisruptionBudget how many evictions it allows now. */
export function reconcileDisruptionBudgets(run: Reconciliation): void {
  for (const budget of run.list<DisruptionBudget>('policy/v1', 'PodDisruptionBudget')) {
    if (!isTerminating(budget)) reconcile(run, budget);
  }
}

type Expected = { readonly pods: number; readonly healthy: number };

function reconcile(run: Reconciliation, budget: DisruptionBudget): void {
  const pods = run
    .list<Pod>('v1', 'Pod')
    .filter(
      (pod) =>
        pod.metadata.namespace === budget.metadata.namespace &&
        !isFinished(pod) &&
        matchesLabelSelector(budget.spec.selector, pod.metadata.labels ?? {}),
    );
  const disrupted = stillDisrupted(run, budget, pods);
  const expected = expectation(run, budget, pods);
  if (typeof expected === 'string') {
    writeFailure(run, budget, expected);
    return;
  }
  const healthy = pods.filter(
    (pod) => isPodReady(pod) && !isTerminating(pod) && disrupted[pod.metadata.name] === undefined,
  ).length;
  const allowed = expected.pods > 0 ? Math.max(0, healthy - expected.healthy) : 0;
  const condition: Condition = {
    type: 'DisruptionAllowed',
    status: allowed > 0 ? 'True' : 'False',
    reason: allowed > 0 ? 'SufficientPods' : 'InsufficientPods',
    message: '',
    observedGeneration: budget.metadata.generation ?? 0,
  };
  writeStatus(run, budget, {
    currentHealthy: healthy,
    desiredHealthy: expected.healthy,
    disruptionsAllowed: allowed,
    expectedPods: expected.pods,
    observedGeneration: budget.metadata.generation,
    conditions: withCondition(budget.status?.conditions, condition, run.timestamp),
    disruptedPods: Object.keys(disrupted).length > 0 ? disrupted : undefined,
  });
}

function stillDisrupted(run: Reconciliation, budget: DisruptionBudget, pods: readonly Pod[]): Record<string, string> {
  const entries = Object.entries(budget.status?.disruptedPods ?? {}).filter(([name, since]) => {
    const pod = pods.find((one) => one.metadata.name === name);
    const dueMs = timeMs(since) + EVICTION_PENDING_MS;
    if (!pod || isTerminating(pod) || dueMs <= run.nowMs) return false;
    run.wakeAt(dueMs);
    return true;
  });
  return Object.fromEntries(entries);
}

/** How many pods there should be and how many must be healthy; a string where that cannot be told. */
function expectation(run: Reconciliation, budget: DisruptionBudget, pods: readonly Pod[]): Expected | string {
  const { minAvailable, maxUnavailable } = budget.spec;
  if (maxUnavailable === undefined && typeof minAvailable === 'number') {
    return { pods: pods.length, healthy: minAvailable };
  }
  const scales = new Map<string, number>();
  for (const pod of pods) {
    const owner = scaleOf(run, pod);
    if (typeof owner === 'string') return owner;
    scales.set(owner.uid, owner.replicas);
  }
  const total = [...scales.values()].reduce((sum, replicas) => sum + replicas, 0);
  if (maxUnavailable === undefined) return { pods: total, healthy: scaledValue(minAvailable ?? 0, total, 'up') };
  return { pods: total, healthy: Math.max(0, total - scaledValue(maxUnavailable, total, 'up')) };
}

type Scaled = KubeObject & { spec: { replicas?: number } };

/** The size of what a pod belongs to: its Deployment, or its ReplicaSet. */
function scaleOf(run: Reconciliation, pod: Pod): { uid: string; replicas: number } | string {
  const owner = controllerOf(pod);
  if (!owner) return `found no controller ref for pod "${pod.metadata.name}"`;
  const set = find<ReplicaSet>(run, 'ReplicaSet', owner.uid);
  const deployment = set && find<Scaled>(run, 'Deployment', controllerOf(set)?.uid);
  const scaled: Scaled | undefined = deployment ?? set;
  if (!scaled) return `${owner.kind} "${owner.name}" does not implement the scale subresource`;
  return { uid: scaled.metadata.uid ?? '', replicas: scaled.spec.replicas ?? 1 };
}

function controllerOf(object: KubeObject) {
  return object.metadata.ownerReferences?.find((reference) => reference.controller);
}

function find<T extends KubeObject>(run: Reconciliation, kind: string, uid: string | undefined): T | undefined {
  return uid === undefined ? undefined : run.list<T>('apps/v1', kind).find((object) => object.metadata.uid === uid);
}

function writeFailure(run: Reconciliation, budget: DisruptionBudget, message: string): void {
  const observedGeneration = budget.metadata.generation ?? 0;
  const condition = {
    type: 'DisruptionAllowed',
    status: 'False',
    reason: 'SyncFailed',
    message,
    observedGeneration,
  } as const;
  const conditions = withCondition(budget.status?.conditions, condition, run.timestamp);
  writeStatus(run, budget, { ...budget.status, disruptionsAllowed: 0, conditions });
}
