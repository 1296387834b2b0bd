import type { Stack } from '@aws-sdk/client-cloudformation';
import type { AccessEntry, Addon, Cluster as EksCluster, Nodegroup, PodIdentityAssociation } from '@aws-sdk/client-eks';
import type { Adoption } from '../../shared/adoption/adopt.ts';
import type { ClusterFacts } from '../../shared/adoption/facts.ts';
import type { AddonVersions, OfferedVersion } from '../../shared/aws/eks-catalogue.ts';
import type { InstanceTypeFacts, Offering } from '../../shared/aws/instance-types.ts';
import type { VolumeKey } from '../../shared/aws/volume-keys.ts';
import type {
  EndpointFacts,
  NatGatewayFacts,
  RouteTableFacts,
  SecurityGroupFacts,
  SubnetFacts,
} from '../../shared/aws/vpcs.ts';
import type { Cluster } from '../../shared/clusters/cluster-file.ts';
import { isTaggedFor } from '../../shared/clusters/ownership.ts';
import type { OwnRow } from '../../shared/ledger/registry.ts';

/** The add-ons of a bootstrap run, by the step that makes them. */
export const ADDON_STEPS = {
  'vpc-cni': 'addons-before-nodes',
  'kube-proxy': 'addons-before-nodes',
  'eks-pod-identity-agent': 'addons-before-nodes',
  coredns: 'addons-after-nodes',
} as const;

export type AddonName = keyof typeof ADDON_STEPS;
export const ADDON_NAMES = Object.keys(ADDON_STEPS) as readonly AddonName[];

export type RoleArns = { readonly installer: string; readonly operator: string; readonly reader: string };

export type Network = {
  /** Those of the cluster file that exist. */
  readonly subnets: readonly SubnetFacts[];
  /** All of the VPC, those of the cluster file among them. */
  readonly vpcSubnets: readonly SubnetFacts[];
  readonly routeTables: readonly RouteTableFacts[];
  readonly natGateways: readonly NatGatewayFacts[];
  readonly endpoints: readonly EndpointFacts[];
  /** Those of the cluster file that exist. */
  readonly securityGroups: readonly SecurityGroupFacts[];
  /** Those that carry this cluster's discovery tag. */
  readonly discoveryGroups: readonly SecurityGroupFacts[];
};

export type Offers = {
  readonly kubernetesVersions: readonly OfferedVersion[];
  /** Empty when EKS does not offer the Kubernetes version. */
  readonly addonVersions: Readonly<Partial<Record<AddonName, AddonVersions>>>;
  /** Those of the bootstrap nodes that exist in the Region. */
  readonly instanceTypes: readonly InstanceTypeFacts[];
  readonly offerings: readonly Offering[];
  /** Everything that EC2 offers in the zones of the subnets. */
  readonly allOfferings: readonly Offering[];
  /** Of the Karpenter charts in this deployment. */
  readonly chartVersion: string;
};

export type Quotas = {
  readonly clusters: number;
  readonly clustersInUse: number;
  readonly onDemandVcpu: number;
  readonly onDemandVcpuInUse: number;
  readonly spotVcpu: number;
  readonly graphicsOnDemandVcpu: number;
  readonly graphicsSpotVcpu: number;
};

/** What is there under the names that the run would use. What is inside the cluster is seen only in one that is ours and up. */
export type Existing = {
  readonly cluster: EksCluster | undefined;
  readonly stack: Stack | undefined;
  readonly row: OwnRow | undefined;
  readonly nodegroup: Nodegroup | undefined;
  readonly addons: Readonly<Partial<Record<AddonName, Addon>>>;
  /** By the ARN of the principal. */
  readonly accessEntries: Readonly<Partial<Record<string, AccessEntry>>>;
  readonly podIdentity: PodIdentityAssociation | undefined;
  /** Tags of the security group that EKS made for the cluster. */
  readonly clusterGroup: SecurityGroupFacts | undefined;
};

export type LinkedRole = { readonly service: string; readonly name: string; readonly exists: boolean };

/** Everything that the checks and the plan are made from: one look at the account, by which nothing was changed. */
export type World = {
  readonly cluster: Cluster;
  readonly accountId: string;
  readonly roles: RoleArns;
  readonly network: Network;
  readonly offers: Offers;
  readonly quotas: Quotas;
  readonly volumeKey: VolumeKey;
  readonly linkedRoles: readonly LinkedRole[];
  readonly existing: Existing;
  /** Of a cluster that is to be adopted: what was seen, and what follows. */
  readonly adoption?: { readonly facts: ClusterFacts; readonly plan: Adoption; readonly canReachEndpoint: boolean };
};

export function isOurs(cluster: EksCluster, name: string): boolean {
  return isTaggedFor(name, cluster.tags);
}

/** Whether the run makes nodes of its own for the controller; where the inside was not seen it may, if it is allowed to. */
export function mayMakeNodes({ cluster, adoption }: World): boolean {
  if (!adoption) return true;
  return adoption.plan.bootstrapNodes ?? cluster.spec.consent.includes('add-bootstrap-nodes');
}

/** The cluster of that name, if it is ours or is to be: another one leaves everything still to be made. */
export function ownCluster({ cluster, existing, adoption }: World): EksCluster | undefined {
  const { name } = cluster.metadata;
  return existing.cluster && (adoption || isOurs(existing.cluster, name)) ? existing.cluster : undefined;
}
