import { type KubeCluster, type KubeObject, SYSTEM_ADMIN } from '../types.ts';
import type { ControllerOptions, Reconciliation } from './context.ts';
import { reconcileDisruptionBudgets } from './disruption-budgets.ts';
import { collectGarbage } from './garbage/collect.ts';
import { type Informers, informersOf } from './informers.ts';
import { runKubelets } from './kubelet/pods.ts';
import { collectOrphans, evictByTaints } from './nodes/evictions.ts';
import { reconcileNodes } from './nodes/lifecycle.ts';
import { refuseUnsimulatedKinds } from './refusals.ts';
import { schedulePods } from './scheduler/schedule.ts';
import { controllerState } from './state.ts';
import { reconcileDaemonSets } from './workloads/daemon-sets.ts';
import { reconcileDeployments } from './workloads/deployments.ts';
import { reconcileReplicaSets } from './workloads/replica-sets.ts';

const CONTROLLERS: readonly ((run: Reconciliation) => void)[] = [
  refuseUnsimulatedKinds,
  reconcileNodes,
  evictByTaints,
  reconcileDeployments,
  reconcileReplicaSets,
  reconcileDaemonSets,
  schedulePods,
  runKubelets,
  collectOrphans,
  collectGarbage,
  reconcileDisruptionBudgets,
];

// A large rollout takes a few rounds; whoever needs this many is undoing what another does.
const MOST_ROUNDS = 40;

/** Runs every controller until none changes anything. Returns when something becomes due next, if anything does. */
export function reconcileCluster(cluster: KubeCluster, options: ControllerOptions): number | undefined {
  const informers = informersOf(cluster, controllerState(cluster.simulation, cluster.name));
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const before = informers.changes;
    let nextMs: number | undefined;
    const run = createRun(cluster, options, informers, (atMs) => {
      nextMs = nextMs === undefined ? atMs : Math.min(nextMs, atMs);
    });
    for (const controller of CONTROLLERS) controller(run);
    if (informers.changes === before) return nextMs;
  }
  throw new Error(`controllers of ${cluster.name} do not come to rest: ${informers.latest.join(', ')}`);
}

function createRun(
  cluster: KubeCluster,
  options: ControllerOptions,
  informers: Informers,
  wakeAt: (atMs: number) => void,
): Reconciliation {
  const { simulation } = cluster;
  const api = cluster.as(SYSTEM_ADMIN);
  return {
    cluster,
    api,
    options,
    state: controllerState(simulation, cluster.name),
    nowMs: simulation.now(),
    timestamp: simulation.timestamp(),
    list: <T extends KubeObject>(apiVersion: string, kind: string) =>
      informers.list(api, apiVersion, kind) as readonly T[],
    wakeAt,
    drawMs: (key, low, high) => Math.round(simulation.between(`${cluster.name}:${key}`, low, high) * 1000),
  };
}
