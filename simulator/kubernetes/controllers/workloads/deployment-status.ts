import type { Reconciliation } from '../context.ts';
import { type Condition, conditionOf, type Deployment, type DeploymentStatus, type ReplicaSet } from '../objects.ts';
import { rollingLimits } from '../percentages.ts';
import { countOf, timeMs, writeStatus } from '../writing.ts';

export type OwnedSets = { readonly newest: ReplicaSet | undefined; readonly old: readonly ReplicaSet[] };

const total = (sets: readonly ReplicaSet[], field: 'replicas' | 'readyReplicas' | 'availableReplicas') =>
  sets.reduce((sum, set) => sum + (set.status?.[field] ?? 0), 0);

function calculate(deployment: Deployment, { newest, old }: OwnedSets): Required<Omit<DeploymentStatus, 'conditions'>> {
  const all = newest ? [...old, newest] : old;
  const available = total(all, 'availableReplicas');
  const specified = all.reduce((sum, set) => sum + (set.spec.replicas ?? 1), 0);
  return {
    observedGeneration: deployment.metadata.generation ?? 0,
    replicas: total(all, 'replicas'),
    updatedReplicas: newest ? total([newest], 'replicas') : 0,
    readyReplicas: total(all, 'readyReplicas'),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, specified - available),
  };
}

type Counts = ReturnType<typeof calculate>;
type Told = Pick<Condition, 'status' | 'reason' | 'message'>;

/** Whether every pod is of the new template and available. */
export function isComplete(deployment: Deployment, sets: OwnedSets): boolean {
  const wanted = deployment.spec.replicas ?? 1;
  const counts = calculate(deployment, sets);
  return counts.updatedReplicas === wanted && counts.replicas === wanted && counts.availableReplicas === wanted;
}

function hasProgressed(old: DeploymentStatus | undefined, next: Counts): boolean {
  const before = { replicas: 0, updatedReplicas: 0, readyReplicas: 0, availableReplicas: 0, ...old };
  return (
    next.updatedReplicas > before.updatedReplicas ||
    next.replicas - next.updatedReplicas < before.replicas - before.updatedReplicas ||
    next.readyReplicas > before.readyReplicas ||
    next.availableReplicas > before.availableReplicas
  );
}

/** Sets a condition as Deployments have them: with the time of the last update beside that of the last transition. */
function put(conditions: readonly Condition[], type: string, told: Told, now: string, isNews = false): Condition[] {
  const old = conditions.find((condition) => condition.type === type);
  if (old && !isNews && old.status === told.status && old.reason === told.reason) return [...conditions];
  const since = old?.status === told.status ? (old.lastTransitionTime ?? now) : now;
  const next: Condition = { type, ...told, lastUpdateTime: now, lastTransitionTime: since };
  return [...conditions.filter((condition) => condition !== old), next];
}

function availability(deployment: Deployment, counts: Counts): Told {
  const wanted = deployment.spec.replicas ?? 1;
  const isRolling = deployment.spec.strategy?.type !== 'Recreate';
  const { maxUnavailable } = rollingLimits(wanted, deployment.spec.strategy?.rollingUpdate);
  const isEnough = counts.availableReplicas >= wanted - (isRolling ? maxUnavailable : 0);
  return isEnough
    ? { status: 'True', reason: 'MinimumReplicasAvailable', message: 'Deployment has minimum availability.' }
    : {
        status: 'False',
        reason: 'MinimumReplicasUnavailable',
        message: 'Deployment does not have minimum availability.',
      };
}

/** What is to be said about progress; undefined: nothing new. */
function progress(run: Reconciliation, deployment: Deployment, sets: OwnedSets, counts: Counts): Told | undefined {
  const present = conditionOf(deployment, 'Progressing');
  const deadlineSeconds = deployment.spec.progressDeadlineSeconds ?? 600;
  const subject = sets.newest
    ? `ReplicaSet "${sets.newest.metadata.name}"`
    : `Deployment "${deployment.metadata.name}"`;
  if (deployment.spec.paused) {
    return { status: 'Unknown', reason: 'DeploymentPaused', message: 'Deployment is paused' };
  }
  if (present?.reason === 'DeploymentPaused') {
    return { status: 'Unknown', reason: 'DeploymentResumed', message: 'Deployment is resumed' };
  }
  if (counts.replicas === counts.updatedReplicas && present?.reason === 'NewReplicaSetAvailable') return undefined;
  if (isComplete(deployment, sets)) {
    return { status: 'True', reason: 'NewReplicaSetAvailable', message: `${subject} has successfully progressed.` };
  }
  if (hasProgressed(deployment.status, counts)) {
    return { status: 'True', reason: 'ReplicaSetUpdated', message: `${subject} is progressing.` };
  }
  if (!present || present.reason === 'NewReplicaSetAvailable' || present.reason === 'ProgressDeadlineExceeded') {
    return undefined;
  }
  const dueMs = timeMs(present.lastUpdateTime) + deadlineSeconds * 1000;
  if (run.nowMs <= dueMs) {
    run.wakeAt(dueMs + 1000);
    return undefined;
  }
  return { status: 'False', reason: 'ProgressDeadlineExceeded', message: `${subject} has timed out progressing.` };
}

/** Says how a Deployment fares. `madeSet`: its new replica set was made just now. */
export function writeDeploymentStatus(
  run: Reconciliation,
  deployment: Deployment,
  sets: OwnedSets,
  madeSet: boolean,
): void {
  const counts = calculate(deployment, sets);
  let conditions = deployment.status?.conditions ?? [];
  conditions = put(conditions, 'Available', availability(deployment, counts), run.timestamp);
  if (madeSet && sets.newest) {
    const message = `Created new replica set "${sets.newest.metadata.name}"`;
    conditions = put(
      conditions,
      'Progressing',
      { status: 'True', reason: 'NewReplicaSetCreated', message },
      run.timestamp,
    );
  } else {
    const told = progress(run, deployment, sets, counts);
    if (told) conditions = put(conditions, 'Progressing', told, run.timestamp, told.reason === 'ReplicaSetUpdated');
  }
  writeStatus(run, deployment, {
    ...deployment.status,
    observedGeneration: counts.observedGeneration,
    replicas: countOf(counts.replicas),
    updatedReplicas: countOf(counts.updatedReplicas),
    readyReplicas: countOf(counts.readyReplicas),
    availableReplicas: countOf(counts.availableReplicas),
    unavailableReplicas: countOf(counts.unavailableReplicas),
    conditions: withFailures(conditions, sets),
  });
}

/** A set that cannot create pods is a failure of its Deployment. */
function withFailures(conditions: readonly Condition[], { newest, old }: OwnedSets): Condition[] {
  const failures = [...(newest ? [newest] : []), ...old].flatMap((set) => conditionOf(set, 'ReplicaFailure') ?? []);
  const others = conditions.filter((condition) => condition.type !== 'ReplicaFailure');
  const [failure] = failures;
  if (!failure) return others;
  const since = failure.lastTransitionTime;
  return [...others, { ...failure, ...(since === undefined ? {} : { lastUpdateTime: since }) }];
}
