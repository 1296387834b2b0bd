import type { ProfileOverrides } from '../../clusters/cluster-file.ts';
import type { NodeClassProfile, NodePoolProfile } from './profile.ts';

/** The profile's EC2NodeClass; a pool with a root volume of its own has a class of its own, named after it. */
export function nodeClassOf(profile: NodePoolProfile, overrides: ProfileOverrides): NodeClassProfile {
  const { rootVolume } = overrides;
  if (rootVolume === undefined) return profile.nodeClass;
  return {
    name: `${overrides.name ?? profile.name}-volume`,
    rootVolume: { ...profile.nodeClass.rootVolume, ...rootVolume },
  };
}
