import { effectiveAccess } from '../aws/services/eks/access/grants.ts';
import { isPodIdentityAgentReady, podIdentityFor } from '../aws/services/eks/pod-identity/associations.ts';
import { findCluster } from '../aws/services/eks/state.ts';
import { roleOfArn } from '../aws/services/iam/state.ts';
import type { Simulation } from '../core/simulation.ts';
import { joinNode, nodeGone } from '../kubernetes/controllers/nodes/join.ts';
import { controllerState } from '../kubernetes/controllers/state.ts';
import { type KubeCluster, SYSTEM_ADMIN } from '../kubernetes/types.ts';
import { mayCall } from './access.ts';
import { roleOfNode } from './machines/node-role.ts';
import type { KarpenterOptions, KarpenterPorts } from './options.ts';

/** The ports over the simulated EKS and the simulated kubelets, with those that the options replace. */
export function portsOf(options: Omit<KarpenterOptions, 'cloud'>): KarpenterPorts {
  const { cluster, simulation, ports } = options;
  const standard: KarpenterPorts = {
    podRole: (namespace, serviceAccount, nodeName) =>
      webIdentityRole(simulation, annotatedRole(cluster, namespace, serviceAccount)) ??
      (isPodIdentityAgentReady(cluster, nodeName) &&
      mayGivePodIdentities(options, roleOfNode(simulation, cluster.name, nodeName))
        ? podIdentityFor(simulation, cluster.name, namespace, serviceAccount, simulation.now())
        : undefined),
    canJoin: (nodeRoleArn) => {
      const record = findCluster(simulation, cluster.name);
      const access = record && effectiveAccess(record, nodeRoleArn, simulation.now());
      return access?.groups.includes('system:nodes') ?? false;
    },
    isZonalShiftEnabled: () => findCluster(simulation, cluster.name)?.view.zonalShiftConfig?.enabled ?? false,
    joinNode: (spec) => joinNode(cluster, spec),
    nodeGone: (nodeName) => nodeGone(cluster, nodeName),
    isNodeAlive: (nodeName) => isNodeAlive(simulation, cluster.name, nodeName),
  };
  return { ...standard, ...ports };
}

/** Whether the machine of a node runs, whatever Kubernetes knows of it. */
export function isNodeAlive(simulation: Simulation, clusterName: string, nodeName: string): boolean {
  return controllerState(simulation, clusterName).kubelets[nodeName]?.stoppedAtMs === null;
}

/** The role that a service account names for IRSA; it comes before Pod Identity. */
export function annotatedRole(cluster: KubeCluster, namespace: string, name: string): string | undefined {
  const account = cluster.as(SYSTEM_ADMIN).get({ apiVersion: 'v1', kind: 'ServiceAccount', name, namespace });
  return account?.metadata.annotations?.['eks.amazonaws.com/role-arn'];
}

/** Whether the Pod Identity agent of a node gets from EKS what it hands out: it asks with the node's role. */
export function mayGivePodIdentities(
  place: Pick<KarpenterOptions, 'cluster' | 'simulation' | 'accountId' | 'region'>,
  nodeRoleArn: string | undefined,
): boolean {
  if (nodeRoleArn === undefined) return true;
  const { accountId, region, cluster } = place;
  const resource = `arn:aws:eks:${region}:${accountId}:cluster/${cluster.name}`;
  return mayCall(place, nodeRoleArn, { action: 'eks-auth:AssumeRoleForPodIdentity', resource });
}

/** STS takes the token only for a role that trusts the cluster's issuer. */
export function webIdentityRole(simulation: Simulation, roleArn: string | undefined): string | undefined {
  const role = roleArn === undefined ? undefined : roleOfArn(simulation, roleArn);
  return role?.trust.includes('sts:AssumeRoleWithWebIdentity') ? roleArn : undefined;
}
