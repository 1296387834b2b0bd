import type { Simulation } from '../../core/simulation.ts';
import type { KubeCluster } from '../types.ts';
import { type AgendaData, agendaKind, requestReconciliation, requestReconciliationSoon } from './agenda.ts';
import type { ControllerOptions } from './context.ts';
import { informersOf } from './informers.ts';
import { reconcileCluster } from './reconcile.ts';
import { controllerState } from './state.ts';

type Running = { cluster: KubeCluster; options: ControllerOptions; isReconciling: boolean };

// Agenda handlers are given to a simulation once; a cluster that is taken up again after a restore replaces its entry.
const running = new WeakMap<Simulation, Map<string, Running>>();
const listening = new WeakSet<KubeCluster>();

/** Nothing that the controllers do depends on these, and they change often. */
const IGNORED_KINDS = ['Event', 'Lease'];

/**
 * Starts the controllers, the scheduler and the kubelets of a cluster. Call it again for a cluster object made anew, such as
 * one over a restored snapshot: it takes the place of the former one of that name.
 */
export function startControllers(cluster: KubeCluster, options: ControllerOptions = {}): void {
  const entry: Running = { cluster, options, isReconciling: false };
  const { simulation, name } = cluster;
  const clusters = running.get(simulation) ?? new Map<string, Running>();
  running.set(simulation, clusters);
  const isNew = !clusters.has(name);
  clusters.set(name, entry);
  if (isNew) simulation.on<AgendaData>(agendaKind(name), (data) => reconcileIfDue(clusters, name, data));
  if (!listening.has(cluster)) listen(cluster);
  const state = controllerState(simulation, name);
  if (!state.isStarted) requestReconciliationSoon(cluster);
  state.isStarted = true;
}

function listen(cluster: KubeCluster): void {
  listening.add(cluster);
  const { simulation, name } = cluster;
  cluster.onChange(({ type, object }) => {
    const entry = running.get(simulation)?.get(name);
    if (entry?.cluster !== cluster) return;
    const state = controllerState(simulation, name);
    informersOf(cluster, state).apply({ type, object });
    if (IGNORED_KINDS.includes(object.kind)) return;
    const isGoing = type === 'DELETED' || object.metadata.deletionTimestamp !== undefined;
    const isForeign = type === 'ADDED' && !entry.isReconciling && object.metadata.ownerReferences !== undefined;
    if (isGoing || isForeign) state.isGarbageLikely = true;
    if (!entry.isReconciling) requestReconciliationSoon(cluster);
  });
}

function reconcileIfDue(clusters: ReadonlyMap<string, Running>, name: string, { atMs }: AgendaData): void {
  const entry = clusters.get(name);
  if (!entry) return;
  const state = controllerState(entry.cluster.simulation, name);
  if (state.wakeAtMs !== atMs) return;
  state.wakeAtMs = null;
  entry.isReconciling = true;
  try {
    const nextMs = reconcileCluster(entry.cluster, entry.options);
    if (nextMs !== undefined) requestReconciliation(entry.cluster, nextMs);
  } finally {
    entry.isReconciling = false;
  }
}
