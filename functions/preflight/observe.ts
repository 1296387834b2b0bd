import { planAdoption } from '../../shared/adoption/adopt.ts';
import type { ClusterFacts } from '../../shared/adoption/facts.ts';
import type { EksAccess, EksAddons, EksClusters, EksNodegroups, EksPodIdentity } from '../../shared/aws/eks.ts';
import type { EksCatalogue } from '../../shared/aws/eks-catalogue.ts';
import type { InstanceTypeReader } from '../../shared/aws/instance-types.ts';
import type { QuotaReader } from '../../shared/aws/quotas.ts';
import type { ServiceLinkedRoles } from '../../shared/aws/service-linked-roles.ts';
import type { Stacks } from '../../shared/aws/stacks.ts';
import type { VolumeKey } from '../../shared/aws/volume-keys.ts';
import type { NetworkReader } from '../../shared/aws/vpcs.ts';
import type { Cluster } from '../../shared/clusters/cluster-file.ts';
import { KARPENTER_SERVICE_ACCOUNT, namesOf } from '../../shared/clusters/names.ts';
import { DISCOVERY_TAG } from '../../shared/clusters/ownership.ts';
import type { OwnRow } from '../../shared/ledger/registry.ts';
import { LINKED_ROLES } from './linked-roles.ts';
import {
  ADDON_NAMES,
  type Existing,
  isOurs,
  type LinkedRole,
  type Network,
  type Offers,
  type Quotas,
  type RoleArns,
  type World,
} from './world.ts';

/** What the preflight reads of the account. */
export type Account = {
  readonly accountId: string;
  readonly roles: RoleArns;
  readonly chartVersion: string;
  readonly stackHasVpc: boolean;
  readonly network: NetworkReader;
  readonly instanceTypes: InstanceTypeReader;
  readonly quotas: QuotaReader;
  readonly catalogue: EksCatalogue;
  readonly volumeKey: () => Promise<VolumeKey>;
  readonly linkedRoles: Pick<ServiceLinkedRoles, 'exists'>;
  readonly stacks: Pick<Stacks, 'describe'>;
  readonly clusters: Pick<EksClusters, 'describe'>;
  readonly addons: Pick<EksAddons, 'describe'>;
  readonly nodegroups: Pick<EksNodegroups, 'describe'>;
  readonly access: Pick<EksAccess, 'entry'>;
  readonly podIdentity: Pick<EksPodIdentity, 'find'>;
};

/** One look at everything at once; what follows from another answer comes after it. */
export async function observe(
  cluster: Cluster,
  row: OwnRow | undefined,
  account: Account,
  facts?: ClusterFacts,
): Promise<World> {
  const [[network, offers], quotas, volumeKey, linkedRoles, existing] = await Promise.all([
    networkOf(cluster, account).then(async (seen) => [seen, await offersOf(cluster, seen, account)] as const),
    quotasOf(account),
    account.volumeKey(),
    linkedRolesOf(account),
    existingOf(cluster, row, account),
  ]);
  const { accountId, roles } = account;
  const world = { cluster, accountId, roles, network, offers, quotas, volumeKey, linkedRoles, existing };
  if (!facts) return world;
  const { public: isPublic, publicCidrs } = facts.endpoint;
  const canReachEndpoint = account.stackHasVpc || (isPublic && publicCidrs.includes('0.0.0.0/0'));
  return { ...world, adoption: { facts, plan: planAdoption(facts, cluster), canReachEndpoint } };
}

async function networkOf({ metadata, spec }: Cluster, { network }: Account): Promise<Network> {
  const [subnets, securityGroups, discoveryGroups] = await Promise.all([
    network.subnets(spec.network.subnetIds),
    network.securityGroups(spec.network.securityGroupIds),
    network.securityGroupsTagged(DISCOVERY_TAG, namesOf(metadata.name).discoveryValue),
  ]);
  const vpcIds = [...new Set(subnets.map(({ vpcId }) => vpcId))];
  const [vpcSubnets, routeTables, natGateways, endpoints] = await Promise.all([
    network.subnetsOf(vpcIds),
    network.routeTables(vpcIds),
    network.natGateways(vpcIds),
    network.endpoints(vpcIds),
  ]);
  return { subnets, vpcSubnets, securityGroups, discoveryGroups, routeTables, natGateways, endpoints };
}

