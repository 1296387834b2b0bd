import type { Reconciliation } from '../context.ts';
import { isFinished, isTerminating, type Node, type Pod, type Taint } from '../objects.ts';
import { tolerates } from '../scheduler/taints.ts';
import { refOf, withCondition, writeStatus } from '../writing.ts';

/** A missing node is looked for this long before its pods are given up, and the search runs every twenty seconds. */
const QUARANTINE_SECONDS = 40;
const SEARCH_SECONDS = 20;

/** Drives pods off nodes with NoExecute taints, at once or when the time that they tolerate is over. */
export function evictByTaints(run: Reconciliation): void {
  const tainted = new Map<string, Taint[]>();
  for (const node of run.list<Node>('v1', 'Node')) {
    const taints = (node.spec.taints ?? []).filter((taint) => taint.effect === 'NoExecute');
    if (taints.length > 0) tainted.set(node.metadata.name, taints);
  }
  const due = run.state.evictionsDueMs;
  const present = new Set<string>();
  for (const pod of run.list<Pod>('v1', 'Pod')) {
    const uid = pod.metadata.uid ?? '';
    const taints = tainted.get(pod.spec.nodeName ?? '');
    if (!taints || isTerminating(pod) || isFinished(pod)) continue;
    const seconds = secondsTolerated(pod, taints);
    if (seconds === Number.POSITIVE_INFINITY) continue;
    present.add(uid);
    due[uid] ??= run.nowMs + seconds * 1000;
    if (due[uid] > run.nowMs) run.wakeAt(due[uid]);
    else disrupt(run, pod, 'DeletionByTaintManager', 'Taint manager: deleting due to NoExecute taint');
  }
  for (const uid of Object.keys(due)) if (!present.has(uid)) delete due[uid];
}

function secondsTolerated(pod: Pod, taints: readonly Taint[]): number {
  const limits = taints.map((taint) => {
    const fitting = (pod.spec.tolerations ?? []).filter((toleration) => tolerates(toleration, taint));
    if (fitting.length === 0) return 0;
    return Math.min(
      ...fitting.map(({ tolerationSeconds }) => Math.max(0, tolerationSeconds ?? Number.POSITIVE_INFINITY)),
    );
  });
  return Math.min(Number.POSITIVE_INFINITY, ...limits);
}

/** Removes the pods of nodes that exist no longer. */
export function collectOrphans(run: Reconciliation): void {
  const names = new Set(run.list<Node>('v1', 'Node').map((node) => node.metadata.name));
  const since = run.state.orphansSinceMs;
  const orphans = run.list<Pod>('v1', 'Pod').filter((pod) => pod.spec.nodeName && !names.has(pod.spec.nodeName));
  for (const pod of orphans) {
    const uid = pod.metadata.uid ?? '';
    since[uid] ??= run.nowMs;
    const waitMs = QUARANTINE_SECONDS * 1000 + run.drawMs(`orphans:${pod.spec.nodeName}`, 0, SEARCH_SECONDS);
    const dueMs = since[uid] + waitMs;
    if (dueMs > run.nowMs) run.wakeAt(dueMs);
    else disrupt(run, pod, 'DeletionByPodGC', 'PodGC: node no longer exists', { phase: 'Failed', grace: 0 });
  }
  const uids = new Set(orphans.map((pod) => pod.metadata.uid));
  for (const uid of Object.keys(since)) if (!uids.has(uid)) delete since[uid];
}

function disrupt(
  run: Reconciliation,
  pod: Pod,
  reason: string,
  message: string,
  end?: { readonly phase: string; readonly grace: number },
): void {
  const condition = { type: 'DisruptionTarget', status: 'True', reason, message } as const;
  const conditions = withCondition(pod.status?.conditions, condition, run.timestamp);
  writeStatus(run, pod, { ...pod.status, ...(end ? { phase: end.phase } : {}), conditions });
  run.api.delete(refOf(pod), end ? { gracePeriodSeconds: end.grace } : {});
}
