import { sqsState } from '../aws/services/sqs/state.ts';
import type { Account } from '../boot/account.ts';
import { clusterNames, makeClusters, type StormCluster } from './clusters.ts';
import { announce, launchInstances, type StormInstance } from './fleet.ts';

/** What a storm goes over. One ground serves many storms when the account is put back to where it was before each. */
export type StormGround = {
  readonly clusters: readonly StormCluster[];
  readonly instances: readonly StormInstance[];
};

export type GroundPlan = {
  readonly clusters: number;
  readonly instances: number;
  /** Instances of the account that are no nodes, as a share of all. */
  readonly foreignShare?: number;
  /** The share of all instances that the first cluster has; by default each has the same. */
  readonly firstClusterShare?: number;
  /** Instances were launched this many seconds before the storm; by default an hour. */
  readonly ageSeconds?: number;
  /** Whether the ledger knows the instances when the storm begins. */
  readonly isLedgerWarm?: boolean;
};

const HOUR_SECONDS = 3600;
const QUIET_LOOK_SECONDS = 5;
/** All are launched within minutes; the ledger is told at a pace that its writers keep. */
const TOLD_AT_ONCE = 1000;

/** Makes clusters with their stacks, and instances; lets the ledger learn of them as it does of every launch. */
export async function prepareGround(account: Account, root: string, plan: GroundPlan): Promise<StormGround> {
  const clusters = await makeClusters(account, root, clusterNames(plan.clusters));
  return { clusters, instances: await populate(account, clusters, plan) };
}

/** More instances for clusters that are there already. */
export async function populate(
  account: Account,
  clusters: readonly StormCluster[],
  plan: Omit<GroundPlan, 'clusters'>,
): Promise<StormInstance[]> {
  const { simulation } = account;
  const count = plan.instances;
  const foreign = Math.round(count * (plan.foreignShare ?? 0));
  const ofFirst = plan.firstClusterShare === undefined ? 0 : Math.round((count - foreign) * plan.firstClusterShare);
  const launchedMs = simulation.now() + 5000 - (plan.ageSeconds ?? HOUR_SECONDS) * 1000;
  const others = clusters.slice(ofFirst > 0 ? 1 : 0);
  const owners = Array.from({ length: count }, (_, number): string | null => {
    if (number < foreign) return null;
    if (number < foreign + ofFirst) return clusters[0]?.name ?? null;
    return others[number % others.length]?.name ?? null;
  });
  // Mixed, so that neighbours in the order of events belong to different clusters.
  const mixed = owners
    .map((cluster, number) => ({ cluster, at: simulation.between(`storm:owner:${number}`, 0, 1) }))
    .toSorted((left, right) => left.at - right.at);
  const instances = launchInstances(
    account,
    mixed.map(({ cluster }) => ({ cluster, launchedMs })),
  );
  if (plan.isLedgerWarm ?? true) {
    for (let start = 0; start < instances.length; start += TOLD_AT_ONCE) {
      announce(account, instances.slice(start, start + TOLD_AT_ONCE));
      await untilQuiet(account, ['FleetQueue'], [], HOUR_SECONDS);
    }
  }
  return instances;
}

/** Waits until nothing is under way in these queues of the deployment and in those of the clusters. */
export async function untilQuiet(
  account: Account,
  logicalIds: readonly string[],
  clusters: readonly StormCluster[],
  seconds: number,
): Promise<void> {
  const { simulation, stack } = account;
  const names = [
    ...logicalIds.map((id) => String(stack.resources[id]?.attributes['QueueName'])),
    ...clusters.map(({ queueName }) => queueName),
  ];
  const endMs = simulation.now() + seconds * 1000;
  let quietLooks = 0;
  while (simulation.now() < endMs && quietLooks < 2) {
    await simulation.sleep(QUIET_LOOK_SECONDS);
    const { queues } = sqsState(simulation);
    const isQuiet = names.every((name) => isEmpty(queues[name]?.messages ?? {}));
    quietLooks = isQuiet ? quietLooks + 1 : 0;
  }
}

function isEmpty(messages: object): boolean {
  for (const _ in messages) return false;
  return true;
}
