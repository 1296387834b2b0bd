import type { SubnetFacts } from '../../../shared/aws/vpcs.ts';
import { type Finding, fault, warning } from '../finding.ts';
import { ownCluster, type World } from '../world.ts';

/** For the network interfaces of the control plane; EKS refuses less. */
const CONTROL_PLANE_ADDRESSES = 6;
/** One Karpenter replica and both of CoreDNS may share a node, which has an address itself. */
const LEAST_ADDRESSES_PER_NODE = 4;
/** The network plugin holds the addresses of one more interface ready as soon as a pod has one. */
const WARM_INTERFACES = 2;

/** Each subnet has addresses for what the run puts there; what is there already has its own. */
export function checkFreeAddresses(world: World): Finding[] {
  const { cluster, network, offers, existing } = world;
  const { desiredSize } = cluster.spec.bootstrapNodes;
  const forControlPlane = ownCluster(world) ? 0 : CONTROL_PLANE_ADDRESSES;
  const nodes = existing.nodegroup ? 0 : Math.ceil(desiredSize / Math.max(1, network.subnets.length));
  const warm = Math.max(LEAST_ADDRESSES_PER_NODE, ...offers.instanceTypes.map(addressesHeld));
  const least = forControlPlane + nodes * LEAST_ADDRESSES_PER_NODE;
  const comfortable = forControlPlane + nodes * warm;
  const words = (subnet: SubnetFacts, needed: number) => ({
    path: `spec.network.subnetIds[${cluster.spec.network.subnetIds.indexOf(subnet.id)}]`,
    message: `subnet ${subnet.id} has ${subnet.freeAddresses} free addresses; ${needed} are needed (${forControlPlane} for the control plane, ${needed - forControlPlane} for ${nodes} bootstrap node(s) and their pods)`,
  });
  return network.subnets.flatMap((subnet) => {
    if (subnet.freeAddresses < least) {
      return [
        fault('free-addresses', { ...words(subnet, least), fix: 'free addresses there, or take a larger subnet' }),
      ];
    }
    if (subnet.freeAddresses >= comfortable) return [];
    return [
      warning('free-addresses', {
        ...words(subnet, comfortable),
        fix: 'a larger subnet leaves the network plugin its spare addresses, and room for Karpenter',
      }),
    ];
  });
}

function addressesHeld(type: World['offers']['instanceTypes'][number]): number {
  return Math.min(WARM_INTERFACES, type.maxInterfaces) * type.ipv4PerInterface;
}
