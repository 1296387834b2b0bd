import type { Reconciliation } from '../context.ts';
import { type Deployment, isFinished, isTerminating, type Pod, type ReplicaSet } from '../objects.ts';
import { rollingLimits } from '../percentages.ts';
import { claimed } from './claims.ts';
import { isComplete, type OwnedSets, writeDeploymentStatus } from './deployment-status.ts';
import {
  annotateRevision,
  byAge,
  createNewSet,
  findNewSet,
  revisionOf,
  scaleSet,
  syncNewSet,
  toldSizes,
  trimHistory,
} from './revisions.ts';
import { newSetSize, oldSetSizes, proportionalSizes, type SetSize } from './rolling-update.ts';

export function reconcileDeployments(run: Reconciliation): void {
  for (const deployment of run.list<Deployment>('apps/v1', 'Deployment')) reconcile(run, deployment);
}

type Rollout = {
  readonly run: Reconciliation;
  readonly deployment: Deployment;
  readonly wanted: number;
  readonly maxSurge: number;
  readonly maxUnavailable: number;
  /** The most pods that all sets together may have. */
  readonly most: number;
};

function reconcile(run: Reconciliation, deployment: Deployment): void {
  const all = claimed(run, deployment, run.list<ReplicaSet>('apps/v1', 'ReplicaSet'));
  const newest = findNewSet(deployment, all);
  const sets = { newest, old: all.filter((set) => set !== newest).sort(byAge) };
  if (isTerminating(deployment)) {
    writeDeploymentStatus(run, deployment, sets, false);
    return;
  }
  const rollout = rolloutOf(run, deployment);
  const isResized = all.some((set) => {
    const { desired } = toldSizes(set);
    return (set.spec.replicas ?? 1) > 0 && desired !== undefined && desired !== rollout.wanted;
  });
  if (deployment.spec.paused || isResized) {
    writeDeploymentStatus(run, deployment, resize(rollout, sets), false);
    return;
  }
  const done = deployment.spec.strategy?.type === 'Recreate' ? recreate(rollout, sets) : roll(rollout, sets);
  if (isComplete(deployment, done)) trimHistory(run, deployment, done.old);
  writeDeploymentStatus(run, deployment, done, done.newest !== undefined && newest === undefined);
}

function rolloutOf(run: Reconciliation, deployment: Deployment): Rollout {
  const wanted = deployment.spec.replicas ?? 1;
  const isRolling = deployment.spec.strategy?.type !== 'Recreate';
  const limits = isRolling
    ? rollingLimits(wanted, deployment.spec.strategy?.rollingUpdate)
    : { maxSurge: 0, maxUnavailable: 0 };
  return { run, deployment, wanted, ...limits, most: wanted + limits.maxSurge };
}

function sizeOf(set: ReplicaSet): SetSize {
  return {
    name: set.metadata.name,
    replicas: set.spec.replicas ?? 1,
    available: set.status?.availableReplicas ?? 0,
  };
}

/** The set of the present template, made with the size that the rollout allows it where there is none. */
function ensureNewSet(rollout: Rollout, { newest, old }: OwnedSets): ReplicaSet {
  const { run, deployment } = rollout;
  const revision = Math.max(0, ...old.map(revisionOf)) + 1;
  const empty = { name: '', replicas: 0, available: 0 };
  const replicas = newSetSize({ ...rollout, newest: empty, old: old.map(sizeOf) });
  const set = newest
    ? syncNewSet(run, deployment, newest, revision)
    : createNewSet(run, deployment, { replicas, most: rollout.most, revision });
  annotateRevision(run, deployment, set);
  return set;
}

function roll(rollout: Rollout, sets: OwnedSets): OwnedSets {
  const { run, deployment, most } = rollout;
  const made = ensureNewSet(rollout, sets);
  const old = sets.old.map(sizeOf);
  const newest = scaleSet(run, deployment, made, {
    replicas: newSetSize({ ...rollout, newest: sizeOf(made), old }),
    most,
  });
  const sizes = oldSetSizes({ ...rollout, newest: sizeOf(newest), old });
  const scaled = sets.old.map((set) => {
    const replicas = sizes.get(set.metadata.name);
    return replicas === undefined ? set : scaleSet(run, deployment, set, { replicas, most });
  });
  return { newest, old: scaled };
}

function recreate(rollout: Rollout, sets: OwnedSets): OwnedSets {
  const { run, deployment, most, wanted } = rollout;
  const old = sets.old.map((set) =>
    (set.spec.replicas ?? 1) > 0 ? scaleSet(run, deployment, set, { replicas: 0, most }) : set,
  );
  const uids = old.map((set) => set.metadata.uid);
  const lingers = (pod: Pod) =>
    !isFinished(pod) &&
    (pod.metadata.ownerReferences ?? []).some((owner) => owner.controller && uids.includes(owner.uid));
  if (run.list<Pod>('v1', 'Pod').some(lingers)) return { newest: sets.newest, old };
  const made = ensureNewSet(rollout, { ...sets, old });
  return { newest: scaleSet(run, deployment, made, { replicas: wanted, most }), old };
}

/** The Deployment's size changed (or it is paused): no step of a rollout, the present sets share the change. */
function resize(rollout: Rollout, sets: OwnedSets): OwnedSets {
  const { run, deployment, wanted, most, maxSurge } = rollout;
  const all = [...(sets.newest ? [sets.newest] : []), ...sets.old];
  const active = all.filter((set) => (set.spec.replicas ?? 1) > 0);
  const only = active.length <= 1 ? (active[0] ?? sets.newest ?? sets.old.at(-1)) : undefined;
  const isNewestFull =
    sets.newest !== undefined && sizeOf(sets.newest).available === wanted && sets.newest.spec.replicas === wanted;
  let sizes = new Map<string, number>();
  if (only) sizes.set(only.metadata.name, wanted);
  else if (isNewestFull) sizes = new Map(sets.old.map((set) => [set.metadata.name, 0]));
  else {
    const resized = active.map((set) => ({ ...sizeOf(set), lastMost: toldSizes(set).most }));
    sizes = proportionalSizes(resized, wanted, maxSurge);
  }
  const scaled = (set: ReplicaSet) => {
    const isActive = active.includes(set);
    const replicas = sizes.get(set.metadata.name) ?? set.spec.replicas ?? 1;
    return isActive || sizes.has(set.metadata.name) ? scaleSet(run, deployment, set, { replicas, most }) : set;
  };
  return { newest: sets.newest && scaled(sets.newest), old: sets.old.map(scaled) };
}
