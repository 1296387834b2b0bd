import type { Nodegroup } from '@aws-sdk/client-eks';
import type { ClusterRecord, NodegroupRecord } from '../state.ts';
import { eksTaints } from './nodegroup-checks.ts';

/** A node group as DescribeNodegroup shows it. What a launch template says is not repeated. */
export function nodegroupView(nodegroup: NodegroupRecord, cluster: ClusterRecord): Nodegroup {
  const { spec } = nodegroup;
  const { launchTemplate } = spec;
  return {
    nodegroupName: nodegroup.name,
    nodegroupArn: nodegroup.arn,
    clusterName: cluster.name,
    version: nodegroup.version,
    releaseVersion: nodegroup.releaseVersion,
    createdAt: new Date(nodegroup.createdAtMs),
    modifiedAt: new Date(nodegroup.modifiedAtMs),
    status: nodegroup.status,
    capacityType: nodegroup.capacityType,
    scalingConfig: {
      minSize: nodegroup.minSize,
      maxSize: nodegroup.maxSize,
      desiredSize: nodegroup.desiredSize,
    },
    ...(launchTemplate && !spec.instanceTypes ? {} : { instanceTypes: nodegroup.instanceTypes }),
    ...(launchTemplate ? { launchTemplate } : { diskSize: nodegroup.diskGiB }),
    subnets: spec.subnets ?? [],
    amiType: nodegroup.amiType as NonNullable<Nodegroup['amiType']>,
    ...(spec.nodeRole === undefined ? {} : { nodeRole: spec.nodeRole }),
    labels: nodegroup.labels,
    taints: eksTaints(nodegroup.taints),
    ...(nodegroup.launches > 0 ? { resources: { autoScalingGroups: [{ name: nodegroup.asgName }] } } : {}),
    health: { issues: nodegroup.issues as NonNullable<NonNullable<Nodegroup['health']>['issues']> },
    updateConfig: nodegroup.updateConfig,
    ...(spec.nodeRepairConfig ? { nodeRepairConfig: spec.nodeRepairConfig } : {}),
    tags: nodegroup.tags,
  };
}
