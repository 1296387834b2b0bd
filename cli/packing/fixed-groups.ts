import type { PodsFile } from '../../shared/pods-file/schema.ts';
import type { Pod } from '../../simulator/kubernetes/controllers/objects.ts';
import { podRequests } from '../../simulator/kubernetes/controllers/scheduler/resources.ts';
import { freeShare, type GroupNode, type NodeGroup, nodeOf, put, takes } from './group-nodes.ts';
import type { Market } from './machines.ts';
import { packedPod, podsOf } from './pods.ts';
import type { PackedNode, Packing } from './side.ts';

/** What one group would need to take some of the pending pods. */
type Option = { readonly group: NodeGroup; readonly nodes: number; readonly waste: number };

/** Each pod on the node that has most left, where one takes it; the others are returned. */
function schedule(pods: readonly Pod[], nodes: readonly GroupNode[]): Pod[] {
  return pods.filter((pod) => {
    let best: { place: GroupNode; free: number } | undefined;
    for (const place of nodes) {
      if (!takes(place, pod)) continue;
      const free = freeShare(place, pod);
      if (!best || free > best.free) best = { place, free };
    }
    if (best) put(pod, best.place);
    return best === undefined;
  });
}

/** How much of one node a pod would fill. */
function sizeOn(pod: Pod, { capacity }: GroupNode): number {
  const { cpu = 0, memory = 0 } = podRequests(pod);
  return cpu / (capacity['cpu'] ?? 1) + memory / (capacity['memory'] ?? 1);
}

type Group = { readonly group: NodeGroup; size: number; readonly imagine: (index: number) => GroupNode };

/** Packs pods onto imagined nodes of the group, the largest first, each on the first that takes it. */
function estimate(pods: readonly Pod[], { group, size, imagine }: Group): Option | undefined {
  const first = imagine(size);
  const largestFirst = pods.map((pod) => ({ pod, size: sizeOn(pod, first) })).sort((a, b) => b.size - a.size);
  const nodes: GroupNode[] = [];
  for (const { pod } of largestFirst) {
    let place = nodes.find((node) => takes(node, pod));
    if (!place && size + nodes.length < group.maxSize) {
      const next = imagine(size + nodes.length);
      if (takes(next, pod)) {
        nodes.push(next);
        place = next;
      }
    }
    if (place) put(pod, place);
  }
  if (nodes.length === 0) return undefined;
  const share = (resource: 'cpu' | 'memory') => {
    const capacity = nodes.reduce((sum, node) => sum + (node.capacity[resource] ?? 0), 0);
    const asked = nodes.flatMap((node) => node.pods).reduce((sum, pod) => sum + (podRequests(pod)[resource] ?? 0), 0);
    return (capacity - asked) / capacity;
  };
  return { group, nodes: nodes.length, waste: share('cpu') + share('memory') };
}

/** Draws that depend on the seed alone. */
function drawsFrom(seed: number): (below: number) => number {
  let state = (seed % 2_147_483_646) + 1;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

/** Of equals the first in the file. */
function leastWaste(options: readonly Option[]): Option | undefined {
  return options.reduce<Option | undefined>((best, one) => (best && best.waste <= one.waste ? best : one), undefined);
}

/**
 * The nodes that Cluster Autoscaler would add: kube-scheduler fills what is there, the autoscaler packs the rest onto each group by
 * itself, its expander chooses one group, that one grows, and so on until nothing helps. Nothing is scaled down.
 */
export function packByGroups(file: PodsFile, market: Market): Packing {
  const { nodeGroups, expander, seed } = file.fixed;
  const draw = drawsFrom(seed);
  const groups = nodeGroups.map(
    (group): Group => ({ group, size: group.minSize, imagine: (index) => nodeOf(file, group, index, market) }),
  );
  const nodes = groups.flatMap(({ size, imagine }) => Array.from({ length: size }, (_, index) => imagine(index)));
  let pending = schedule(podsOf(file), nodes);
  for (;;) {
    const options = groups.flatMap((group) => estimate(pending, group) ?? []);
    const chosen = expander === 'random' ? options[options.length > 1 ? draw(options.length) : 0] : leastWaste(options);
    const group = groups.find((one) => one.group === chosen?.group);
    if (!chosen || !group) break;
    for (let more = 0; more < chosen.nodes; more += 1) nodes.push(group.imagine(group.size + more));
    group.size += chosen.nodes;
    pending = schedule(pending, nodes);
  }
  const reasonFor = (pod: Pod) =>
    groups.some(({ imagine }) => takes(imagine(0), pod))
      ? 'every node group that takes it is at its maxSize'
      : 'no node group has a node that it fits on';
  return {
    nodes: nodes.map((node) => packedNode(node, market)),
    unplaced: pending.map((pod) => ({ pod: packedPod(pod), reason: reasonFor(pod) })),
  };
}

function packedNode({ group, instanceType, zone, allocatable, daemons, pods }: GroupNode, market: Market): PackedNode {
  const { name: source, capacityType } = group;
  const rate = market.rate(instanceType, zone, capacityType);
  return { source, instanceType, capacityType, zone, rate, allocatable, daemons, pods: pods.map(packedPod) };
}
