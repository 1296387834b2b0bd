import type { BenchNode } from './fleet.ts';

/** Every label that Karpenter's gauges of a node have, as it writes them, beside the node's name and the resource. */
const NODE_LABELS = [
  'arch',
  'capacity_reservation_id',
  'capacity_reservation_interruptible',
  'capacity_reservation_type',
  'capacity_type',
  'instance_accelerator_count',
  'instance_accelerator_manufacturer',
  'instance_accelerator_name',
  'instance_capability_flex',
  'instance_category',
  'instance_cpu',
  'instance_cpu_manufacturer',
  'instance_cpu_sustained_clock_speed_mhz',
  'instance_ebs_bandwidth',
  'instance_encryption_in_transit_supported',
  'instance_family',
  'instance_generation',
  'instance_gpu_count',
  'instance_gpu_manufacturer',
  'instance_gpu_memory',
  'instance_gpu_name',
  'instance_hypervisor',
  'instance_local_nvme',
  'instance_memory',
  'instance_network_bandwidth',
  'instance_size',
  'instance_tenancy',
  'instance_type',
  'nitro_sandbox',
  'nodepool',
  'os',
  'placement_group_id',
  'placement_group_partition',
  'region',
  'windows_build',
  'zone',
  'zone_id',
] as const;

const ALLOCATABLE = ['cpu', 'ephemeral_storage', 'hugepages_1gi', 'hugepages_2mi', 'memory', 'pods'];
const REQUESTS = ['cpu', 'memory', 'pods'];
const GAUGES: Readonly<Record<string, readonly string[]>> = {
  allocatable: ALLOCATABLE,
  system_overhead: ALLOCATABLE,
  total_daemon_limits: REQUESTS,
  total_daemon_requests: REQUESTS,
  total_pod_limits: REQUESTS,
  total_pod_requests: REQUESTS,
};
/** What a page of the state of pods has for each node: most pods of such a cluster are in it. */
const PODS_A_NODE = 3;
const BOUNDS = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.25, 1.5, 1.75, 2,
  2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9, 10, 15, 20, 25, 30, 40, 50, 60, 120, 150, 300, 450, 600,
];

/** The page of a leader line by line, families by name, as Prometheus' client writes it. `look` moves the counters on. */
export function* metricsLines(nodes: readonly BenchNode[], look: number): Generator<string> {
  yield* family('controller_runtime_max_concurrent_reconciles', 'gauge', [
    '{controller="metrics.node"} 1',
    '{controller="provisioner"} 1',
  ]);
  yield* offerings();
  for (const name of ['created', 'disrupted', 'terminated'])
    yield* family(`karpenter_nodeclaims_${name}_total`, 'counter', counters(nodes, name, look));
  for (const [name, resources] of Object.entries(GAUGES)) yield* nodeGauge(nodes, name, resources);
  yield* family(
    'karpenter_pods_bound_duration_seconds',
    'histogram',
    [...BOUNDS, '+Inf'].map((bound, at) => `_bucket{le="${bound}"} ${at * 100 * look}`),
  );
  yield* podsState(nodes);
  yield* family('karpenter_pods_unbound_time_seconds', 'gauge', unbound());
  yield* family('leader_election_master_status', 'gauge', ['{name="karpenter-leader-election"} 1']);
  yield* family('process_start_time_seconds', 'gauge', [' 1.7625e+09']);
}

function* family(name: string, type: string, lines: Iterable<string>): Generator<string> {
  yield `# HELP ${name} As Karpenter exports it.\n# TYPE ${name} ${type}\n`;
  for (const line of lines) yield `${name}${line}\n`;
}

function* nodeGauge(nodes: readonly BenchNode[], name: string, resources: readonly string[]): Generator<string> {
  const full = `karpenter_nodes_${name}`;
  yield `# HELP ${full} As Karpenter exports it.\n# TYPE ${full} gauge\n`;
  for (const node of nodes) {
    const labels = nodeLabels(node);
    yield resources.map((resource) => `${full}{${labels(resource)}} ${amountOf(name, resource, node)}\n`).join('');
  }
}

function nodeLabels({ labels, name }: BenchNode): (resource: string) => string {
  const byName = new Map(
    Object.entries(labels).map(([key, value]) => [(key.split('/')[1] ?? '').replaceAll('-', '_'), value]),
  );
  const parts = NODE_LABELS.map((label) => `${label}="${byName.get(label) ?? ''}"`);
  const at = NODE_LABELS.findIndex((label) => label > 'managed');
  const [before, after] = [parts.slice(0, at).join(','), parts.slice(at).join(',')];
  return (resource) => `${before},managed="true",node_name="${name}",phase="",resource_type="${resource}",${after}`;
}

function amountOf(gauge: string, resource: string, { cpus, index }: BenchNode): string {
  const share = gauge === 'allocatable' ? 1 : gauge === 'total_pod_requests' ? 0.4 + (index % 50) / 100 : 0.05;
  if (resource === 'cpu') return String(Number((cpus * 0.98 * share).toFixed(3)));
  if (resource === 'pods') return String(Math.round(58 * share));
  return resource.startsWith('hugepages') ? '0' : (cpus * 4 * 2 ** 30 * share).toExponential();
}

function* podsState(nodes: readonly BenchNode[]): Generator<string> {
  yield '# HELP karpenter_pods_state As Karpenter exports it.\n# TYPE karpenter_pods_state gauge\n';
  for (const { name, index, labels } of nodes)
    for (let pod = 0; pod < PODS_A_NODE; pod += 1)
      yield `karpenter_pods_state{arch="${labels['kubernetes.io/arch']}",capacity_type="${labels['karpenter.sh/capacity-type']}",instance_type="${labels['node.kubernetes.io/instance-type']}",managed="true",name="payments-api-7d9f8b6c5-${index.toString(36).padStart(4, '0')}${pod}",namespace="payments",node="${name}",nodepool="${labels['karpenter.sh/nodepool']}",owner="/apis/apps/v1/namespaces/payments/replicasets/payments-api-7d9f8b6c5",phase="Running",ready="true",scheduled="true",zone="${labels['topology.kubernetes.io/zone']}"} 1\n`;
}

function* unbound(): Generator<string> {
  for (let pod = 0; pod < 200; pod += 1) yield `{name="payments-worker-${pod}",namespace="payments"} ${pod / 10}`;
}

function counters(nodes: readonly BenchNode[], name: string, look: number): string[] {
  const pools = [...new Set(nodes.map(({ labels }) => labels['karpenter.sh/nodepool'] ?? ''))];
  const reasons = name === 'disrupted' ? ['drifted', 'empty', 'spot_interrupted', 'underutilized'] : ['provisioned'];
  return pools.flatMap((pool) =>
    reasons.map((reason) => `{capacity_type="spot",nodepool="${pool}",reason="${reason}"} ${look * 17}`),
  );
}

function* offerings(): Generator<string> {
  const full = 'karpenter_cloudprovider_instance_type_offering_price_estimate';
  yield `# HELP ${full} As Karpenter exports it.\n# TYPE ${full} gauge\n`;
  for (let type = 0; type < 800; type += 1)
    for (const zone of ['a', 'b', 'c'])
      for (const capacity of ['spot', 'on-demand'])
        yield `${full}{capacity_type="${capacity}",instance_type="family${type}.xlarge",zone="eu-west-1${zone}"} 0.1234\n`;
}
