import type { Pod } from '../objects.ts';
import { type ClusterView, type NodeInfo, nodesWith, topologyValue } from './cluster-view.ts';
import { matchesAffinityTerm } from './pod-selection.ts';

export function requiredTerms(pod: Pod, kind: 'podAffinity' | 'podAntiAffinity') {
  return pod.spec.affinity?.[kind]?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
}

/** Required pod affinity: each term's topology holds a pod that all terms mean; the first of a group may start anywhere. */
export function satisfiesAffinity(pod: Pod, candidate: NodeInfo, view: ClusterView): boolean {
  const terms = requiredTerms(pod, 'podAffinity');
  if (terms.length === 0) return true;
  if (terms.some((term) => topologyValue(candidate.node, term.topologyKey) === undefined)) return false;
  const isMeant = (other: Pod) => terms.every((term) => matchesAffinityTerm(term, pod, other, view.namespaces));
  const companies = nodesWith(view, candidate).filter(({ pods }) => pods.some(isMeant));
  if (companies.length === 0) return isMeant(pod);
  return terms.every((term) => companies.some(({ node }) => sharesTopology(node, candidate, term.topologyKey)));
}

/** Required anti-affinity of the pod itself. */
export function satisfiesAntiAffinity(pod: Pod, candidate: NodeInfo, view: ClusterView): boolean {
  const terms = requiredTerms(pod, 'podAntiAffinity');
  if (terms.length === 0) return true;
  return nodesWith(view, candidate).every(({ node, pods }) =>
    terms.every(
      (term) =>
        !sharesTopology(node, candidate, term.topologyKey) ||
        !pods.some((other) => matchesAffinityTerm(term, pod, other, view.namespaces)),
    ),
  );
}

/** Required anti-affinity that running pods have against this one. */
export function satisfiesExistingAntiAffinity(pod: Pod, candidate: NodeInfo, view: ClusterView): boolean {
  return nodesWith(view, candidate).every(({ node, pods }) =>
    pods.every((other) =>
      requiredTerms(other, 'podAntiAffinity').every(
        (term) =>
          !sharesTopology(node, candidate, term.topologyKey) || !matchesAffinityTerm(term, other, pod, view.namespaces),
      ),
    ),
  );
}

function sharesTopology(node: NodeInfo['node'], candidate: NodeInfo, key: string): boolean {
  const value = topologyValue(candidate.node, key);
  return value !== undefined && topologyValue(node, key) === value;
}
