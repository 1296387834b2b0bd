import type { Cloud } from '../aws/cloud.ts';
import type { Simulation } from '../core/simulation.ts';
import type { NodeSpec } from '../kubernetes/controllers/nodes/join.ts';
import type { KubeCluster } from '../kubernetes/types.ts';

/** A cluster with its git version, such as v1.35.2-eks-0000000. */
export type Cluster = KubeCluster & { readonly version: string };

/** What Karpenter, and the machines that it launches, need of the world beside AWS's API and Kubernetes'. */
export type KarpenterPorts = {
  /** The role whose credentials a pod of a service account gets on a node at this moment; undefined: none. */
  podRole(namespace: string, serviceAccount: string, nodeName: string): string | undefined;
  /** Whether machines with this role may join the cluster: an EC2_LINUX access entry that has taken effect. */
  canJoin(nodeRoleArn: string): boolean;
  /** Whether the cluster is registered for zonal shifts. */
  isZonalShiftEnabled(): boolean;
  joinNode(spec: NodeSpec): void;
  /** The machine of a node is gone. */
  nodeGone(nodeName: string): void;
  /** Whether the machine of a node runs, whatever Kubernetes knows of it. */
  isNodeAlive(nodeName: string): boolean;
};

export type KarpenterOptions = {
  readonly cluster: Cluster;
  readonly cloud: Pick<Cloud, 'call'>;
  readonly simulation: Simulation;
  readonly accountId: string;
  readonly region: string;
  /** By default the simulated EKS and the simulated controllers; replaced one by one in tests. */
  readonly ports?: Partial<KarpenterPorts>;
};
