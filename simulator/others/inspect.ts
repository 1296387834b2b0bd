import type { ClusterFacts } from '../../shared/adoption/facts.ts';
import { seedNetwork } from '../aws/services/ec2/network-seed.ts';
import { bootAccount } from '../boot/account.ts';
import type { OthersCluster } from './description.ts';
import { observeAsVisitor } from './observe.ts';
import { seedOthers } from './seed.ts';

/** The facts of one cluster of others, seen in a simulated account that has nothing but it. */
export async function factsOfOthers(root: string, cluster: OthersCluster): Promise<ClusterFacts> {
  const account = await bootAccount({
    seed: 1,
    startAt: '2026-11-02T08:00:00Z',
    accountId: '111122223333',
    region: 'eu-west-1',
    template: { Resources: {} },
    stackName: 'joinery-none',
    root,
    layerFolder: root,
  });
  try {
    const { simulation } = account;
    const { subnetIds } = seedNetwork(simulation);
    await simulation.runUntil(seedOthers(account, [cluster], subnetIds));
    const facts = await simulation.runUntil(observeAsVisitor(account, cluster.name));
    if (!facts) throw new Error(`${cluster.name} was not seeded`);
    return facts;
  } finally {
    await account.close();
  }
}
