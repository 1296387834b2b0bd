import { quantityOf } from '../instance-types/quantity.ts';
import type { Manifest } from '../kube/api.ts';
import { conditionsOf } from '../kube/conditions.ts';
import { BOOTSTRAP_LABEL } from '../kube/labels.ts';

const GIB = 2 ** 30;

/** A node, or an instance that Karpenter launched and that is no node yet. */
export type FleetNode = {
  /** Undefined: no node yet. */
  readonly name: string | undefined;
  readonly instanceId: string | undefined;
  /** Undefined: not Karpenter's. */
  readonly nodePool: string | undefined;
  readonly capacityType: string;
  readonly instanceType: string;
  readonly zone: string;
  readonly os: string;
  readonly isBootstrap: boolean;
  readonly isReady: boolean;
  readonly createdMs: number;
  readonly cpus: number;
  readonly allocatable: Amounts;
};

/** CPUs and memory; of a claim that is no node yet, what its status promises. */
export type Amounts = { readonly cpu: number; readonly memoryGiB: number };

/** The nodes of a cluster, and after them what is launched and not yet registered. */
export function fleetNodes(nodes: readonly Manifest[], claims: readonly Manifest[]): FleetNode[] {
  const fleet = nodes.map((node) => nodeOf(node, providerIdOf(node, 'spec'), node.metadata.name));
  const known = new Set(fleet.map(({ instanceId }) => instanceId));
  for (const claim of claims) {
    const launched = nodeOf(claim, providerIdOf(claim, 'status'), undefined);
    if (launched.instanceId !== undefined && !known.has(launched.instanceId)) fleet.push(launched);
  }
  return fleet;
}

function nodeOf(object: Manifest, providerId: string, name: string | undefined): FleetNode {
  const { labels = {}, creationTimestamp = '' } = object.metadata;
  const { capacity, allocatable } = (object['status'] ?? {}) as {
    readonly capacity?: Readonly<Record<string, string>>;
    readonly allocatable?: Readonly<Record<string, string>>;
  };
  return {
    name,
    instanceId: /\/(i-[0-9a-f]+)$/.exec(providerId)?.[1],
    nodePool: labels['karpenter.sh/nodepool'],
    // EKS labels the nodes of its node groups in words of its own.
    capacityType: labels['karpenter.sh/capacity-type'] ?? groupCapacityType(labels['eks.amazonaws.com/capacityType']),
    instanceType: labels['node.kubernetes.io/instance-type'] ?? '',
    zone: labels['topology.kubernetes.io/zone'] ?? '',
    os: labels['kubernetes.io/os'] ?? 'linux',
    isBootstrap: labels[BOOTSTRAP_LABEL] === 'true',
    isReady:
      name !== undefined && conditionsOf(object).some(({ type, status }) => type === 'Ready' && status === 'True'),
    createdMs: Date.parse(creationTimestamp),
    cpus: amountOf(capacity?.['cpu']),
    allocatable: { cpu: amountOf(allocatable?.['cpu']), memoryGiB: amountOf(allocatable?.['memory']) / GIB },
  };
}

function providerIdOf(object: Manifest, part: 'spec' | 'status'): string {
  return ((object[part] ?? {}) as { readonly providerID?: string }).providerID ?? '';
}

function groupCapacityType(label: string | undefined): string {
  if (label === 'SPOT') return 'spot';
  return label === undefined || label === 'ON_DEMAND' ? 'on-demand' : label.toLowerCase();
}

/** Zero where there is no such amount, or it is none. */
export function amountOf(quantity: string | number | undefined): number {
  return (quantity === undefined ? undefined : quantityOf(quantity)) ?? 0;
}
