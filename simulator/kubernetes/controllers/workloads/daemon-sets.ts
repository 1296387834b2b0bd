import type { Reconciliation } from '../context.ts';
import {
  type DaemonSet,
  isActive,
  isFinished,
  isPodReady,
  isTerminating,
  type Node,
  type Pod,
  type PodTemplate,
  type Toleration,
} from '../objects.ts';
import { scaledValue } from '../percentages.ts';
import { matchesNodeSelection } from '../scheduler/node-affinity.ts';
import { untoleratedTaint } from '../scheduler/taints.ts';
import { countOf, refOf, timeMs, writeStatus } from '../writing.ts';
import { claimed } from './claims.ts';
import { createPod, isAvailable } from './pods.ts';
import { templateHash } from './template-hash.ts';

const HASH_LABEL = 'controller-revision-hash';

const TOLERATED: readonly Toleration[] = [
  { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute' },
  { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute' },
  { key: 'node.kubernetes.io/disk-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/memory-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/pid-pressure', operator: 'Exists', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/unschedulable', operator: 'Exists', effect: 'NoSchedule' },
];
const HOST_NETWORK_TOLERATED: Toleration = {
  key: 'node.kubernetes.io/network-unavailable',
  operator: 'Exists',
  effect: 'NoSchedule',
};

export function reconcileDaemonSets(run: Reconciliation): void {
  for (const set of run.list<DaemonSet>('apps/v1', 'DaemonSet')) reconcile(run, set);
}

function reconcile(run: Reconciliation, set: DaemonSet): void {
  if (scaledValue(set.spec.updateStrategy?.rollingUpdate?.maxSurge ?? 0, 100, 'up') > 0) {
    throw new Error(`daemon set ${set.metadata.name}: maxSurge is not simulated`);
  }
  const pods = claimed(run, set, run.list<Pod>('v1', 'Pod'));
  const nodes = run.list<Node>('v1', 'Node');
  const podsOf = podsByTarget(pods);
  const hash = templateHash(set.spec.template);
  if (!isTerminating(set)) {
    deleteTargetless(run, nodes, pods);
    for (const node of nodes) placeOn(run, set, node, podsOf(node), hash);
    if (set.spec.updateStrategy?.type !== 'OnDelete') replaceOutdated(run, set, nodes, podsOf, hash);
  }
  report(run, set, nodes, podsOf, hash);
}

type PodsOf = (node: Node) => readonly Pod[];

/** Pods that were made for a node that went before they got there. */
function deleteTargetless(run: Reconciliation, nodes: readonly Node[], pods: readonly Pod[]): void {
  const names = new Set(nodes.map((node) => node.metadata.name));
  for (const pod of pods) {
    if (!pod.spec.nodeName && isActive(pod) && !names.has(targetOf(pod) ?? '')) run.api.delete(refOf(pod));
  }
}

function podsByTarget(pods: readonly Pod[]): PodsOf {
  const byTarget = Map.groupBy(pods, targetOf);
  return (node) => byTarget.get(node.metadata.name) ?? [];
}

/** The node that a daemon pod is on, or is made for. */
function targetOf(pod: Pod): string | undefined {
  if (pod.spec.nodeName) return pod.spec.nodeName;
  const required = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return required?.nodeSelectorTerms[0]?.matchFields?.[0]?.values?.[0];
}

/** A daemon pod as it would be on a node. */
function templateFor(set: DaemonSet, node: Node, hash: string): PodTemplate {
  const { metadata, spec } = set.spec.template;
  const nodeAffinity = spec.affinity?.nodeAffinity;
  const matchFields = [{ key: 'metadata.name', operator: 'In', values: [node.metadata.name] }];
  const terms = nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [{}];
  const required = { nodeSelectorTerms: terms.map((term) => ({ ...term, matchFields })) };
  const added = spec.hostNetwork ? [...TOLERATED, HOST_NETWORK_TOLERATED] : TOLERATED;
  return {
    metadata: { ...metadata, labels: { ...metadata?.labels, [HASH_LABEL]: hash } },
    spec: {
      ...spec,
      affinity: {
        ...spec.affinity,
        nodeAffinity: { ...nodeAffinity, requiredDuringSchedulingIgnoredDuringExecution: required },
      },
      tolerations: [...(spec.tolerations ?? []), ...added],
    },
  };
}

/** Whether a node gets a pod, and whether a pod that is there may stay. */
type Eligibility = { readonly shouldRun: boolean; readonly mayStay: boolean };

// Objects of the API are never changed in place: each version is an object of its own.
const decided = new WeakMap<DaemonSet, WeakMap<Node, Eligibility>>();

function eligibility(set: DaemonSet, node: Node): Eligibility {
  const ofSet = decided.get(set) ?? new WeakMap<Node, Eligibility>();
  decided.set(set, ofSet);
  const known = ofSet.get(node) ?? decideEligibility(set, node);
  ofSet.set(node, known);
  return known;
}

function decideEligibility(set: DaemonSet, node: Node): Eligibility {
  const { metadata, spec } = templateFor(set, node, '');
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: '', ...metadata }, spec } as Pod;
  const isSelected = matchesNodeSelection(pod, node) && (!spec.nodeName || spec.nodeName === node.metadata.name);
  if (!isSelected || isTerminating(node)) return { shouldRun: false, mayStay: isSelected };
  const isKeptOff = untoleratedTaint(pod, node.spec.taints, ['NoSchedule', 'NoExecute']) !== undefined;
  const isDrivenOff = untoleratedTaint(pod, node.spec.taints, ['NoExecute']) !== undefined;
  return { shouldRun: !isKeptOff, mayStay: !isDrivenOff };
}

function placeOn(run: Reconciliation, set: DaemonSet, node: Node, pods: readonly Pod[], hash: string): void {
  const { shouldRun, mayStay } = eligibility(set, node);
  const failed = pods.filter((pod) => isFinished(pod) && !isTerminating(pod));
  for (const pod of failed) run.api.delete(refOf(pod));
  const active = pods.filter(isActive).sort((left, right) => creation(left) - creation(right));
  const unwanted = mayStay ? active.slice(1) : active;
  for (const pod of unwanted) run.api.delete(refOf(pod));
  // A terminating predecessor still holds the node's ports.
  if (shouldRun && pods.length === 0) createPod(run, set, templateFor(set, node, hash));
}

function creation(pod: Pod): number {
  return timeMs(pod.metadata.creationTimestamp);
}

/** Deletes outdated pods, the unavailable ones first, while no more than allowed are unavailable. */
function replaceOutdated(
  run: Reconciliation,
  set: DaemonSet,
  nodes: readonly Node[],
  podsOf: PodsOf,
  hash: string,
): void {
  const desired = nodes.filter((node) => eligibility(set, node).shouldRun);
  const limit = set.spec.updateStrategy?.rollingUpdate?.maxUnavailable ?? 1;
  const maxUnavailable = Math.max(1, scaledValue(limit, desired.length, 'up'));
  const isUp = (pod: Pod) => isActive(pod) && isAvailable(run, pod, set.spec.minReadySeconds);
  const outdated = desired.flatMap((node) =>
    podsOf(node).filter((pod) => isActive(pod) && pod.metadata.labels?.[HASH_LABEL] !== hash),
  );
  for (const pod of outdated.filter((one) => !isUp(one))) run.api.delete(refOf(pod));
  const down = desired.filter((node) => !podsOf(node).some(isUp)).length;
  for (const pod of outdated.filter(isUp).slice(0, Math.max(0, maxUnavailable - down))) run.api.delete(refOf(pod));
}

function report(run: Reconciliation, set: DaemonSet, nodes: readonly Node[], podsOf: PodsOf, hash: string): void {
  const desired = nodes.filter((node) => eligibility(set, node).shouldRun);
  const others = nodes.filter((node) => !desired.includes(node));
  const running = (node: Node) => podsOf(node).filter(isActive);
  const nodesWith = (holds: (pod: Pod) => boolean) => desired.filter((node) => running(node).some(holds)).length;
  const available = nodesWith((pod) => isAvailable(run, pod, set.spec.minReadySeconds));
  writeStatus(run, set, {
    currentNumberScheduled: nodesWith(() => true),
    numberMisscheduled: others.filter((node) => running(node).length > 0).length,
    desiredNumberScheduled: desired.length,
    numberReady: nodesWith(isPodReady),
    observedGeneration: set.metadata.generation,
    updatedNumberScheduled: countOf(nodesWith((pod) => pod.metadata.labels?.[HASH_LABEL] === hash)),
    numberAvailable: countOf(available),
    numberUnavailable: countOf(desired.length - available),
  });
}
