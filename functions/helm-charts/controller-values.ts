import type { Cluster } from '../../shared/clusters/cluster-file.ts';
import { BOOTSTRAP_LABEL } from '../../shared/kube/labels.ts';
import type { OwnRow } from '../../shared/ledger/registry.ts';

const REPLICAS = 2;

/** The values of the controller chart for a cluster: its name and queue, the batching windows, resources, and where it may run. */
export function controllerValues(cluster: Cluster, row: OwnRow): Record<string, unknown> {
  const { settings, resources } = cluster.spec.karpenter;
  const { reservedENIs, ...rest } = settings;
  // Where the cluster had nodes before, the chart's own affinity keeps the controller off Karpenter's machines.
  const ownNodes = (row.bootstrapNodes ?? true) ? { [BOOTSTRAP_LABEL]: 'true' } : {};
  return {
    replicas: REPLICAS,
    nodeSelector: { 'kubernetes.io/os': 'linux', ...ownNodes },
    controller: { resources },
    settings: {
      ...rest,
      // The chart takes it as a string.
      reservedENIs: String(reservedENIs),
      clusterName: cluster.metadata.name,
      interruptionQueue: row.queue.name,
    },
  };
}
