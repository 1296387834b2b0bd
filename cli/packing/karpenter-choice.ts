import { nodePoolEntry } from '../../shared/clusters/cluster-file.ts';
import { nodePoolsOf } from '../../shared/nodepools/of-cluster.ts';
import type { PodsFile } from '../../shared/pods-file/schema.ts';
import {
  byPrice,
  type InstanceType,
  matchingTypes,
  type Offering,
} from '../../simulator/karpenter/instance-types/offerings.ts';
import { LABELS } from '../../simulator/karpenter/names.ts';
import { amountsOf } from '../../simulator/karpenter/node-pool/reconcile.ts';
import type { NodePool } from '../../simulator/karpenter/objects.ts';
import { type PlannedNode, planNodes } from '../../simulator/karpenter/provisioning/plan.ts';
import type { Template } from '../../simulator/karpenter/provisioning/templates.ts';
import { requirementsOf } from '../../simulator/karpenter/requirements.ts';
import { type Market, PLAIN_CLASS } from './machines.ts';
import { daemonsOn, packedPod, podsOf } from './pods.ts';
import type { PackedNode, Packing } from './side.ts';

/** The heaviest first, those of equal weight by name. */
function byWeight(left: NodePool, right: NodePool): number {
  return (right.spec.weight ?? 0) - (left.spec.weight ?? 0) || (left.metadata.name < right.metadata.name ? -1 : 1);
}

function templateOf(file: PodsFile, pool: NodePool, market: Market): Template {
  const { spec, metadata } = pool.spec.template;
  const labels = {
    ...metadata?.labels,
    [LABELS.nodePool]: pool.metadata.name,
    [LABELS.nodeClass]: spec.nodeClassRef.name,
  };
  const requirements = requirementsOf(spec.requirements, labels);
  const taints = spec.taints ?? [];
  return {
    pool,
    nodeClass: PLAIN_CLASS,
    requirements,
    labels,
    taints,
    types: matchingTypes(market.machines(PLAIN_CLASS), requirements),
    daemons: daemonsOn(file, taints),
    remaining: amountsOf(pool.spec.limits),
  };
}

/** Spot where the claim and the prices allow it, else on demand; of those the cheapest. */
function launched(
  types: readonly InstanceType[],
): { readonly type: InstanceType; readonly offering: Offering } | undefined {
  const has = types.some(({ offerings }) => offerings.some(({ capacityType }) => capacityType === 'spot'));
  const wanted = requirementsOf([], { [LABELS.capacityType]: has ? 'spot' : 'on-demand' });
  const [type] = byPrice(matchingTypes(types, wanted));
  const offerings = [...(type?.offerings ?? [])];
  offerings.sort((left, right) => left.pricePerHour - right.pricePerHour || (left.zone < right.zone ? -1 : 1));
  const [offering] = offerings;
  return type && offering ? { type, offering } : undefined;
}

function packedNode({ template, types, info }: PlannedNode, market: Market): PackedNode {
  const chosen = launched(types);
  if (!chosen) throw new Error(`a node of ${template.pool.metadata.name} was planned that no type can be`);
  const { type, offering } = chosen;
  const { zone, capacityType } = offering;
  return {
    source: template.pool.metadata.name,
    instanceType: type.name,
    capacityType,
    zone,
    rate: market.rate(type.name, zone, capacityType),
    allocatable: type.resources.allocatable,
    daemons: template.daemons,
    pods: info.pods.map(packedPod),
  };
}

/** The nodes that Karpenter launches for all the pods at once: its planner, over the priced types of the pools. */
export function packByKarpenter(file: PodsFile, market: Market): Packing {
  const pools = nodePoolsOf({
    spec: { nodePools: file.karpenter.nodePools.map(nodePoolEntry) },
  }) as unknown as NodePool[];
  const templates = [...pools].sort(byWeight).map((pool) => templateOf(file, pool, market));
  const present = { open: [], view: { nodes: [], namespaces: {} }, moving: [] };
  const { planned, homeless } = planNodes(podsOf(file), present, () => templates, { respectsPreferences: true });
  const names = templates.map(({ pool }) => pool.metadata.name).join(', ');
  const reason = `no NodePool (${names}) has a priced instance type and room within its limits for it`;
  return {
    nodes: planned.map((node) => packedNode(node, market)),
    unplaced: homeless.map((pod) => ({ pod: packedPod(pod), reason })),
  };
}
