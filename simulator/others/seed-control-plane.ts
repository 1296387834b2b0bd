import { ec2World } from '../aws/services/ec2/world.ts';
import { installSelfManaged } from '../aws/services/eks/addons/addon-objects.ts';
import { gitVersionOf } from '../aws/services/eks/clusters/cluster-versions.ts';
import { type ClusterRecord, findCluster, freshUuid } from '../aws/services/eks/state.ts';
import type { Account } from '../boot/account.ts';
import type { OthersCluster } from './description.ts';
import { clusterRoleName } from './seed-roles.ts';

/** The control plane, its node groups, add-ons and the tags around it. What AWS takes minutes for was done long ago. */
export async function seedControlPlane(
  account: Account,
  cluster: OthersCluster,
  subnetIds: readonly string[],
): Promise<void> {
  const { cloud, deployer } = account;
  const { accountId } = cloud.context(deployer);
  const eks = (operation: string, input: object) => cloud.call('EKS', operation, input, deployer);
  const roleArn = (name: string) => `arn:aws:iam::${accountId}:role/${name}`;
  const auto = cluster.autoMode ? { enabled: true } : undefined;
  await eks('CreateCluster', {
    name: cluster.name,
    version: cluster.kubernetesVersion,
    roleArn: roleArn(clusterRoleName(cluster.name)),
    resourcesVpcConfig: { subnetIds: [...subnetIds] },
    accessConfig: { authenticationMode: cluster.authenticationMode },
    bootstrapSelfManagedAddons: cluster.selfManagedAddons,
    tags: { ...cluster.tags },
    ...(auto
      ? {
          computeConfig: auto,
          storageConfig: { blockStorage: auto },
          kubernetesNetworkConfig: { elasticLoadBalancing: auto },
        }
      : {}),
  });
  const record = bringUp(account, cluster);
  for (const addonName of cluster.addons)
    await eks('CreateAddon', { clusterName: cluster.name, addonName, resolveConflicts: 'OVERWRITE' });
  for (const group of cluster.nodeGroups) {
    await eks('CreateNodegroup', {
      clusterName: cluster.name,
      nodegroupName: group.name,
      nodeRole: roleArn(group.roleName),
      subnets: [...subnetIds],
      instanceTypes: [...group.instanceTypes],
      scalingConfig: { minSize: group.minSize, desiredSize: group.desiredSize, maxSize: group.maxSize },
      tags: { ...group.tags },
    });
    const made = record.nodegroups[group.name];
    if (made) Object.assign(made, { activeNotBeforeMs: 0, nextLaunchAtMs: 0 });
  }
  tagNetwork(account, cluster, record, subnetIds);
}

/** The activation that CreateCluster has scheduled finds another cluster of the name, and does nothing. */
function bringUp({ simulation, kubernetes }: Account, { name, kubernetesVersion }: OthersCluster): ClusterRecord {
  const record = findCluster(simulation, name);
  if (!record) throw new Error(`EKS did not make ${name}`);
  record.uid = freshUuid(simulation);
  record.status = 'ACTIVE';
  const kube = kubernetes.createCluster(name, gitVersionOf(kubernetesVersion));
  if (record.selfManagedAddons) installSelfManaged(kube, kubernetesVersion);
  return record;
}

/** Straight into the world: a subnet holds one value, and these clusters share their subnets; the first one keeps it. */
function tagNetwork(
  { simulation, cloud, deployer }: Account,
  cluster: OthersCluster,
  record: ClusterRecord,
  subnetIds: readonly string[],
): void {
  const world = ec2World(simulation);
  for (const id of subnetIds) {
    const subnet = world.subnets[id];
    if (subnet) subnet.tags = { ...cluster.subnetTags, ...subnet.tags };
  }
  const group = world.securityGroups[record.securityGroupId];
  if (group) group.tags = { ...group.tags, ...cluster.clusterGroupTags };
  for (const { name, tags } of cluster.securityGroups) {
    const id = `sg-${freshUuid(simulation).replaceAll('-', '').slice(0, 17)}`;
    world.securityGroups[id] = {
      id,
      name,
      description: `of ${cloud.context(deployer).accountId}`,
      vpcId: record.vpcId,
      tags: { ...tags },
      ingress: [],
      egress: [],
    };
  }
}
