import type { Cluster } from '../clusters/cluster-file.ts';
import { memoryBytes, milliCpu } from '../clusters/quantities.ts';
import type { InsideFacts, NodeFacts } from './facts.ts';

const REPLICAS = 2;
const MIB = 2 ** 20;

/** The nodes on which a controller replica of this file fits as it is: no machine of an autoscaler's, no taint in its way. */
export function nodesWithRoom({ nodes }: Pick<InsideFacts, 'nodes'>, { spec }: Cluster): NodeFacts[] {
  const { requests } = spec.karpenter.resources;
  const cpu = milliCpu(requests.cpu);
  const memoryMiB = Math.ceil(memoryBytes(requests.memory) / MIB);
  return nodes.filter(
    ({ isReady, isAutoscaled, isBootstrap, taints, free }) =>
      isReady &&
      !isAutoscaled &&
      !isBootstrap &&
      taints.length === 0 &&
      free.milliCpu >= cpu &&
      free.memoryMiB >= memoryMiB &&
      free.pods >= 1,
  );
}

/** Both replicas find a place: on two nodes, and in two zones where the nodes are in more than one. */
export function hasRoomForController(inside: Pick<InsideFacts, 'nodes'>, cluster: Cluster): boolean {
  const fitting = nodesWithRoom(inside, cluster);
  const zones = new Set(
    inside.nodes.filter(({ isReady, isAutoscaled }) => isReady && !isAutoscaled).map(({ zone }) => zone),
  );
  const fittingZones = new Set(fitting.map(({ zone }) => zone));
  return fitting.length >= REPLICAS && fittingZones.size >= Math.min(REPLICAS, zones.size);
}
