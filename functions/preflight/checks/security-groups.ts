import { namesOf } from '../../../shared/clusters/names.ts';
import { DISCOVERY_TAG } from '../../../shared/clusters/ownership.ts';
import { type Finding, fault, warning } from '../finding.ts';
import type { World } from '../world.ts';

/** The security groups of the file exist, in the VPC of the subnets. */
export function checkSecurityGroups({ cluster, network }: World): Finding[] {
  const vpcs = new Set(network.subnets.map(({ vpcId }) => vpcId));
  return cluster.spec.network.securityGroupIds.flatMap((id, index) => {
    const path = `spec.network.securityGroupIds[${index}]`;
    const group = network.securityGroups.find((known) => known.id === id);
    if (!group) {
      const message = `there is no security group ${id} in ${cluster.spec.region}`;
      return [fault('security-groups', { path, message, fix: 'give the id of a group of the VPC of the subnets' })];
    }
    if (vpcs.size === 0 || vpcs.has(group.vpcId)) return [];
    const message = `security group ${id} is in ${group.vpcId}, the subnets are in ${[...vpcs].join(' and ')}`;
    return [fault('security-groups', { path, message, fix: 'give a group of the VPC of the subnets' })];
  });
}

/** The discovery tag holds one value, and one group at most should carry ours. */
export function checkDiscoveryTags({ cluster, network }: World): Finding[] {
  const { discoveryValue } = namesOf(cluster.metadata.name);
  const groups = network.discoveryGroups.map(({ id }) => id);
  const several =
    groups.length > 1
      ? [
          warning('discovery-tags', {
            message: `${groups.length} security groups carry ${DISCOVERY_TAG}=${discoveryValue} (${groups.join(', ')}): with several on a node, load balancer controllers fail`,
            fix: 'leave the tag on one of them',
          }),
        ]
      : [];
  if (!cluster.spec.discovery.tagSubnets) return several;
  const kept = network.subnets.flatMap(({ id, tags }) => {
    const value = tags[DISCOVERY_TAG];
    if (value === undefined || value === discoveryValue) return [];
    return [
      warning('discovery-tags', {
        path: `spec.network.subnetIds[${cluster.spec.network.subnetIds.indexOf(id)}]`,
        message: `subnet ${id} carries ${DISCOVERY_TAG}=${value} and keeps it, since another cluster may find its nodes by it`,
        fix: 'select it by its id in EC2NodeClasses that you write, as the profiles do',
      }),
    ];
  });
  return [...several, ...kept];
}
