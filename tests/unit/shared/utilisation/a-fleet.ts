import type { Manifest } from '../../../../shared/kube/api.ts';
import type { LeaderMetrics } from '../../../../shared/kube/leader-metrics.ts';
import { sampleOf } from '../../../../shared/kube/metrics-page.ts';
import { wantedFamilies } from '../../../../shared/utilisation/families.ts';

export const NOW = Date.parse('2026-11-02T08:10:00Z');

type NodeOptions = {
  readonly pool?: string;
  readonly type?: string;
  readonly zone?: string;
  readonly capacityType?: string;
  readonly cpus?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly isReady?: boolean;
  readonly createdAt?: string;
};

/** `instance` is its last digit; half a CPU and 2 GiB of it are not for pods. */
export function aNode(instance: number, options: NodeOptions = {}): Manifest {
  const { pool, cpus = 4, type = 'm5.xlarge', zone = 'eu-west-1a', capacityType, isReady = true } = options;
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: `node-${instance}`,
      creationTimestamp: options.createdAt ?? '2026-11-02T07:00:00Z',
      labels: {
        ...(pool ? { 'karpenter.sh/nodepool': pool } : {}),
        ...(capacityType ? { 'karpenter.sh/capacity-type': capacityType } : {}),
        'node.kubernetes.io/instance-type': type,
        'topology.kubernetes.io/zone': zone,
        ...options.labels,
      },
    },
    spec: { providerID: `aws:///${zone}/i-000000000000000${instance}` },
    status: {
      capacity: { cpu: String(cpus), memory: '16Gi' },
      allocatable: { cpu: `${cpus * 1000 - 500}m`, memory: `${14 * 2 ** 20}Ki` },
      conditions: [{ type: 'Ready', status: isReady ? 'True' : 'Unknown' }],
    },
  };
}

export function aPool(name: string, capacityTypes: readonly string[], more: object = {}, resources = {}): Manifest {
  return {
    apiVersion: 'karpenter.sh/v1',
    kind: 'NodePool',
    metadata: { name },
    spec: {
      template: {
        spec: { requirements: [{ key: 'karpenter.sh/capacity-type', operator: 'In', values: capacityTypes }] },
      },
      ...more,
    },
    status: { resources, conditions: [{ type: 'Ready', status: 'True' }] },
  };
}

/** What the leader serves, and that its state controllers run. */
export function aLeader(lines: readonly string[], process = 'uid-1/100', isExported = true): LeaderMetrics {
  const controllers = ['provisioner', ...(isExported ? ['metrics.node'] : [])].map(
    (name) => `controller_runtime_max_concurrent_reconciles{controller="${name}"} 1`,
  );
  const samples = [...controllers, ...lines].flatMap((line) => sampleOf(line, wantedFamilies(true)) ?? []);
  return { pod: 'karpenter-1', process, samples };
}

export function requests(node: number, cpu: number, memoryGiB: number, pods: number): string[] {
  const labels = (resource: string) =>
    `{arch="amd64",node_name="node-${node}",phase="",resource_type="${resource}",zone="eu-west-1a"}`;
  return [
    `karpenter_nodes_allocatable${labels('cpu')} 3.5`,
    `karpenter_nodes_total_pod_requests${labels('cpu')} ${cpu}`,
    `karpenter_nodes_total_pod_requests${labels('memory')} ${(memoryGiB * 2 ** 30).toExponential()}`,
    `karpenter_nodes_total_pod_requests${labels('pods')} ${pods}`,
  ];
}
