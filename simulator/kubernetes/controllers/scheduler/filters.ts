import type { Pod } from '../objects.ts';
import type { ClusterView, NodeInfo } from './cluster-view.ts';
import { hasFreePorts } from './host-ports.ts';
import { matchesNodeSelection } from './node-affinity.ts';
import { satisfiesAffinity, satisfiesAntiAffinity, satisfiesExistingAntiAffinity } from './pod-affinity.ts';
import { allocatableOf, podRequests, requestedBy } from './resources.ts';
import { untoleratedTaint } from './taints.ts';
import { spreadVerdict } from './topology-spread.ts';

/** Why a node does not take a pod, in the scheduler's words. `isFinal`: not even with other pods gone. */
export type Refusal = { readonly reasons: readonly string[]; readonly isFinal: boolean };

type Filter = (pod: Pod, candidate: NodeInfo, view: ClusterView) => Refusal | undefined;

const final = (reason: string): Refusal => ({ reasons: [reason], isFinal: true });
const passing = (reason: string): Refusal => ({ reasons: [reason], isFinal: false });

const fitsUnschedulable: Filter = (pod, { node }) => {
  if (!node.spec.unschedulable) return undefined;
  const taint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };
  return untoleratedTaint(pod, [taint], ['NoSchedule']) ? final('node(s) were unschedulable') : undefined;
};

const fitsName: Filter = (pod, { node }) => {
  const isWanted = !pod.spec.nodeName || pod.spec.nodeName === node.metadata.name;
  return isWanted ? undefined : final("node(s) didn't match the requested node name");
};

const fitsTaints: Filter = (pod, { node }) =>
  untoleratedTaint(pod, node.spec.taints, ['NoSchedule', 'NoExecute'])
    ? final('node(s) had untolerated taint(s)')
    : undefined;

const fitsAffinity: Filter = (pod, { node }) =>
  matchesNodeSelection(pod, node) ? undefined : final("node(s) didn't match Pod's node affinity/selector");

const fitsPorts: Filter = (pod, { pods }) =>
  hasFreePorts(pod, pods) ? undefined : passing("node(s) didn't have free ports for the requested pod ports");

const fitsResources: Filter = (pod, { node, pods }) => {
  const allocatable = allocatableOf(node);
  const used = requestedBy(pods);
  const reasons: string[] = [];
  let isFinal = false;
  if (pods.length + 1 > (allocatable['pods'] ?? 0)) {
    reasons.push('Too many pods');
    isFinal = (allocatable['pods'] ?? 0) < 1;
  }
  for (const [resource, amount] of Object.entries(podRequests(pod))) {
    const all = allocatable[resource] ?? 0;
    if (amount === 0 || amount <= all - (used[resource] ?? 0)) continue;
    reasons.push(`Insufficient ${resource}`);
    isFinal ||= amount > all;
  }
  return reasons.length > 0 ? { reasons, isFinal } : undefined;
};

const fitsSpread: Filter = (pod, candidate, view) => {
  const verdict = spreadVerdict(pod, candidate, view);
  const reason = "node(s) didn't match pod topology spread constraints";
  if (verdict === 'missing label') return final(`${reason} (missing required label)`);
  return verdict === 'too uneven' ? passing(reason) : undefined;
};

const fitsOtherPods: Filter = (pod, candidate, view) => {
  if (!satisfiesAffinity(pod, candidate, view)) return final("node(s) didn't match pod affinity rules");
  if (!satisfiesAntiAffinity(pod, candidate, view)) return passing("node(s) didn't match pod anti-affinity rules");
  if (!satisfiesExistingAntiAffinity(pod, candidate, view)) {
    return passing("node(s) didn't satisfy existing pods anti-affinity rules");
  }
  return undefined;
};

// In kube-scheduler's order: a node is counted under the first filter that refuses it.
const FILTERS: readonly Filter[] = [
  fitsUnschedulable,
  fitsName,
  fitsTaints,
  fitsAffinity,
  fitsPorts,
  fitsResources,
  fitsSpread,
  fitsOtherPods,
];

/** Undefined where the node takes the pod. */
export function refusalOf(pod: Pod, candidate: NodeInfo, view: ClusterView): Refusal | undefined {
  for (const filter of FILTERS) {
    const refusal = filter(pod, candidate, view);
    if (refusal) return refusal;
  }
  return undefined;
}

/** Whether the scheduler would put the pod on this node, real or imagined. */
export function canSchedule(pod: Pod, candidate: NodeInfo, view: ClusterView): boolean {
  return refusalOf(pod, candidate, view) === undefined;
}

/** The message of PodScheduled=False, as kube-scheduler 1.35 words it. */
export function unschedulableMessage(refusals: readonly Refusal[]): string {
  const total = refusals.length;
  if (total === 0) return 'no nodes available to schedule pods';
  const nodes = `0/${total} nodes are available`;
  const helpless = refusals.filter((refusal) => refusal.isFinal).map(() => 'Preemption is not helpful for scheduling');
  const victimless = refusals.slice(helpless.length).map(() => 'No preemption victims found for incoming pod');
  const why = counted(refusals.flatMap((refusal) => refusal.reasons));
  return `${nodes}: ${why}. no new claims to deallocate, preemption: ${nodes}: ${counted([...helpless, ...victimless])}.`;
}

function counted(reasons: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const texts = [...counts].map(([reason, count]) => `${count} ${reason}`);
  return texts.sort((left, right) => (left < right ? -1 : 1)).join(', ');
}
