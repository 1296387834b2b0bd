import { INSTANCE_LABELS, PLACEMENT_LABELS } from '../../../shared/nodepools/schemas/labels.ts';
import type { Node, Pod } from '../../kubernetes/controllers/objects.ts';
import { resourceAmount } from '../../kubernetes/controllers/quantities.ts';
import { podRequests } from '../../kubernetes/controllers/scheduler/resources.ts';
import { LABELS } from '../names.ts';
import { isOwnedBy } from '../provisioning/pending-pods.ts';
import { type Family, gauge } from './families.ts';

/** The labels that Karpenter knows the meaning of; each is one of the gauges' labels, without what is before the slash. */
const WELL_KNOWN = [
  'karpenter.sh/nodepool',
  'karpenter.sh/capacity-type',
  'kubernetes.io/arch',
  'kubernetes.io/os',
  'node.kubernetes.io/instance-type',
  'node.kubernetes.io/windows-build',
  'topology.kubernetes.io/region',
  'topology.kubernetes.io/zone',
  'topology.k8s.aws/zone-id',
  ...INSTANCE_LABELS.filter((label) => label !== LABELS.nodeClass),
  ...PLACEMENT_LABELS,
  'karpenter.k8s.aws/nitro-sandbox',
] as const;

/** Their names as labels of a gauge. */
const NAMES = WELL_KNOWN.map((label) => [label, (label.split('/')[1] ?? '').replaceAll('-', '_')] as const);

type Amounts = Readonly<Record<string, number>>;

/** What each node can give, what its pods request and limit, and how much of it all that is. CPU in cores, memory in bytes. */
export function nodeFamilies(nodes: readonly Node[], pods: readonly Pod[]): Family[] {
  const byNode = Map.groupBy(pods, ({ spec }) => spec.nodeName ?? '');
  const entries = nodes.map((node) => {
    const own = byNode.get(node.metadata.name) ?? [];
    const allocatable = amounts(node.status?.allocatable);
    const capacity = amounts(node.status?.['capacity'] as Record<string, string> | undefined);
    return {
      labels: labelsOf(node),
      allocatable,
      overhead: difference(capacity, allocatable),
      requests: requestsOf(own),
      daemonRequests: requestsOf(own.filter((pod) => isOwnedBy(pod, 'DaemonSet'))),
    };
  });
  const family = (name: string, of: (entry: (typeof entries)[number]) => Amounts): Family =>
    gauge(
      `karpenter_nodes_${name}`,
      entries.flatMap((entry) =>
        Object.entries(of(entry)).map(
          ([resource, amount]) => [{ ...entry.labels, resource_type: resourceType(resource) }, amount] as const,
        ),
      ),
    );
  return [
    family('allocatable', ({ allocatable }) => allocatable),
    family('system_overhead', ({ overhead }) => overhead),
    family('total_daemon_requests', ({ daemonRequests }) => daemonRequests),
    family('total_pod_requests', ({ requests }) => requests),
    utilisation(total(entries.map(({ requests }) => requests)), total(entries.map(({ allocatable }) => allocatable))),
  ];
}

/** As Karpenter names a resource in a label. */
export function resourceType(resource: string): string {
  return resource.toLowerCase().replaceAll('-', '_');
}

/** Amounts of a resource list: CPU in cores, all else in whole units. */
export function amounts(list: Readonly<Record<string, string | number>> | undefined): Amounts {
  return Object.fromEntries(
    Object.entries(list ?? {}).map(([resource, quantity]) => {
      const amount = resourceAmount(resource, quantity);
      return [resource, resource === 'cpu' ? amount / 1000 : amount];
    }),
  );
}

/** What is requested in all, and how many pods request it. */
function requestsOf(pods: readonly Pod[]): Amounts {
  const sum = total(pods.filter(isCounted).map((pod) => ({ ...podRequests(pod), pods: 1 })));
  return { ...sum, ...(sum['cpu'] === undefined ? {} : { cpu: sum['cpu'] / 1000 }) };
}

function isCounted({ status }: Pod): boolean {
  return status?.phase !== 'Succeeded' && status?.phase !== 'Failed';
}

function total(all: readonly Amounts[]): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const one of all)
    for (const [resource, amount] of Object.entries(one)) sum[resource] = (sum[resource] ?? 0) + amount;
  return sum;
}

function difference(from: Amounts, what: Amounts): Amounts {
  return Object.fromEntries(Object.entries(from).map(([name, amount]) => [name, amount - (what[name] ?? 0)]));
}

function utilisation(requested: Amounts, allocatable: Amounts): Family {
  const shares = Object.entries(allocatable).filter(([, amount]) => amount > 0);
  return gauge(
    'karpenter_cluster_utilization_percent',
    shares.map(([name, amount]) => [{ resource_type: resourceType(name) }, (100 * (requested[name] ?? 0)) / amount]),
  );
}

function labelsOf({ metadata, status }: Node): Record<string, string> {
  const known = NAMES.map(([label, name]) => [name, metadata.labels?.[label] ?? ''] as const);
  return {
    ...Object.fromEntries(known),
    node_name: metadata.name,
    phase: String(status?.['phase'] ?? ''),
    managed: String(metadata.labels?.[LABELS.nodePool] !== undefined),
  };
}
