import type { KubeCluster } from '../types.ts';
import { controllerState } from './state.ts';

export function agendaKind(clusterName: string): string {
  return `kubernetes-controllers:${clusterName}`;
}

/** An item counts only while the state still names its time: an earlier request makes later items void. */
export type AgendaData = { readonly atMs: number };

/** Has the cluster reconciled at a moment, or at an earlier one that is asked for already. */
export function requestReconciliation(cluster: KubeCluster, wantedMs: number): void {
  const { simulation, name } = cluster;
  const state = controllerState(simulation, name);
  const atMs = Math.max(Math.round(wantedMs), simulation.now());
  if (state.wakeAtMs !== null && state.wakeAtMs <= atMs) return;
  state.wakeAtMs = atMs;
  const data: AgendaData = { atMs };
  simulation.schedule((atMs - simulation.now()) / 1000, agendaKind(name), data);
}

/** Has the cluster reconciled soon, as after a watch event. */
export function requestReconciliationSoon(cluster: KubeCluster): void {
  const nowMs = cluster.simulation.now();
  const delaySeconds = cluster.simulation.between(`${agendaKind(cluster.name)}@${nowMs}`, 0.2, 1);
  requestReconciliation(cluster, nowMs + delaySeconds * 1000);
}
