import { executionsOf } from '../../simulator/aws/services/sfn/executions.ts';
import type { Account } from '../../simulator/boot/account.ts';
import type { World } from '../../simulator/core/simulation.ts';
import { OTHERS_CLUSTERS } from '../../simulator/others/clusters.ts';
import { seedOthers } from '../../simulator/others/seed.ts';
import { adopt, anAdoption } from './adopting.ts';
import { inventoryOf } from './inventory.ts';
import { changesSince, worldSnapshot } from './others-snapshot.ts';
import { anAccount, SUBNETS } from './simulated-run.ts';

type KillPoint = { readonly where: string; readonly world: World };

/** Adopts a cluster of others once, keeping the world at the first entry into each state; then ends the run there, and starts anew. */
export async function killSweepOf(kind: string): Promise<{ points: number; faults: string[] }> {
  const points: KillPoint[] = [];
  const seen = new Set<string>();
  let isRecording = false;
  const account: Account = await anAccount({
    hooks: {
      onStateEntered: ({ machine, state }) => {
        const where = `${machine}/${state}`;
        if (!isRecording || seen.has(where)) return;
        seen.add(where);
        points.push({ where, world: account.simulation.snapshot() });
      },
    },
  });
  const cluster = OTHERS_CLUSTERS[kind]?.();
  if (!cluster) throw new Error(`there is no cluster ${kind}`);
  await account.simulation.runUntil(seedOthers(account, [cluster], SUBNETS));
  const before = worldSnapshot(account);
  const file = anAdoption(cluster.name);
  isRecording = true;
  const { ended } = await adopt(account, file);
  isRecording = false;
  if (ended.status !== 'SUCCEEDED') throw new Error(`the run that nobody kills fails: ${ended.cause}`);
  const wanted = JSON.stringify(inventoryOf(account));
  const changed = JSON.stringify(changesSince(before, account));
  const faults: string[] = [];
  for (const { where, world } of points) {
    account.restore(world);
    for (const record of Object.values(executionsOf(account.simulation)))
      if (record.status === 'RUNNING') account.engine.abort(record.executionArn, 'Killed', 'by the test');
    const again = await adopt(account, file);
    if (again.ended.status !== 'SUCCEEDED') faults.push(`${where}: ${again.ended.cause}`);
    else if (JSON.stringify(inventoryOf(account)) !== wanted) faults.push(`${where}: another inventory`);
    else if (JSON.stringify(changesSince(before, account)) !== changed) faults.push(`${where}: other changes`);
  }
  await account.close();
  return { points: points.length, faults };
}
