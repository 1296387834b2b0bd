import { settleRoles } from '../aws/services/iam/state.ts';
import type { Account } from '../boot/account.ts';
import type { OthersCluster } from './description.ts';
import { seedControlPlane } from './seed-control-plane.ts';
import { seedKarpenterAccount, seedKubernetes } from './seed-karpenter.ts';
import { seedRoles } from './seed-roles.ts';

/** How long nodes take to join, pods to start, and a Karpenter to lead; everything else has been there for long. */
const SETTLE_SECONDS = 240;
/** A pod that is admitted before its association is effective never gets credentials. */
const CREDENTIALS_SECONDS = 15;

/**
 * Puts clusters of others into an account, by the deployer and as those tools would: what it leaves is theirs alone. The subnets
 * must be there. Runs in virtual time.
 */
export async function seedOthers(
  account: Account,
  clusters: readonly OthersCluster[],
  subnetIds: readonly string[],
  options: { /** False: as it is the moment after, before nodes and pods have come. */ readonly settle?: boolean } = {},
): Promise<void> {
  const { simulation } = account;
  for (const cluster of clusters) {
    await seedRoles(account, cluster);
    settleRoles(simulation);
    await seedControlPlane(account, cluster, subnetIds);
    await seedKarpenterAccount(account, cluster, subnetIds);
  }
  await simulation.sleep(CREDENTIALS_SECONDS);
  for (const cluster of clusters) seedKubernetes(account, cluster);
  if (options.settle ?? true) await simulation.sleep(SETTLE_SECONDS);
}
