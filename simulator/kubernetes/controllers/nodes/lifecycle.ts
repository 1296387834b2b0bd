import { jsonEqual } from '../../../../shared/kube/schema/values.ts';
import type { Reconciliation } from '../context.ts';
import { type Condition, conditionOf, isPodReady, isTerminating, type Node, type Pod, type Taint } from '../objects.ts';
import type { KubeletState } from '../state.ts';
import { refOf, timeMs, withCondition, writeStatus } from '../writing.ts';
import { NETWORK_NOT_READY } from './join.ts';

/** How long a node may be silent before it counts as lost. */
const GRACE_MS = 40_000;
const NOT_READY = 'node.kubernetes.io/not-ready';
const UNREACHABLE = 'node.kubernetes.io/unreachable';
const UNSCHEDULABLE = 'node.kubernetes.io/unschedulable';

/** Readiness and its taints, lost nodes, and nodes whose instance is gone. */
export function reconcileNodes(run: Reconciliation): void {
  const nodes = run.list<Node>('v1', 'Node');
  forgetGone(run, nodes);
  for (const node of nodes) {
    const kubelet = run.state.kubelets[node.metadata.name];
    const status =
      kubelet && (kubelet.stoppedAtMs === null ? aliveStatus(run, node, kubelet) : lostStatus(run, node, kubelet));
    if (status) writeStatus(run, node, status);
    const present = status ? { ...node, status } : node;
    writeTaints(run, present);
    if (kubelet?.isInstanceGone) deleteWithoutInstance(run, present, kubelet);
  }
}

function forgetGone(run: Reconciliation, nodes: readonly Node[]): void {
  const names = new Set(nodes.map((node) => node.metadata.name));
  for (const [name, kubelet] of Object.entries(run.state.kubelets)) {
    if (kubelet.isInstanceGone && !names.has(name)) delete run.state.kubelets[name];
  }
}

type NodeStatus = NonNullable<Node['status']>;

function aliveStatus(run: Reconciliation, node: Node, kubelet: KubeletState): NodeStatus {
  kubelet.isNetworkReady ||= isCniUp(run, node);
  const ready: Condition = kubelet.isNetworkReady
    ? { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' }
    : { type: 'Ready', status: 'False', reason: 'KubeletNotReady', message: NETWORK_NOT_READY };
  return withReported(run, node, [ready]);
}

/** The CNI's pod needs a while after it was placed until it has set up the node. */
function isCniUp(run: Reconciliation, node: Node): boolean {
  const { name } = node.metadata;
  const cni = run
    .list<Pod>('v1', 'Pod')
    .find(
      (pod) =>
        pod.spec.nodeName === name &&
        pod.metadata.labels?.['k8s-app'] === 'aws-node' &&
        pod.status?.phase === 'Running' &&
        !isTerminating(pod),
    );
  const known = run.state.pods[cni?.metadata.uid ?? ''];
  // A container that fails over and over leaves its pod in phase Running.
  if (!known || known.startedAtMs === null) return false;
  const dueMs = known.seenAtMs + run.drawMs(`cni:${name}`, 8, 20);
  if (dueMs > run.nowMs) run.wakeAt(dueMs);
  return dueMs <= run.nowMs;
}

function lostStatus(run: Reconciliation, node: Node, kubelet: KubeletState): NodeStatus | undefined {
  const dueMs = (kubelet.stoppedAtMs ?? run.nowMs) + GRACE_MS;
  if (dueMs > run.nowMs) {
    run.wakeAt(dueMs);
    return undefined;
  }
  if (conditionOf(node, 'Ready')?.status !== 'Unknown') markPodsUnready(run, node);
  const unknown = (type: string): Condition => ({
    type,
    status: 'Unknown',
    reason: 'NodeStatusUnknown',
    message: 'Kubelet stopped posting node status.',
  });
  return withReported(run, node, ['MemoryPressure', 'DiskPressure', 'PIDPressure', 'Ready'].map(unknown));
}

function withReported(run: Reconciliation, node: Node, reported: readonly Condition[]): NodeStatus {
  let conditions = node.status?.conditions ?? [];
  for (const next of reported) {
    const old = conditions.find((condition) => condition.type === next.type);
    if (old?.status === next.status && old.reason === next.reason) continue;
    const heartbeat = next.status === 'Unknown' ? (old?.lastHeartbeatTime ?? run.timestamp) : run.timestamp;
    conditions = withCondition(conditions, { ...next, lastHeartbeatTime: heartbeat }, run.timestamp);
  }
  return { ...node.status, conditions };
}

function markPodsUnready(run: Reconciliation, node: Node): void {
  for (const pod of run.list<Pod>('v1', 'Pod')) {
    if (pod.spec.nodeName !== node.metadata.name || !isPodReady(pod)) continue;
    const conditions = withCondition(pod.status?.conditions, { type: 'Ready', status: 'False' }, run.timestamp);
    writeStatus(run, pod, { ...pod.status, conditions });
  }
}

function writeTaints(run: Reconciliation, node: Node): void {
  const ready = conditionOf(node, 'Ready')?.status;
  const wanted: Pick<Taint, 'key' | 'effect'>[] = [];
  if (ready === 'False') wanted.push(...bothEffects(NOT_READY));
  if (ready === 'Unknown') wanted.push(...bothEffects(UNREACHABLE));
  if (node.spec.unschedulable) wanted.push({ key: UNSCHEDULABLE, effect: 'NoSchedule' });
  const old = node.spec.taints ?? [];
  const isWanted = (taint: Taint) => wanted.some(({ key, effect }) => key === taint.key && effect === taint.effect);
  const isOurs = ({ key }: Taint) => [NOT_READY, UNREACHABLE, UNSCHEDULABLE].includes(key) && ready !== undefined;
  const kept = old.filter((taint) => !isOurs(taint) || isWanted(taint));
  const added = wanted
    .filter(({ key, effect }) => !kept.some((taint) => taint.key === key && taint.effect === effect))
    .map((taint): Taint => ({ ...taint, timeAdded: run.timestamp }));
  const taints = [...kept, ...added];
  if (jsonEqual(taints, old)) return;
  run.api.mergePatch(refOf(node), { spec: { taints: taints.length > 0 ? taints : null } });
}

function bothEffects(key: string): Pick<Taint, 'key' | 'effect'>[] {
  return [
    { key, effect: 'NoSchedule' },
    { key, effect: 'NoExecute' },
  ];
}

/** The cloud's node controller looks every five seconds at nodes that are not ready. */
function deleteWithoutInstance(run: Reconciliation, node: Node, kubelet: KubeletState): void {
  const ready = conditionOf(node, 'Ready');
  if (ready?.status === 'True' || isTerminating(node)) return;
  const sinceMs = Math.max(kubelet.stoppedAtMs ?? 0, timeMs(ready?.lastTransitionTime));
  const dueMs = sinceMs + run.drawMs(`instance-gone:${node.metadata.name}`, 0, 5);
  if (dueMs > run.nowMs) run.wakeAt(dueMs);
  else run.api.delete(refOf(node));
}
