import type { Cluster } from '@aws-sdk/client-eks';
import type {
  ClusterFacts,
  ControllerFacts,
  InsideFacts,
  KarpenterAccountFacts,
  NetworkFacts,
  PodIdentityFacts,
  RoleFacts,
} from '../adoption/facts.ts';
import { KARPENTER_SERVICE_ACCOUNT } from '../clusters/names.ts';
import { DISCOVERY_TAG, isTaggedFor } from '../clusters/ownership.ts';
import type { EksClusters } from './eks.ts';
import type { EksInventory } from './eks-inventory.ts';
import type { KarpenterAccount } from './karpenter-account.ts';
import type { NetworkReader, SecurityGroupFacts } from './vpcs.ts';

/** What the inside looked like, or why it could not be seen. */
export type InsideLook = { readonly inside: InsideFacts } | { readonly inside: null; readonly reason: string };

export type ClusterObserver = {
  readonly clock: { now(): number };
  readonly accountId: string;
  readonly region: string;
  readonly clusters: Pick<EksClusters, 'describe'>;
  readonly inventory: EksInventory;
  readonly network: NetworkReader;
  readonly karpenter: KarpenterAccount;
  readonly rolePolicies: (roleArn: string) => Promise<RoleFacts>;
};

/**
 * One look at a cluster that is up, by which nothing is changed; undefined where there is none of that name. `look` sees the
 * inside, and is asked only when there is an endpoint.
 */
export async function observeCluster(
  name: string,
  look: (cluster: string) => Promise<InsideLook>,
  observer: ClusterObserver,
): Promise<ClusterFacts | undefined> {
  const found = await observer.clusters.describe(name);
  if (!found) return undefined;
  const { inventory, karpenter } = observer;
  const mode = found.accessConfig?.authenticationMode ?? 'CONFIG_MAP';
  const isUp = found.endpoint !== undefined;
  const seen: InsideLook = isUp ? await look(name) : { inside: null, reason: `the cluster is ${found.status}` };
  const accounts = new Set([
    KARPENTER_SERVICE_ACCOUNT,
    ...(seen.inside?.controllers ?? []).map(({ serviceAccount }) => serviceAccount),
  ]);
  const [addons, nodegroups, accessEntries, associations, network, instances, launchTemplates] = await Promise.all([
    inventory.addons(name),
    inventory.nodegroups(name),
    mode === 'CONFIG_MAP' || !isUp ? null : inventory.accessEntries(name),
    inventory.associations(name, (account) => accounts.has(account)),
    networkOf(found, observer.network),
    karpenter.instances(name),
    karpenter.launchTemplates(name),
  ]);
  const podIdentity = associations.map(
    (association): PodIdentityFacts => ({
      namespace: association.namespace ?? '',
      serviceAccount: association.serviceAccount ?? '',
      roleArn: association.roleArn ?? '',
      associationId: association.associationId ?? '',
      isOurs: isTaggedFor(name, association.tags),
    }),
  );
  const inside = seen.inside && { ...seen.inside, controllers: owned(seen.inside.controllers, podIdentity) };
  const vpc = found.resourcesVpcConfig;
  return {
    cluster: name,
    accountId: observer.accountId,
    region: observer.region,
    observedAt: new Date(observer.clock.now()).toISOString(),
    status: found.status ?? 'unknown',
    kubernetesVersion: found.version ?? '',
    vpcId: vpc?.vpcId ?? '',
    tags: { ...found.tags },
    authenticationMode: mode,
    endpoint: {
      public: vpc?.endpointPublicAccess ?? true,
      private: vpc?.endpointPrivateAccess ?? false,
      publicCidrs: vpc?.publicAccessCidrs ?? [],
    },
    autoMode: found.computeConfig?.enabled ?? false,
    oidcIssuer: found.identity?.oidc?.issuer ?? null,
    accessEntries,
    addons: addons.map((addon) => ({
      name: addon.addonName ?? '',
      version: addon.addonVersion ?? '',
      status: addon.status ?? 'unknown',
      isOurs: isTaggedFor(name, addon.tags),
    })),
    nodeGroups: nodegroups.map((group) => ({
      name: group.nodegroupName ?? '',
      status: group.status ?? 'unknown',
      nodeRoleArn: group.nodeRole ?? '',
      instanceTypes: group.instanceTypes ?? [],
      minSize: group.scalingConfig?.minSize ?? 0,
      desiredSize: group.scalingConfig?.desiredSize ?? 0,
      maxSize: group.scalingConfig?.maxSize ?? 0,
      isOurs: isTaggedFor(name, group.tags),
    })),
    podIdentity,
    network,
    instances,
    launchTemplates,
    karpenterAccount: await accountOf(name, inside, podIdentity, observer),
    inside,
    ...(seen.inside ? {} : { insideReason: seen.reason }),
  };
}

