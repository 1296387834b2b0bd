import type { Reconciliation } from '../context.ts';
import { conditionOf, isFinished, isTerminating, keyOf, type Labels, type Node, type Pod } from '../objects.ts';
import { refOf, withCondition, writeStatus } from '../writing.ts';
import type { ClusterView, NodeInfo } from './cluster-view.ts';
import { type Refusal, refusalOf, unschedulableMessage } from './filters.ts';
import { bestNode } from './scores.ts';

/** The cluster as the scheduler sees it. */
export function clusterView(run: Reconciliation): ClusterView {
  const pods = run.list<Pod>('v1', 'Pod').filter((pod) => pod.spec.nodeName && !isFinished(pod));
  const nodes = run
    .list<Node>('v1', 'Node')
    .map((node) => ({ node, pods: pods.filter((pod) => pod.spec.nodeName === node.metadata.name) }));
  const namespaces = Object.fromEntries(
    run.list('v1', 'Namespace').map((one): [string, Labels] => [one.metadata.name, one.metadata.labels ?? {}]),
  );
  return { nodes, namespaces };
}

/** Binds what fits, one pod after the other, and says of the others why not. There is no preemption. */
export function schedulePods(run: Reconciliation): void {
  const pending = run.list<Pod>('v1', 'Pod').filter(isWaiting).sort(byPriority);
  if (pending.length === 0) return;
  let view = clusterView(run);
  for (const pod of pending) {
    refuseUnsimulated(pod);
    if (pod.spec.schedulingGates?.length) {
      markUnschedulable(run, pod, 'SchedulingGated', 'Scheduling is blocked due to non-empty scheduling gates');
      continue;
    }
    const { feasible, refusals } = sift(pod, view);
    const chosen = bestNode(pod, feasible, view);
    if (!chosen) {
      markUnschedulable(run, pod, 'Unschedulable', unschedulableMessage(refusals));
      continue;
    }
    const bound = bind(run, pod, chosen.node.metadata.name);
    const nodes = view.nodes.map((info) => (info === chosen ? { ...info, pods: [...info.pods, bound] } : info));
    view = { ...view, nodes };
  }
}

function sift(pod: Pod, view: ClusterView): { feasible: NodeInfo[]; refusals: Refusal[] } {
  const feasible: NodeInfo[] = [];
  const refusals: Refusal[] = [];
  for (const info of view.nodes) {
    const refusal = refusalOf(pod, info, view);
    if (refusal) refusals.push(refusal);
    else feasible.push(info);
  }
  return { feasible, refusals };
}

function isWaiting(pod: Pod): boolean {
  const isOurs = (pod.spec.schedulerName ?? 'default-scheduler') === 'default-scheduler';
  return isOurs && !pod.spec.nodeName && !isTerminating(pod) && !isFinished(pod);
}

function byPriority(left: Pod, right: Pod): number {
  const priorities = (right.spec.priority ?? 0) - (left.spec.priority ?? 0);
  if (priorities !== 0) return priorities;
  const [leftKey, rightKey] = [left, right].map((pod) => `${pod.metadata.creationTimestamp} ${keyOf(pod)}`);
  return (leftKey ?? '') < (rightKey ?? '') ? -1 : 1;
}

function refuseUnsimulated(pod: Pod): void {
  const claim = (pod.spec.volumes ?? []).find((volume) => volume.persistentVolumeClaim || volume.ephemeral);
  const what = claim ? `volume claims (volume ${claim.name})` : 'resource claims';
  if (!claim && !pod.spec.resourceClaims?.length) return;
  throw new Error(`pod ${keyOf(pod)}: ${what} are not simulated`);
}

function markUnschedulable(run: Reconciliation, pod: Pod, reason: string, message: string): void {
  const old = conditionOf(pod, 'PodScheduled');
  if (old?.status === 'False' && old.reason === reason && old.message === message) return;
  const condition = { type: 'PodScheduled', status: 'False', reason, message } as const;
  writeStatus(run, pod, { ...pod.status, conditions: withCondition(pod.status?.conditions, condition, run.timestamp) });
}

function bind(run: Reconciliation, pod: Pod, nodeName: string): Pod {
  const bound = run.api.mergePatch(refOf(pod), { spec: { nodeName } }) as Pod;
  const condition = { type: 'PodScheduled', status: 'True' } as const;
  writeStatus(run, bound, {
    ...bound.status,
    conditions: withCondition(bound.status?.conditions, condition, run.timestamp),
  });
  return bound;
}
