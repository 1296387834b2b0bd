import type { Simulation } from '../../../../core/simulation.ts';
import { type KubeCluster, SYSTEM_ADMIN } from '../../../../kubernetes/types.ts';
import { effectiveAccess } from '../access/grants.ts';
import { podIdentityFor } from '../pod-identity/associations.ts';
import type { EksPorts } from '../ports.ts';
import { hasPolicy } from '../role-checks.ts';
import type { ClusterRecord, NodegroupRecord } from '../state.ts';

/** Whether a machine in this subnet reaches the API server and is let in as a node. */
export function canRegister(
  simulation: Simulation,
  ports: EksPorts,
  cluster: ClusterRecord,
  nodegroup: NodegroupRecord,
  subnetId: string,
): boolean {
  if (ports.ec2.subnet(simulation, subnetId)?.hasWayOut !== true) return false;
  // EKS writes the aws-auth ConfigMap itself where there are no access entries.
  if (cluster.authenticationMode === 'CONFIG_MAP') return true;
  const access = effectiveAccess(cluster, nodegroup.spec.nodeRole ?? '', simulation.now());
  return access?.groups.includes('system:nodes') ?? false;
}

/** Whether vpc-cni may manage network interfaces, by the node role or by Pod Identity; without it no node is healthy. */
export function hasNetworkPermission(
  simulation: Simulation,
  ports: EksPorts,
  cluster: ClusterRecord,
  nodeRole: string,
): boolean {
  const podRole = podIdentityFor(simulation, cluster.name, 'kube-system', 'aws-node', simulation.now());
  return [nodeRole, podRole].some((arn) => {
    const role = arn === undefined ? undefined : ports.iam.role(simulation, arn);
    return role !== undefined && hasPolicy(role, 'AmazonEKS_CNI_Policy');
  });
}

/** Undefined when there is no such Node. */
export function isNodeReady(kube: KubeCluster, nodeName: string): boolean | undefined {
  const node = kube.as(SYSTEM_ADMIN).get({ apiVersion: 'v1', kind: 'Node', name: nodeName });
  const conditions = (node?.status?.['conditions'] ?? []) as { type?: string; status?: string }[];
  return node && conditions.some((condition) => condition.type === 'Ready' && condition.status === 'True');
}
