import { matchesLabelSelector } from '../../api/selectors.ts';
import { isTerminating, type Pod, type SpreadConstraint } from '../objects.ts';
import { type ClusterView, type NodeInfo, nodesWith, topologyValue } from './cluster-view.ts';
import { matchesNodeSelection } from './node-affinity.ts';
import { selectorWithKeys } from './pod-selection.ts';
import { untoleratedTaint } from './taints.ts';

export function spreadConstraints(pod: Pod, whenUnsatisfiable: 'DoNotSchedule' | 'ScheduleAnyway'): SpreadConstraint[] {
  return (pod.spec.topologySpreadConstraints ?? []).filter(
    (constraint) => constraint.whenUnsatisfiable === whenUnsatisfiable,
  );
}

/** How many of the pods that a constraint means run in each domain that the pod could go to. */
export function domainCounts(
  pod: Pod,
  constraint: SpreadConstraint,
  constraints: readonly SpreadConstraint[],
  nodes: readonly NodeInfo[],
): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { node, pods } of nodes) {
    const domain = topologyValue(node, constraint.topologyKey);
    if (domain === undefined || !isCounted(pod, constraint, constraints, node)) continue;
    const here = pods.filter((other) => isMeant(pod, constraint, other)).length;
    counts.set(domain, (counts.get(domain) ?? 0) + here);
  }
  return counts;
}

function isCounted(
  pod: Pod,
  constraint: SpreadConstraint,
  constraints: readonly SpreadConstraint[],
  node: NodeInfo['node'],
): boolean {
  if (constraints.some(({ topologyKey }) => topologyValue(node, topologyKey) === undefined)) return false;
  if (constraint.nodeAffinityPolicy !== 'Ignore' && !matchesNodeSelection(pod, node)) return false;
  const honorsTaints = constraint.nodeTaintsPolicy === 'Honor';
  return !honorsTaints || !untoleratedTaint(pod, node.spec.taints, ['NoSchedule', 'NoExecute']);
}

function isMeant(pod: Pod, constraint: SpreadConstraint, other: Pod): boolean {
  if (isTerminating(other) || other.metadata.namespace !== pod.metadata.namespace) return false;
  const selector = selectorWithKeys(constraint.labelSelector, pod, { match: constraint.matchLabelKeys });
  return matchesLabelSelector(selector, other.metadata.labels ?? {});
}

/** Hard constraints: 'missing label' cannot be mended by other pods going away. */
export function spreadVerdict(
  pod: Pod,
  candidate: NodeInfo,
  view: ClusterView,
): 'fits' | 'too uneven' | 'missing label' {
  const constraints = spreadConstraints(pod, 'DoNotSchedule');
  const nodes = constraints.length === 0 ? [] : nodesWith(view, candidate);
  for (const constraint of constraints) {
    const domain = topologyValue(candidate.node, constraint.topologyKey);
    if (domain === undefined) return 'missing label';
    const counts = domainCounts(pod, constraint, constraints, nodes);
    const isFew = counts.size < (constraint.minDomains ?? 1);
    const least = isFew || counts.size === 0 ? 0 : Math.min(...counts.values());
    const itself = isMeant(pod, constraint, pod) ? 1 : 0;
    if ((counts.get(domain) ?? 0) + itself - least > constraint.maxSkew) return 'too uneven';
  }
  return 'fits';
}
