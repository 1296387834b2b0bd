import type { Simulation } from '../../../../core/simulation.ts';
import type { EksPorts, LaunchRequest } from '../ports.ts';
import type { ClusterRecord, NodegroupRecord } from '../state.ts';
import { drawSeconds } from '../timings.ts';

/** Launches what the group lacks, as its Auto Scaling group does; what EC2 answers becomes a health issue. */
export function launchMissing(
  simulation: Simulation,
  ports: EksPorts,
  cluster: ClusterRecord,
  nodegroup: NodegroupRecord,
): void {
  const staying = nodegroup.nodes.filter((node) => node.drainUntilMs === undefined);
  const missing = nodegroup.desiredSize - staying.length;
  if (missing <= 0 || simulation.now() < nodegroup.nextLaunchAtMs) return;
  for (let count = 0; count < missing; count += 1) {
    const issue = launchOne(simulation, ports, cluster, nodegroup);
    nodegroup.issues = issue ? [issue] : [];
    if (issue) {
      const seconds = drawSeconds(simulation, 'launchRetry', `${cluster.name}:${nodegroup.name}:${simulation.now()}`);
      nodegroup.nextLaunchAtMs = simulation.now() + 1000 * seconds;
      return;
    }
  }
}

type Issue = NodegroupRecord['issues'][number];

function launchOne(
  simulation: Simulation,
  ports: EksPorts,
  cluster: ClusterRecord,
  nodegroup: NodegroupRecord,
): Issue | undefined {
  const subnetId = emptiestSubnet(simulation, ports, nodegroup);
  if (subnetId === undefined) {
    return {
      code: 'InsufficientFreeAddresses',
      message:
        'One or more of the subnets associated with your node group does not have enough available IP addresses for new nodes.',
      resourceIds: [...(nodegroup.spec.subnets ?? [])],
    };
  }
  const failures: string[] = [];
  for (const instanceType of nodegroup.instanceTypes) {
    try {
      const instance = ports.ec2.launch(
        simulation,
        launchRequest(simulation, ports, cluster, nodegroup, subnetId, instanceType),
      );
      nodegroup.launches += 1;
      const seconds = drawSeconds(simulation, 'nodeJoin', `${cluster.name}:${nodegroup.name}:${nodegroup.launches}`);
      nodegroup.nodes.push({
        ordinal: nodegroup.launches,
        instanceId: instance.instanceId,
        nodeName: instance.privateDnsName,
        zone: instance.zone,
        joinAtMs: simulation.now() + 1000 * seconds,
        joined: false,
      });
      return undefined;
    } catch (error) {
      if (!(error instanceof Error) || !('$fault' in error)) throw error;
      failures.push(`${error.name}: ${error.message}`);
    }
  }
  return {
    code: 'AsgInstanceLaunchFailures',
    message: `Could not launch On-Demand Instances. ${failures.join('; ')} Launching EC2 instance failed.`,
    resourceIds: [nodegroup.asgName],
  };
}

/** The zone with the fewest machines of the group first, among subnets that have an address left. */
function emptiestSubnet(simulation: Simulation, ports: EksPorts, nodegroup: NodegroupRecord): string | undefined {
  const inZone = (zone: string) =>
    nodegroup.nodes.filter((node) => node.zone === zone && node.drainUntilMs === undefined).length;
  const usable = (nodegroup.spec.subnets ?? []).flatMap((id) => {
    const subnet = ports.ec2.subnet(simulation, id);
    return subnet && subnet.freeAddresses > 0 ? [subnet] : [];
  });
  return usable.sort((one, other) => inZone(one.zone) - inZone(other.zone))[0]?.subnetId;
}

function launchRequest(
  simulation: Simulation,
  ports: EksPorts,
  cluster: ClusterRecord,
  nodegroup: NodegroupRecord,
  subnetId: string,
  instanceType: string,
): LaunchRequest {
  const { launchTemplate: spec } = nodegroup.spec;
  const template =
    spec?.id !== undefined && spec.version !== undefined
      ? ports.ec2.launchTemplate(simulation, { id: spec.id, version: spec.version })
      : undefined;
  return {
    instanceType,
    kubernetesVersion: nodegroup.version,
    subnetId,
    roleArn: nodegroup.spec.nodeRole ?? '',
    securityGroupIds: template?.securityGroupIds ?? [cluster.securityGroupId],
    diskGiB: nodegroup.diskGiB,
    spot: nodegroup.capacityType === 'SPOT',
    ...(template ? { launchTemplate: { id: template.id, version: template.version } } : {}),
    tags: {
      ...template?.tags['instance'],
      'aws:autoscaling:groupName': nodegroup.asgName,
      'eks:cluster-name': cluster.name,
      'eks:nodegroup-name': nodegroup.name,
      'k8s.io/cluster-autoscaler/enabled': 'true',
      [`k8s.io/cluster-autoscaler/${cluster.name}`]: 'owned',
      [`kubernetes.io/cluster/${cluster.name}`]: 'owned',
    },
  };
}
