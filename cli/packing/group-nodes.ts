import type { PodsFile } from '../../shared/pods-file/schema.ts';
import { instanceType } from '../../simulator/aws/services/ec2/instance-types.ts';
import { typeLabels } from '../../simulator/karpenter/instance-types/labels.ts';
import { type Amounts, fits, sum, typeResources } from '../../simulator/karpenter/instance-types/resources.ts';
import { LABELS } from '../../simulator/karpenter/names.ts';
import type { Node, Pod } from '../../simulator/kubernetes/controllers/objects.ts';
import { matchesNodeSelection } from '../../simulator/kubernetes/controllers/scheduler/node-affinity.ts';
import { podRequests } from '../../simulator/kubernetes/controllers/scheduler/resources.ts';
import { type Market, PLAIN_CLASS, SETTINGS } from './machines.ts';
import { daemonsOn, isTolerant } from './pods.ts';

export type NodeGroup = PodsFile['fixed']['nodeGroups'][number];

/** A node of a group, real or imagined, with room that pods take bit by bit. */
export type GroupNode = {
  readonly group: NodeGroup;
  readonly instanceType: string;
  readonly zone: string;
  readonly node: Node;
  readonly capacity: Amounts;
  readonly allocatable: Amounts;
  readonly daemons: Amounts;
  used: Amounts;
  readonly pods: Pod[];
};

/** Of the spot types of a group the cheapest, as its prices are; on demand EKS takes them in the order of the group. */
function typeFor(group: NodeGroup, zone: string, { rate, offersIn }: Market): string {
  const offered = group.instanceTypes.filter((name) => offersIn(name).includes(zone));
  const [first = group.instanceTypes[0] ?? ''] = offered;
  if (group.capacityType === 'on-demand') return first;
  return offered.reduce((best, name) => {
    const [left, right] = [rate(name, zone, 'spot'), rate(best, zone, 'spot')];
    return left !== undefined && (right === undefined || left < right) ? name : best;
  }, first);
}

/** The next node of a group that has `index` already; zones take turns, as those of an auto scaling group do. */
export function nodeOf(file: PodsFile, group: NodeGroup, index: number, market: Market): GroupNode {
  const zones = market.zones.filter((zone) => group.instanceTypes.some((name) => market.offersIn(name).includes(zone)));
  const zone = zones[index % zones.length] ?? '';
  const name = typeFor(group, zone, market);
  const facts = instanceType(name);
  if (!facts) throw new Error(`node group ${group.name}: there is no instance type ${name}`);
  const { capacity, allocatable } = typeResources(facts, PLAIN_CLASS, SETTINGS);
  const taints = group.taints.map(({ key, value, effect }) => ({
    key,
    effect,
    ...(value === undefined ? {} : { value }),
  }));
  const daemons = daemonsOn(file, taints);
  const nodeName = `${group.name}-${String(index + 1).padStart(5, '0')}`;
  const labels = {
    ...typeLabels(facts, market.region),
    'eks.amazonaws.com/nodegroup': group.name,
    'eks.amazonaws.com/capacityType': group.capacityType === 'spot' ? 'SPOT' : 'ON_DEMAND',
    [LABELS.zone]: zone,
    [LABELS.hostname]: nodeName,
    ...group.labels,
  };
  const node: Node = { apiVersion: 'v1', kind: 'Node', metadata: { name: nodeName, labels }, spec: { taints } };
  return { group, instanceType: name, zone, node, capacity, allocatable, daemons, used: daemons, pods: [] };
}

const wanted = (pod: Pod): Amounts => ({ ...podRequests(pod), pods: 1 });

/** As kube-scheduler's filters would have it: taints, selector, and what is left of everything that the pod asks for. */
export function takes(place: GroupNode, pod: Pod): boolean {
  const { node, used, allocatable } = place;
  return (
    isTolerant(pod, node.spec.taints) && matchesNodeSelection(pod, node) && fits(sum(used, wanted(pod)), allocatable)
  );
}

export function put(pod: Pod, place: GroupNode): void {
  place.used = sum(place.used, wanted(pod));
  place.pods.push(pod);
}

/** kube-scheduler's own preference: the node that has most left of CPU and memory, with the pod on it. */
export function freeShare({ used, allocatable }: GroupNode, pod: Pod): number {
  const after = sum(used, wanted(pod));
  const left = (['cpu', 'memory'] as const).map(
    (resource) => 1 - (after[resource] ?? 0) / (allocatable[resource] ?? 1),
  );
  return left.reduce((total, share) => total + share, 0) / left.length;
}