async function offersOf({ spec }: Cluster, network: Network, account: Account): Promise<Offers> {
  const { catalogue, instanceTypes: types, chartVersion } = account;
  const zones = [...new Set(network.subnets.map(({ zone }) => zone))];
  const names = spec.bootstrapNodes.instanceTypes;
  const [kubernetesVersions, instanceTypes, offerings, allOfferings] = await Promise.all([
    catalogue.kubernetesVersions(),
    types.facts(names),
    types.offerings(names, zones),
    types.allOfferings(zones),
  ]);
  const isOffered = kubernetesVersions.some(({ version }) => version === spec.kubernetesVersion);
  const addonVersions = isOffered
    ? await byName(ADDON_NAMES, (name) => catalogue.addonVersions(name, spec.kubernetesVersion))
    : {};
  return { kubernetesVersions, addonVersions, instanceTypes, offerings, allOfferings, chartVersion };
}

async function quotasOf({ quotas, catalogue, instanceTypes }: Account): Promise<Quotas> {
  const [clusters, clustersInUse, onDemandVcpuInUse, ...ofEc2] = await Promise.all([
    quotas.value('eks', 'L-1194D53C'),
    catalogue.clusterCount(),
    instanceTypes.standardVcpuInUse(),
    quotas.value('ec2', 'L-1216C47A'),
    quotas.value('ec2', 'L-34B43A08'),
    quotas.value('ec2', 'L-DB2E81BA'),
    quotas.value('ec2', 'L-3819A6DF'),
  ]);
  const [onDemandVcpu, spotVcpu, graphicsOnDemandVcpu, graphicsSpotVcpu] = ofEc2;
  return {
    clusters,
    clustersInUse,
    onDemandVcpu,
    onDemandVcpuInUse,
    spotVcpu,
    graphicsOnDemandVcpu,
    graphicsSpotVcpu,
  };
}

function linkedRolesOf({ linkedRoles }: Account): Promise<LinkedRole[]> {
  return Promise.all(LINKED_ROLES.map(async (role) => ({ ...role, exists: await linkedRoles.exists(role.name) })));
}

async function existingOf(cluster: Cluster, row: OwnRow | undefined, account: Account): Promise<Existing> {
  const { name } = cluster.metadata;
  const [found, stack] = await Promise.all([
    account.clusters.describe(name),
    account.stacks.describe(namesOf(name).stackName),
  ]);
  const isKnown = found && (cluster.spec.mode === 'adopt' || isOurs(found, name));
  const isOpen = isKnown && (found.status === 'ACTIVE' || found.status === 'UPDATING');
  if (!isOpen) {
    const nothing = { nodegroup: undefined, addons: {}, accessEntries: {}, podIdentity: undefined };
    return { cluster: found, stack, row, ...nothing, clusterGroup: undefined };
  }
  const { installer, operator, reader } = account.roles;
  const hasEntries = (found.accessConfig?.authenticationMode ?? 'CONFIG_MAP') !== 'CONFIG_MAP';
  const principals = [installer, operator, reader, ...(row ? [row.roles.karpenterNode] : [])];
  const groupId = found.resourcesVpcConfig?.clusterSecurityGroupId;
  const [nodegroup, addons, accessEntries, podIdentity, groups] = await Promise.all([
    account.nodegroups.describe(name, namesOf(name).nodeGroupName),
    byName(ADDON_NAMES, (addon) => account.addons.describe(name, addon)),
    hasEntries ? byName(principals, (principal) => account.access.entry(name, principal)) : {},
    account.podIdentity.find(name, cluster.spec.karpenter.namespace, KARPENTER_SERVICE_ACCOUNT),
    account.network.securityGroups(groupId ? [groupId] : []),
  ]);
  return { cluster: found, stack, row, nodegroup, addons, accessEntries, podIdentity, clusterGroup: groups[0] };
}

/** The answers by name, asked for all at once; a name without an answer is left out. */
async function byName<Name extends string, Answer>(
  names: readonly Name[],
  ask: (name: Name) => Promise<Answer | undefined>,
): Promise<Partial<Record<Name, Answer>>> {
  const answers = await Promise.all(names.map(async (name) => [name, await ask(name)] as const));
  return Object.fromEntries(answers.filter(([, answer]) => answer !== undefined)) as Partial<Record<Name, Answer>>;
}
