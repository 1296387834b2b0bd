import type { Cluster } from '../../shared/clusters/cluster-file.ts';
import { BOOTSTRAP_LABEL } from '../../shared/kube/labels.ts';
import type { RegistryRow } from '../../shared/ledger/registry.ts';

const REPLICAS = 2;

/** The values of the controller chart for a cluster: its name and queue, the batching windows, resources, and where it may run. */
export function controllerValues(cluster: Cluster, row: RegistryRow): Record<string, unknown> {
  const { settings, resources } = cluster.spec.karpenter;
  const { reservedENIs, ...rest } = settings;
  return {
    replicas: REPLICAS,
    nodeSelector: { 'kubernetes.io/os': 'linux', [BOOTSTRAP_LABEL]: 'true' },
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
