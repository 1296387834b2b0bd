import type { DescribeSecurityGroupsResult, DescribeSubnetsResult } from '@aws-sdk/client-ec2';
import { TRUE } from '../conditions.ts';
import type { Controller } from '../controller.ts';
import type { NodeClass } from '../objects.ts';
import type { Finding } from './finding.ts';
import { filterSets } from './selectors.ts';

/** Subnets in the order in which launches prefer them: those with the most free addresses first. */
export async function findSubnets({ aws }: Controller, nodeClass: NodeClass): Promise<Finding> {
  const found = new Map<string, { id: string; zone: string; zoneID: string; free: number }>();
  for (const Filters of filterSets(nodeClass.spec.subnetSelectorTerms, 'subnet-id')) {
    const { Subnets = [] } = await aws<DescribeSubnetsResult>('EC2', 'DescribeSubnets', { Filters });
    for (const subnet of Subnets) {
      const { SubnetId: id = '', AvailabilityZone: zone = '', AvailabilityZoneId: zoneID = '' } = subnet;
      found.set(id, { id, zone, zoneID, free: subnet.AvailableIpAddressCount ?? 0 });
    }
  }
  const subnets = [...found.values()]
    .sort((left, right) => right.free - left.free || (left.id < right.id ? -1 : 1))
    .map(({ id, zone, zoneID }) => ({ id, zone, zoneID }));
  return {
    status: { subnets },
    verdict:
      subnets.length > 0
        ? TRUE
        : { status: 'False', reason: 'SubnetsNotFound', message: 'SubnetSelector did not match any Subnets' },
  };
}

export async function findSecurityGroups({ aws }: Controller, nodeClass: NodeClass): Promise<Finding> {
  const found = new Map<string, { id: string; name: string }>();
  for (const Filters of filterSets(nodeClass.spec.securityGroupSelectorTerms, 'group-id', 'group-name')) {
    const { SecurityGroups = [] } = await aws<DescribeSecurityGroupsResult>('EC2', 'DescribeSecurityGroups', {
      Filters,
    });
    for (const { GroupId: id = '', GroupName: name = '' } of SecurityGroups) found.set(id, { id, name });
  }
  const securityGroups = [...found.values()].sort((left, right) => (left.id < right.id ? -1 : 1));
  return {
    status: { securityGroups },
    verdict:
      securityGroups.length > 0
        ? TRUE
        : {
            status: 'False',
            reason: 'SecurityGroupsNotFound',
            message: 'SecurityGroupSelector did not match any SecurityGroups',
          },
  };
}
