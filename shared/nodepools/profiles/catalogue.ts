import type { ProfileOverrides } from '../../clusters/cluster-file.ts';
import { buildNodePool, type KarpenterManifest, type NodePoolProfile } from './build-node-pool.ts';
import { DEFAULT_NODE_CLASS, defaultProfile } from './default.ts';

export type ProfileName = 'default';

/** The NodePool catalogue. A new profile is a file beside this one and a line here. */
export const profiles: Readonly<Record<ProfileName, NodePoolProfile>> = {
  default: defaultProfile,
};

export const PROFILE_NAMES = Object.keys(profiles) as readonly ProfileName[];

export function isProfileName(name: string): name is ProfileName {
  return Object.hasOwn(profiles, name);
}

/** The NodePool of a profile by its name, with a cluster file's overrides; throws InvalidProfileError. */
export function profileNodePool(name: ProfileName, overrides: ProfileOverrides = {}): KarpenterManifest {
  return buildNodePool(profiles[name], DEFAULT_NODE_CLASS, overrides);
}
