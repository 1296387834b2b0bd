import type { Cluster } from '../clusters/cluster-file.ts';
import type { KarpenterManifest } from './profiles/build-node-pool.ts';
import { isProfileName, profileNodePool } from './profiles/catalogue.ts';
import { DEFAULT_NODE_CLASS, defaultNodeClass, type NodeClassInput } from './profiles/default.ts';

/** What the profiles' EC2NodeClass needs to know of the cluster as it is. */
export type NodeFacts = Pick<NodeClassInput, 'securityGroupId' | 'instanceProfile' | 'amiAlias'>;

/** Whether the cluster file uses the catalogue, and with it the catalogue's EC2NodeClass. */
export function usesProfiles(cluster: Cluster): boolean {
  return cluster.spec.nodePools.some((entry) => 'profile' in entry);
}

/** The EC2NodeClasses of a cluster file: that of the profiles, if one is used, and those written out, as written. */
export function nodeClassesOf(cluster: Cluster, facts: NodeFacts): KarpenterManifest[] {
  const { name } = cluster.metadata;
  const ofProfiles = usesProfiles(cluster)
    ? [defaultNodeClass({ clusterName: name, subnetIds: cluster.spec.network.subnetIds, ...facts })]
    : [];
  return [...ofProfiles, ...written(cluster, 'EC2NodeClass')];
}

/** The NodePools of a cluster file, profiles with their overrides and manifests as written. */
export function nodePoolsOf(cluster: Cluster): KarpenterManifest[] {
  const ofProfiles = cluster.spec.nodePools.flatMap((entry) =>
    'profile' in entry && isProfileName(entry.profile) ? [profileNodePool(entry.profile, entry.overrides)] : [],
  );
  return [...ofProfiles, ...written(cluster, 'NodePool')];
}

export function nodeClassNamesOf(cluster: Cluster): string[] {
  const ofProfiles = usesProfiles(cluster) ? [DEFAULT_NODE_CLASS] : [];
  return [...ofProfiles, ...written(cluster, 'EC2NodeClass').map((manifest) => manifest.metadata.name)];
}

/** Manifests were validated with the file, so they have the shape of their kind. */
function written(cluster: Cluster, kind: string): KarpenterManifest[] {
  return cluster.spec.nodePools.flatMap((entry) =>
    'manifest' in entry && entry.manifest['kind'] === kind ? [entry.manifest as KarpenterManifest] : [],
  );
}
