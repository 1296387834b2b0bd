import { type Finding, fault } from '../finding.ts';
import { ownCluster, type World } from '../world.ts';

const PATH = 'spec.network.subnetIds';

/** Zones in which EKS places no control plane, by the id that is the same in every account. */
const UNSUPPORTED_ZONES: ReadonlySet<string> = new Set(['use1-az3', 'usw1-az2', 'cac1-az3']);

/** The subnets exist, lie in one VPC and in two zones at least, and in zones that EKS can use. */
export function checkSubnets(world: World): Finding[] {
  const { cluster, network } = world;
  const { subnetIds } = cluster.spec.network;
  const findings = subnetIds.flatMap((id, index) => {
    const subnet = network.subnets.find((known) => known.id === id);
    const path = `${PATH}[${index}]`;
    if (!subnet) {
      const message = `there is no subnet ${id} in ${cluster.spec.region}`;
      return [fault('subnets', { path, message, fix: 'give the id of a subnet of this account and Region' })];
    }
    if (!UNSUPPORTED_ZONES.has(subnet.zoneId)) return [];
    const message = `subnet ${id} is in ${subnet.zone} (${subnet.zoneId}), where EKS has no control planes`;
    return [fault('zones', { path, message, fix: 'take a subnet in another zone' })];
  });
  return [...findings, ...checkSpread(network.subnets), ...checkVpc(network.subnets, ownCluster(world))];
}

function checkSpread(subnets: World['network']['subnets']): Finding[] {
  const zones = new Set(subnets.map(({ zone }) => zone));
  if (subnets.length === 0 || zones.size > 1) return [];
  return [
    fault('zones', {
      path: PATH,
      message: `all subnets that exist are in ${[...zones].join()}; EKS wants two zones at least`,
      fix: 'add a subnet in another zone of the same VPC',
    }),
  ];
}

function checkVpc(subnets: World['network']['subnets'], present: ReturnType<typeof ownCluster>): Finding[] {
  const vpcs = [...new Set(subnets.map(({ vpcId }) => vpcId))];
  if (vpcs.length > 1) {
    const where = vpcs.map((vpc) => `${idsIn(subnets, vpc)} in ${vpc}`).join(', ');
    const message = `the subnets are in ${vpcs.length} VPCs: ${where}`;
    return [fault('vpc', { path: PATH, message, fix: 'take subnets of one VPC' })];
  }
  const vpcId = present?.resourcesVpcConfig?.vpcId;
  if (!vpcId || !vpcs[0] || vpcId === vpcs[0]) return [];
  const message = `the cluster is in ${vpcId}, the subnets are in ${vpcs[0]}; a cluster stays in its VPC`;
  return [fault('vpc', { path: PATH, message, fix: `take subnets of ${vpcId}` })];
}

function idsIn(subnets: World['network']['subnets'], vpc: string): string {
  return subnets
    .filter(({ vpcId }) => vpcId === vpc)
    .map(({ id }) => id)
    .join(' and ');
}
