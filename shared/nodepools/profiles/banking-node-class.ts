import type { NodeClassProfile } from './profile.ts';

/** The document asks for gp3 with provisioned IOPS. */
export const bankingNodeClass: NodeClassProfile = {
  name: 'banking',
  rootVolume: { gib: 50, iops: 4000, throughputMiBps: 250 },
};
