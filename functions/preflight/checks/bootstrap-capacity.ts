import { memoryBytes, milliCpu } from '../../../shared/clusters/quantities.ts';
import { allocatable, type Room } from '../allocatable.ts';
import { type Finding, fault } from '../finding.ts';
import { mayMakeNodes, type World } from '../world.ts';

/** aws-node 50m, kube-proxy 100m, and the Pod Identity agent, which requests nothing; all on the host's network. */
const DAEMONS: Room = { milliCpu: 150, memoryMiB: 0, pods: 3 };
const COREDNS: Room = { milliCpu: 100, memoryMiB: 70, pods: 1 };
const COREDNS_REPLICAS = 2;
/** On different nodes: the chart's anti-affinity demands it. */
const KARPENTER_REPLICAS = 2;

/** What must run on the bootstrap nodes fits when only the least number of them is there, each of the smallest type. */
export function checkBootstrapCapacity(world: World): Finding[] {
  const { cluster, offers } = world;
  const { bootstrapNodes, karpenter } = cluster.spec;
  if (offers.instanceTypes.length === 0 || !mayMakeNodes(world)) return [];
  const rooms = offers.instanceTypes.map(allocatable);
  const node: Room = {
    milliCpu: Math.min(...rooms.map((room) => room.milliCpu)),
    memoryMiB: Math.min(...rooms.map((room) => room.memoryMiB)),
    pods: Math.min(...rooms.map((room) => room.pods)),
  };
  const controller: Room = {
    milliCpu: milliCpu(karpenter.resources.requests.cpu),
    memoryMiB: Math.ceil(memoryBytes(karpenter.resources.requests.memory) / 2 ** 20),
    pods: 1,
  };
  const types = bootstrapNodes.instanceTypes.join(', ');
  const withDaemons = less(node, DAEMONS);
  const withController = less(withDaemons, controller);
  if (!isRoom(withController)) {
    return [
      fault('bootstrap-capacity', {
        path: 'spec.karpenter.resources.requests',
        message: `a Karpenter replica requests ${text(controller)}; a bootstrap node (${types}) has ${text(withDaemons)} left beside its daemons`,
        fix: 'use a larger instance type, as m5.large, or lower requests',
      }),
    ];
  }
  const others = Math.max(0, bootstrapNodes.minSize - KARPENTER_REPLICAS);
  const places = KARPENTER_REPLICAS * timesIn(withController, COREDNS) + others * timesIn(withDaemons, COREDNS);
  if (places >= COREDNS_REPLICAS) return [];
  return [
    fault('bootstrap-capacity', {
      path: 'spec.bootstrapNodes',
      message: `${bootstrapNodes.minSize} bootstrap nodes (${types}) have room for ${places} of the ${COREDNS_REPLICAS} CoreDNS pods (${text(COREDNS)} each) beside Karpenter`,
      fix: 'use a larger instance type, as t3.large, a larger minSize, or lower karpenter.resources.requests',
    }),
  ];
}

function less(room: Room, taken: Room): Room {
  return {
    milliCpu: room.milliCpu - taken.milliCpu,
    memoryMiB: room.memoryMiB - taken.memoryMiB,
    pods: room.pods - taken.pods,
  };
}

function isRoom(room: Room): boolean {
  return room.milliCpu >= 0 && room.memoryMiB >= 0 && room.pods >= 0;
}

function timesIn(room: Room, part: Room): number {
  return Math.max(
    0,
    Math.min(
      Math.floor(room.milliCpu / part.milliCpu),
      Math.floor(room.memoryMiB / part.memoryMiB),
      Math.floor(room.pods / part.pods),
    ),
  );
}

function text({ milliCpu: cpu, memoryMiB, pods }: Room): string {
  return `${cpu}m CPU, ${memoryMiB} MiB, ${pods} pod(s)`;
}