/** A controller whose service account has a role by an association of ours is the one that Joinery installed. */
function owned(controllers: readonly ControllerFacts[], podIdentity: readonly PodIdentityFacts[]): ControllerFacts[] {
  const isOurs = ({ namespace, serviceAccount }: ControllerFacts) =>
    podIdentity.some((one) => one.isOurs && one.namespace === namespace && one.serviceAccount === serviceAccount);
  return controllers.map((controller) => ({ ...controller, isOurs: isOurs(controller) }));
}

async function networkOf(
  { name = '', resourcesVpcConfig: vpc }: Cluster,
  reader: NetworkReader,
): Promise<NetworkFacts> {
  const groupId = vpc?.clusterSecurityGroupId;
  const ownedBy = `kubernetes.io/cluster/${name}`;
  const [subnets, own, tagged, ownedGroups] = await Promise.all([
    reader.subnets(vpc?.subnetIds ?? []),
    reader.securityGroups(groupId ? [groupId] : []),
    reader.securityGroupsTagged(DISCOVERY_TAG, name),
    reader.securityGroupsTagged(ownedBy, 'owned'),
  ]);
  const groups = new Map(
    [...own, ...tagged, ...ownedGroups].map((group): [string, SecurityGroupFacts] => [group.id, group]),
  );
  return {
    subnets: subnets.map(({ id, tags }) => ({ id, discovery: tags[DISCOVERY_TAG] ?? null })),
    securityGroups: [...groups.values()]
      .filter(({ vpcId }) => vpcId === vpc?.vpcId)
      .map(({ id, tags }) => ({
        id,
        discovery: tags[DISCOVERY_TAG] ?? null,
        isClusterGroup: id === groupId,
        isOwned: tags[ownedBy] === 'owned',
      })),
  };
}

/** Role, queue and rules of the Karpenter that is there: of the controller that runs, or by the names that tools give them. */
async function accountOf(
  name: string,
  inside: InsideFacts | null,
  podIdentity: readonly PodIdentityFacts[],
  { karpenter, rolePolicies }: ClusterObserver,
): Promise<KarpenterAccountFacts | null> {
  const controller = inside?.controllers.find(({ isOurs }) => !isOurs);
  const association = controller
    ? podIdentity.find(
        (one) => one.namespace === controller.namespace && one.serviceAccount === controller.serviceAccount,
      )
    : podIdentity.find(({ isOurs }) => !isOurs);
  const roleArn = controller?.irsaRoleArn ?? association?.roleArn;
  const given = controller?.interruptionQueue;
  const names = given ? [given] : [name, `Karpenter-${name}`];
  const queues = await Promise.all(names.map((queue) => karpenter.queue(queue)));
  const queue = given ? queues[0] : queues.find(({ exists }) => exists);
  if (!controller && !roleArn && !queue) return null;
  const controllerRole = roleArn ? await rolePolicies(roleArn) : null;
  const rules = queue?.arn ? await karpenter.rules(queue.arn) : [];
  if (!queue) return { controllerRole, queue: null, rules };
  const { arn: _, ...facts } = queue;
  return { controllerRole, queue: facts, rules };
}
