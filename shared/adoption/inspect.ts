import { INTERRUPTION_CHECKS } from './checks/interruption.ts';
import { LEFTOVER_CHECKS } from './checks/leftovers.ts';
import { PERMISSION_CHECKS } from './checks/permissions.ts';
import { SURROUNDING_CHECKS } from './checks/surroundings.ts';
import type { ClusterFacts } from './facts.ts';
import type { AdoptionFinding, AdoptionSeverity } from './finding.ts';

const CHECKS = [...INTERRUPTION_CHECKS, ...PERMISSION_CHECKS, ...LEFTOVER_CHECKS, ...SURROUNDING_CHECKS];

const ORDER: readonly AdoptionSeverity[] = ['refuses', 'error', 'warning', 'info'];

/** Everything that is known to go wrong with clusters of other tools and is so here, the worst first. */
export function inspectCluster(facts: ClusterFacts): AdoptionFinding[] {
  return CHECKS.flatMap((check) => check(facts)).sort(
    (left, right) => ORDER.indexOf(left.severity) - ORDER.indexOf(right.severity),
  );
}
