import type { WantedFamilies } from '../kube/metrics-page.ts';

/** The families of the leader's page that are read; everything else on it is passed over. */
export const FAMILIES = {
  requested: 'karpenter_nodes_total_pod_requests',
  allocatable: 'karpenter_nodes_allocatable',
  pending: 'karpenter_pods_unbound_time_seconds',
  boundBuckets: 'karpenter_pods_bound_duration_seconds_bucket',
  created: 'karpenter_nodeclaims_created_total',
  terminated: 'karpenter_nodeclaims_terminated_total',
  disrupted: 'karpenter_nodeclaims_disrupted_total',
  /** One for each controller that runs, by its name. */
  controllers: 'controller_runtime_max_concurrent_reconciles',
} as const;

const COUNTERS: WantedFamilies = new Map([
  [FAMILIES.boundBuckets, ['le']],
  [FAMILIES.created, ['nodepool']],
  [FAMILIES.terminated, ['nodepool']],
  [FAMILIES.disrupted, ['nodepool', 'reason']],
  [FAMILIES.controllers, ['controller']],
  [FAMILIES.pending, []],
]);

const BY_NODE = ['node_name', 'resource_type'];
const WITH_UTILISATION: WantedFamilies = new Map([
  ...COUNTERS,
  [FAMILIES.requested, BY_NODE],
  [FAMILIES.allocatable, BY_NODE],
]);

/** What to read of the leader's page, and which labels to keep. */
export function wantedFamilies(isUtilisationDue: boolean): WantedFamilies {
  return isUtilisationDue ? WITH_UTILISATION : COUNTERS;
}
