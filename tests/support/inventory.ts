import { instancesOf } from '../../simulator/aws/services/ec2/instances.ts';
import { ec2World } from '../../simulator/aws/services/ec2/world.ts';
import { eksState } from '../../simulator/aws/services/eks/state.ts';
import { iamState } from '../../simulator/aws/services/iam/state.ts';
import { sqsState } from '../../simulator/aws/services/sqs/state.ts';
import type { Account } from '../../simulator/boot/account.ts';
import { SYSTEM_ADMIN } from '../../simulator/kubernetes/types.ts';

/**
 * What exists in an account, without ids, times and generated names: two runs that made the same things, each once, have the
 * same inventory.
 */
export function inventoryOf(account: Account): Record<string, unknown> {
  const { simulation } = account;
  const clusters = Object.values(eksState(simulation).clusters);
  return {
    roles: Object.values(iamState(simulation).roles)
      .map((role) => role.name.replace(/-[0-9a-f]{12}$/, ''))
      .sort(),
    instanceProfiles: Object.keys(iamState(simulation).profiles).length,
    queues: Object.values(sqsState(simulation).queues)
      .map((queue) => queue.name)
      .sort(),
    launchTemplates: Object.values(ec2World(simulation).launchTemplates).length,
    instances: instancesOf(simulation)
      .filter((instance) => instance.state !== 'terminated')
      .map((instance) => `${instance.type} ${instance.state}`)
      .sort(),
    subnetTags: Object.values(ec2World(simulation).subnets).map(
      (subnet) => subnet.tags['karpenter.sh/discovery'] ?? null,
    ),
    clusters: clusters.map((cluster) => ({
      name: cluster.name,
      nodegroups: Object.keys(cluster.nodegroups),
      addons: Object.keys(cluster.addons).sort(),
      accessEntries: Object.values(cluster.accessEntries)
        .map((entry) => `${entry.type} ${entry.policies.length} ${entry.kubernetesGroups.join()}`)
        .sort(),
      associations: Object.values(cluster.associations).map(
        (association) => `${association.namespace}/${association.serviceAccount}`,
      ),
      kubernetes: kubernetesOf(account, cluster.name),
    })),
  };
}

function kubernetesOf(account: Account, name: string): Record<string, unknown> {
  const cluster = account.kubernetes.find(name);
  if (!cluster) return {};
  const api = cluster.as(SYSTEM_ADMIN);
  const kinds = new Set(
    api
      .list('apiextensions.k8s.io/v1', 'CustomResourceDefinition')
      .map(({ spec }) => (spec as { names: { kind: string } }).names.kind),
  );
  const custom = (apiVersion: string, kind: string) =>
    (kinds.has(kind) ? api.list(apiVersion, kind) : []).map((object) => object.metadata.name).sort();
  const names = (apiVersion: string, kind: string) =>
    api
      .list(apiVersion, kind)
      .map((object) => object.metadata.name)
      .sort();
  return {
    nodes: api.list('v1', 'Node').length,
    namespaces: names('v1', 'Namespace'),
    deployments: api
      .list('apps/v1', 'Deployment')
      .map((object) => `${object.metadata.name} ${String(object.status?.['readyReplicas'])}`),
    nodePools: custom('karpenter.sh/v1', 'NodePool'),
    nodeClasses: custom('karpenter.k8s.aws/v1', 'EC2NodeClass'),
    nodeClaims: custom('karpenter.sh/v1', 'NodeClaim').length,
    clusterRoles: names('rbac.authorization.k8s.io/v1', 'ClusterRole').filter((role) => role.startsWith('joinery')),
    releases: api
      .list('v1', 'Secret', { labelSelector: 'owner=helm' })
      .filter((secret) => secret.metadata.labels?.['status'] === 'deployed')
      .map((secret) => secret.metadata.labels?.['name'])
      .sort(),
  };
}
