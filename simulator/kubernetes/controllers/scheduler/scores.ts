import type { Pod, WeightedPodAffinityTerm } from '../objects.ts';
import { type ClusterView, type NodeInfo, topologyValue } from './cluster-view.ts';
import { matchesTerm } from './node-affinity.ts';
import { requiredTerms } from './pod-affinity.ts';
import { matchesAffinityTerm } from './pod-selection.ts';
import { allocatableOf, podRequests } from './resources.ts';
import { tolerates } from './taints.ts';
import { domainCounts, spreadConstraints } from './topology-spread.ts';

/** One score for each feasible node, in their order, before it is brought to 0..100. */
type Scorer = (pod: Pod, feasible: readonly NodeInfo[], view: ClusterView) => number[];

const BEST = 100;

function highIsGood(scores: readonly number[]): number[] {
  const most = Math.max(...scores);
  return scores.map((score) => (most === 0 ? 0 : Math.floor((score * BEST) / most)));
}

function lowIsGood(scores: readonly number[]): number[] {
  const most = Math.max(...scores);
  return scores.map((score) => (most === 0 ? BEST : BEST - Math.floor((score * BEST) / most)));
}

function spanned(scores: readonly number[]): number[] {
  const least = Math.min(...scores);
  const span = Math.max(...scores) - least;
  return scores.map((score) => (span === 0 ? 0 : Math.floor(((score - least) * BEST) / span)));
}

const toleration: Scorer = (pod, feasible) =>
  lowIsGood(
    feasible.map(({ node }) => {
      const soft = (node.spec.taints ?? []).filter((taint) => taint.effect === 'PreferNoSchedule');
      return soft.filter((taint) => !(pod.spec.tolerations ?? []).some((one) => tolerates(one, taint))).length;
    }),
  );

const nodeAffinity: Scorer = (pod, feasible) => {
  const terms = pod.spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  return highIsGood(
    feasible.map(({ node }) => {
      const met = terms.filter((term) => matchesTerm(term.preference, node));
      return met.reduce((sum, term) => sum + term.weight, 0);
    }),
  );
};

/** Without constraints of its own, pods of one owner are spread over nodes and zones, as the cluster's defaults have it. */
const spread: Scorer = (pod, feasible, view) => {
  const constraints = spreadConstraints(pod, 'ScheduleAnyway');
  if ((pod.spec.topologySpreadConstraints ?? []).length === 0) return spreadOfOwner(pod, feasible, view);
  const totals = feasible.map(() => 0);
  for (const constraint of constraints) {
    const counts = domainCounts(pod, constraint, constraints, view.nodes);
    feasible.forEach(({ node }, index) => {
      const domain = topologyValue(node, constraint.topologyKey);
      const count = domain === undefined ? 0 : (counts.get(domain) ?? 0);
      totals[index] = (totals[index] ?? 0) + count * Math.log(counts.size + 2);
    });
  }
  return lowIsGood(totals);
};

const spreadOfOwner: Scorer = (pod, feasible, view) => {
  const owner = pod.metadata.ownerReferences?.find((reference) => reference.controller)?.uid;
  const isSibling = (other: Pod) =>
    other.metadata.deletionTimestamp === undefined &&
    other.metadata.ownerReferences?.some((reference) => reference.controller && reference.uid === owner);
  const zoneOf = ({ node }: NodeInfo) => topologyValue(node, 'topology.kubernetes.io/zone');
  const perNode = (info: NodeInfo) => (owner === undefined ? 0 : info.pods.filter(isSibling).length);
  return lowIsGood(
    feasible.map((info) => {
      const zone = view.nodes.filter((other) => zoneOf(other) === zoneOf(info));
      return perNode(info) + zone.reduce((sum, other) => sum + perNode(other), 0);
    }),
  );
};

const podAffinity: Scorer = (pod, feasible, view) => {
  const preferred = (other: Pod, kind: 'podAffinity' | 'podAntiAffinity') =>
    other.spec.affinity?.[kind]?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  const weighted = (terms: readonly WeightedPodAffinityTerm[], owner: Pod, other: Pod, sign: number) =>
    terms.flatMap(({ weight, podAffinityTerm: term }) =>
      matchesAffinityTerm(term, owner, other, view.namespaces)
        ? [{ key: term.topologyKey, weight: sign * weight }]
        : [],
    );
  const pulls = view.nodes.flatMap(({ node, pods }) =>
    pods.flatMap((other) => {
      const hard = requiredTerms(other, 'podAffinity').map((podAffinityTerm) => ({ weight: 1, podAffinityTerm }));
      return [
        ...weighted(preferred(pod, 'podAffinity'), pod, other, 1),
        ...weighted(preferred(pod, 'podAntiAffinity'), pod, other, -1),
        ...weighted([...hard, ...preferred(other, 'podAffinity')], other, pod, 1),
        ...weighted(preferred(other, 'podAntiAffinity'), other, pod, -1),
      ].map(({ key, weight }) => ({ key, weight, value: topologyValue(node, key) }));
    }),
  );
  return spanned(
    feasible.map(({ node }) => {
      const felt = pulls.filter(({ key, value }) => value !== undefined && topologyValue(node, key) === value);
      return felt.reduce((sum, { weight }) => sum + weight, 0);
    }),
  );
};

// What a container without requests counts as here, so that many of them do not pile up.
const ASSUMED = { cpu: 100, memory: 200 * 2 ** 20 };

/** The used fraction of cpu and memory, with the pod on the node. */
function usedFractions(pod: Pod, { node, pods }: NodeInfo): number[] {
  const allocatable = allocatableOf(node);
  return (['cpu', 'memory'] as const).map((resource) => {
    const used = [...pods, pod].reduce((sum, one) => sum + (podRequests(one)[resource] || ASSUMED[resource]), 0);
    const all = allocatable[resource] ?? 0;
    return all === 0 ? 1 : Math.min(1, used / all);
  });
}

const leastAllocated: Scorer = (pod, feasible) =>
  feasible.map((info) => {
    const free = usedFractions(pod, info).map((fraction) => (1 - fraction) * BEST);
    return Math.floor(free.reduce((sum, part) => sum + part, 0) / free.length);
  });

const balanced: Scorer = (pod, feasible) =>
  feasible.map((info) => {
    const [cpu = 0, memory = 0] = usedFractions(pod, info);
    return Math.floor((1 - Math.abs(cpu - memory) / 2) * BEST);
  });

const SCORERS: readonly { readonly scorer: Scorer; readonly weight: number }[] = [
  { scorer: toleration, weight: 3 },
  { scorer: nodeAffinity, weight: 2 },
  { scorer: spread, weight: 2 },
  { scorer: podAffinity, weight: 2 },
  { scorer: leastAllocated, weight: 1 },
  { scorer: balanced, weight: 1 },
];

/** The best of the nodes that take the pod; of equals the first by name. */
export function bestNode(pod: Pod, feasible: readonly NodeInfo[], view: ClusterView): NodeInfo | undefined {
  if (feasible.length <= 1) return feasible[0];
  const totals = feasible.map(() => 0);
  for (const { scorer, weight } of SCORERS) {
    scorer(pod, feasible, view).forEach((score, index) => {
      totals[index] = (totals[index] ?? 0) + weight * score;
    });
  }
  const ranked = feasible.map((info, index) => ({ info, total: totals[index] ?? 0 }));
  ranked.sort(
    (left, right) =>
      right.total - left.total || (left.info.node.metadata.name < right.info.node.metadata.name ? -1 : 1),
  );
  return ranked[0]?.info;
}
