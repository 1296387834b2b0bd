import type { ProfileOverrides } from '../../clusters/cluster-file.ts';
import { balancedProfile } from './balanced.ts';
import { bankingComputeProfile } from './banking-compute.ts';
import { bankingGeneralProfile } from './banking-general.ts';
import { batchJobsProfile } from './batch-jobs.ts';
import { buildNodePool } from './build-node-pool.ts';
import { defaultProfile } from './default.ts';
import { generalWorkloadsProfile } from './general-workloads.ts';
import { gpuWorkloadsProfile } from './gpu-workloads.ts';
import type { KarpenterManifest } from './manifest.ts';
import { nodeClassOf } from './node-class-of.ts';
import type { NodeClassProfile, NodePoolProfile } from './profile.ts';

/** The NodePool catalogue. A new profile is a file beside this one and a line here. */
const profiles = {
  default: defaultProfile,
  balanced: balancedProfile,
  'general-workloads': generalWorkloadsProfile,
  'gpu-workloads': gpuWorkloadsProfile,
  'batch-jobs': batchJobsProfile,
  'banking-general': bankingGeneralProfile,
  'banking-compute': bankingComputeProfile,
} as const satisfies Readonly<Record<string, NodePoolProfile>>;

export type ProfileName = keyof typeof profiles;

export const PROFILE_NAMES = Object.keys(profiles) as readonly ProfileName[];

export function isProfileName(name: string): name is ProfileName {
  return Object.hasOwn(profiles, name);
}

export function profileNamed(name: ProfileName): NodePoolProfile {
  return profiles[name];
}

/** The NodePool of a profile by its name, with a cluster file's overrides; throws InvalidProfileError. */
export function profileNodePool(name: ProfileName, overrides: ProfileOverrides = {}): KarpenterManifest {
  return buildNodePool(profiles[name], overrides);
}

/** The EC2NodeClass that this NodePool uses. */
export function profileNodeClass(name: ProfileName, overrides: ProfileOverrides = {}): NodeClassProfile {
  return nodeClassOf(profiles[name], overrides);
}
