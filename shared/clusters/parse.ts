import { isProfileName, PROFILE_NAMES, profileNodeClass, profileNodePool } from '../nodepools/profiles/catalogue.ts';
import { checked } from '../nodepools/profiles/checked.ts';
import { InvalidProfileError, type KarpenterManifest } from '../nodepools/profiles/manifest.ts';
import { DEFAULT_NODE_CLASS } from '../nodepools/profiles/profile.ts';
import { runtimeFaults } from '../nodepools/runtime-faults.ts';
import { validateManifest } from '../nodepools/validate-manifest.ts';
import { type ParsedCluster, type ProfileOverrides, parseClusterFileWith } from './cluster-file.ts';
import type { Fault } from './fault.ts';
import { type Catalogue, poolFaults } from './pool-rules.ts';

function manifestFaults(manifest: unknown): Fault[] {
  const refused = validateManifest(manifest);
  const faults = refused.length > 0 ? refused : runtimeFaults(manifest);
  return faults.map(({ path, message }) => ({ path, message }));
}

/** Faults of what the overrides say themselves keep their path; those of the NodePool that they make name its path. */
function profileFaults(profile: string, overrides: ProfileOverrides): Fault[] {
  if (!isProfileName(profile)) return [];
  try {
    checked(profileNodePool(profile, overrides));
    return [];
  } catch (error) {
    if (!(error instanceof InvalidProfileError)) throw error;
    return error.faults.map(({ path, message }) =>
      path.startsWith('overrides.')
        ? { path, message }
        : { path: 'overrides', message: `make a NodePool that Karpenter refuses: ${path}: ${message}` },
    );
  }
}

function builtPool(profile: string, overrides: ProfileOverrides): KarpenterManifest | undefined {
  if (!isProfileName(profile)) return undefined;
  try {
    return profileNodePool(profile, overrides);
  } catch (error) {
    if (!(error instanceof InvalidProfileError)) throw error;
    return undefined;
  }
}

const catalogue: Catalogue = {
  profileNames: PROFILE_NAMES,
  profileNodeClass: (profile, overrides) =>
    (isProfileName(profile) ? profileNodeClass(profile, overrides) : DEFAULT_NODE_CLASS).name,
  profileNodePool: builtPool,
  validateManifest: manifestFaults,
  profileFaults,
};

/** Reads a cluster file, as the value of its YAML or JSON: the cluster with its defaults, or every fault at once. */
export function parseClusterFile(value: unknown): ParsedCluster {
  return parseClusterFileWith(value, catalogue);
}

/** Faults of a list of NodePools as a cluster file writes them, each path within the list: `[0].profile`. Their EC2NodeClasses may be elsewhere. */
export function nodePoolListFaults(entries: unknown): Fault[] {
  return poolFaults({ spec: { nodePools: entries } }, catalogue)
    .filter(({ path }) => !path.endsWith('.nodeClassRef.name'))
    .map(({ path, message }) => ({ path: path.replace('spec.nodePools', ''), message }));
}
