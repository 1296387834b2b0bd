import { pathText } from '../clusters/fault.ts';
import { isMap, type Plan } from './addition.ts';
import type { Workload } from './workload.ts';

const ZONE = 'topology.kubernetes.io/zone';
const HOST = 'kubernetes.io/hostname';

/**
 * Spread for what has several replicas. Zones: ScheduleAnyway, which Karpenter tries to keep when it makes nodes, and a pod still runs
 * when a zone is out of capacity. Nodes: never more than half of the replicas on one, since a new node can always be made; without
 * minDomains the first node of a new pool would get them all. A constraint on the same topology that is there already is the team's,
 * and stays.
 */
export function planSpread({ podSpec, podSpecPath, replicas, selector, isEverywhere }: Workload): Plan {
  const none: Plan = { additions: [], faults: [], warnings: [] };
  if (isEverywhere || replicas < 2) return none;
  const path = [...podSpecPath, 'topologySpreadConstraints'];
  const present = podSpec['topologySpreadConstraints'] ?? [];
  if (!Array.isArray(present)) return { ...none, faults: [{ path: pathText(path), message: 'must be a list' }] };
  if (selector === undefined) return { ...none, faults: [{ path: 'spec.selector', message: 'is required' }] };
  const isThere = (topologyKey: string) => present.some((item) => isMap(item) && item['topologyKey'] === topologyKey);
  const wanted = [
    { maxSkew: 1, topologyKey: ZONE, whenUnsatisfiable: 'ScheduleAnyway' },
    { maxSkew: Math.ceil(replicas / 2), minDomains: 2, topologyKey: HOST, whenUnsatisfiable: 'DoNotSchedule' },
  ];
  const items = wanted
    .filter(({ topologyKey }) => !isThere(topologyKey))
    .map((constraint) => ({ ...constraint, labelSelector: selector }));
  return { ...none, additions: items.length > 0 ? [{ path, items }] : [] };
}
