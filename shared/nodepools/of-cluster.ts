import type { Cluster } from '../clusters/cluster-file.ts';
import { buildNodeClass, type NodeClassInput } from './profiles/build-node-class.ts';
import { isProfileName, profileNodeClass, profileNodePool } from './profiles/catalogue.ts';
import type { KarpenterManifest } from './profiles/manifest.ts';
import type { NodeClassProfile } from './profiles/profile.ts';

/** What the profiles' EC2NodeClasses need to know of the cluster as it is. */
export type NodeFacts = Pick<NodeClassInput, 'securityGroupId' | 'instanceProfile'> & {
  /** The AMI alias of a class, by its name. */
  readonly amiAliasOf: (nodeClass: string) => string;
};

/** Whether the cluster file uses the catalogue, and with it an EC2NodeClass of the catalogue. */
export function usesProfiles(cluster: Cluster): boolean {
  return cluster.spec.nodePools.some((entry) => 'profile' in entry);
}

/** The EC2NodeClasses of a cluster file: those of the profiles that it uses, and those written out, as written. */
export function nodeClassesOf(cluster: Cluster, { amiAliasOf, ...facts }: NodeFacts): KarpenterManifest[] {
  const known = { clusterName: cluster.metadata.name, subnetIds: cluster.spec.network.subnetIds, ...facts };
  const ofProfiles = classesOfProfiles(cluster).map((nodeClass) =>
    buildNodeClass(nodeClass, { ...known, amiAlias: amiAliasOf(nodeClass.name) }),
  );
  return [...ofProfiles, ...written(cluster, 'EC2NodeClass')];
}

type PoolList = { readonly spec: Pick<Cluster['spec'], 'nodePools'> };

/** The NodePools of a cluster file, profiles with their overrides and manifests as written. */
export function nodePoolsOf(cluster: PoolList): KarpenterManifest[] {
  const ofProfiles = cluster.spec.nodePools.flatMap((entry) =>
    'profile' in entry && isProfileName(entry.profile) ? [profileNodePool(entry.profile, entry.overrides)] : [],
  );
  return [...ofProfiles, ...written(cluster, 'NodePool')];
}

export function nodeClassNamesOf(cluster: Cluster): string[] {
  const manifests = [
    ...classesOfProfiles(cluster),
    ...written(cluster, 'EC2NodeClass').map(({ metadata }) => metadata),
  ];
  return manifests.map(({ name }) => name);
}

/** Each once: profiles share classes. */
function classesOfProfiles(cluster: Cluster): NodeClassProfile[] {
  const classes = new Map<string, NodeClassProfile>();
  for (const entry of cluster.spec.nodePools) {
    if (!('profile' in entry) || !isProfileName(entry.profile)) continue;
    const nodeClass = profileNodeClass(entry.profile, entry.overrides);
    classes.set(nodeClass.name, nodeClass);
  }
  return [...classes.values()];
}

/** Manifests were validated with the file, so they have the shape of their kind. */
function written(cluster: PoolList, kind: string): KarpenterManifest[] {
  return cluster.spec.nodePools.flatMap((entry) =>
    'manifest' in entry && entry.manifest['kind'] === kind ? [entry.manifest as KarpenterManifest] : [],
  );
}
