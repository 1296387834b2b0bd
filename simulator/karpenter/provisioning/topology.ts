import type { Pod } from '../../kubernetes/controllers/objects.ts';
import type { ClusterView, NodeInfo } from '../../kubernetes/controllers/scheduler/cluster-view.ts';
import { hasFreePorts } from '../../kubernetes/controllers/scheduler/host-ports.ts';
import {
  requiredTerms,
  satisfiesAffinity,
  satisfiesAntiAffinity,
  satisfiesExistingAntiAffinity,
} from '../../kubernetes/controllers/scheduler/pod-affinity.ts';
import { domainCounts, spreadConstraints } from '../../kubernetes/controllers/scheduler/topology-spread.ts';
import { LABELS } from '../names.ts';

/**
 * The zones that a pod may go to among those that a new node could be in, the emptiest first; [undefined] where nothing about
 * the pod depends on zones. Zones without nodes count as empty, because a node can be made in them.
 */
export function zoneChoices(pod: Pod, zones: readonly string[], view: ClusterView): (string | undefined)[] {
  const hard = spreadConstraints(pod, 'DoNotSchedule');
  const soft = spreadConstraints(pod, 'ScheduleAnyway');
  const isZonal = ({ topologyKey }: { topologyKey: string }) => topologyKey === LABELS.zone;
  const affinity = [...requiredTerms(pod, 'podAffinity'), ...requiredTerms(pod, 'podAntiAffinity')];
  if (![...hard, ...soft, ...affinity].some(isZonal)) return [undefined];
  const counts = new Map(zones.map((zone) => [zone, 0]));
  let open = [...zones];
  for (const [constraints, isHard] of [
    [hard, true],
    [soft, false],
  ] as const) {
    for (const constraint of constraints.filter(isZonal)) {
      const found = domainCounts(pod, constraint, constraints, view.nodes);
      for (const zone of zones) counts.set(zone, (counts.get(zone) ?? 0) + (found.get(zone) ?? 0));
      const least = Math.min(...zones.map((zone) => found.get(zone) ?? 0));
      if (isHard) open = open.filter((zone) => (found.get(zone) ?? 0) + 1 - least <= constraint.maxSkew);
    }
  }
  return open.sort((left, right) => (counts.get(left) ?? 0) - (counts.get(right) ?? 0) || (left < right ? -1 : 1));
}

/** Whether a pod gets on with the others on and around an imagined node; resources, taints and labels are looked at elsewhere. */
export function getsOn(pod: Pod, candidate: NodeInfo, view: ClusterView): boolean {
  return (
    hasFreePorts(pod, candidate.pods) &&
    isSpreadOverNodes(pod, candidate) &&
    satisfiesAffinity(pod, candidate, view) &&
    satisfiesAntiAffinity(pod, candidate, view) &&
    satisfiesExistingAntiAffinity(pod, candidate, view)
  );
}

/** A new node can always be made, so the emptiest node counts as empty. */
function isSpreadOverNodes(pod: Pod, candidate: NodeInfo): boolean {
  const constraints = spreadConstraints(pod, 'DoNotSchedule');
  return constraints
    .filter(({ topologyKey }) => topologyKey === LABELS.hostname)
    .every((constraint) => {
      const [count = 0] = domainCounts(pod, constraint, [constraint], [candidate]).values();
      return count + 1 <= constraint.maxSkew;
    });
}
