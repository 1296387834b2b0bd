import type { Finding } from '../finding.ts';
import type { World } from '../world.ts';
import { checkAdoption } from './adoption.ts';
import { checkBootstrapCapacity } from './bootstrap-capacity.ts';
import { checkExisting } from './existing.ts';
import { checkFreeAddresses } from './free-addresses.ts';
import { checkInstanceTypes } from './instance-types.ts';
import { checkQuotas } from './quotas.ts';
import { checkDiscoveryTags, checkSecurityGroups } from './security-groups.ts';
import { checkSubnets } from './subnets.ts';
import { checkAddonVersions, checkCharts, checkKubernetesVersion } from './versions.ts';
import { checkVolumeKey } from './volume-key.ts';
import { checkWaysOut } from './way-out.ts';
import { checkZonalShift } from './zonal-shift.ts';

const CHECKS: readonly ((world: World) => readonly Finding[])[] = [
  checkExisting,
  checkAdoption,
  checkKubernetesVersion,
  checkAddonVersions,
  checkCharts,
  checkSubnets,
  checkFreeAddresses,
  checkWaysOut,
  checkSecurityGroups,
  checkDiscoveryTags,
  checkInstanceTypes,
  checkBootstrapCapacity,
  checkVolumeKey,
  checkQuotas,
  checkZonalShift,
];

/**
 * Everything that is found, in one go: a person mends it once. The linter is loaded here, not with the function: with the
 * snapshot of instance types it would be a fifth of a cold start.
 */
export async function checkAll(world: World): Promise<Finding[]> {
  const { checkNodePools } = await import('./node-pools.ts');
  return [...CHECKS, checkNodePools].flatMap((check) => check(world));
}
