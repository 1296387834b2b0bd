import { findAttachment } from '../../shared/ledger/attachments.ts';
import { getRegistryRow } from '../../shared/ledger/registry.ts';
import type { Account } from '../../simulator/boot/account.ts';
import type { World } from '../../simulator/core/simulation.ts';
import { ledgerReader } from '../../simulator/ledger-reader.ts';
import { ATTACHED, queuesOf } from './attach-world.ts';
import { inventoryOf } from './inventory.ts';
import { endRuns } from './kill-sweep.ts';
import { runToEnd } from './simulated-run.ts';
import { differences, wholeState } from './whole-state.ts';

type Point = { readonly machine: string; readonly state: string; readonly world: World };

/** Keeps the world at the first entry into states; give `onStateEntered` to the account that is swept. */
export function killPoints(account: () => Account) {
  const points: Point[] = [];
  const seen = new Set<string>();
  let wants: ((index: number) => boolean) | undefined;
  return {
    points,
    onStateEntered: ({ machine, state }: { machine: string; state: string }) => {
      const key = `${machine}/${state}`;
      if (!wants || seen.has(key)) return;
      if (wants(seen.size)) points.push({ machine, state, world: account().simulation.snapshot() });
      seen.add(key);
    },
    /** Keeps every `every`-th state from `offset` on while `work` runs. */
    async during<T>({ every, offset }: { every: number; offset: number }, work: () => Promise<T>): Promise<T> {
      wants = (index) => index % every === offset;
      try {
        return await work();
      } finally {
        wants = undefined;
      }
    },
  };
}

/** What an attached cluster has, without ids and times. */
async function attachedState(account: Account): Promise<Record<string, string>> {
  const { table } = ledgerReader(account);
  const rows = account.simulation.runUntil(
    Promise.all([getRegistryRow(table, ATTACHED), findAttachment(table, ATTACHED)]),
  );
  const parts = { ...inventoryOf(account), queues: queuesOf(account), rows: await rows };
  return Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, JSON.stringify(part)]));
}

/**
 * From `world` on: attaches and detaches once, then ends a run at each of the states and starts it again: an attach comes to the same
 * end, a detach leaves everything as it was before the attach.
 */
export async function attachSweep(
  account: Account,
  kills: ReturnType<typeof killPoints>,
  options: { readonly world: World; readonly file: object; readonly every: number; readonly offset: number },
): Promise<{ points: number; faults: string[] }> {
  const { world, file } = options;
  account.restore(world);
  const before = wholeState(account, ATTACHED);
  let attached: Record<string, string> = {};
  await kills.during(options, async () => {
    await succeed(account, 'attach-cluster', file);
    attached = await attachedState(account);
    await succeed(account, 'detach-cluster', file);
  });
  const faults: string[] = [];
  for (const [index, { machine, state, world: at }] of kills.points.entries()) {
    const ending = index % 2 === 0 ? 'stopped' : 'vanished';
    const name = machine.endsWith('detach-cluster') ? 'detach-cluster' : 'attach-cluster';
    account.restore(at);
    endRuns(account, ending);
    const again = await runToEnd(account, name, file);
    const [wanted, found] =
      name === 'attach-cluster' ? [attached, await attachedState(account)] : [before, wholeState(account, ATTACHED)];
    const differing = Object.entries(differences(wanted, found)).map(
      ([part, texts]) => `${part}: ${JSON.stringify(texts)}`,
    );
    if (again.status !== 'SUCCEEDED' || differing.length > 0)
      faults.push(
        `${ending} at "${state}" of ${machine}: ${again.status} ${again.cause ?? ''} ${differing.join('; ')}`,
      );
  }
  return { points: kills.points.length, faults };
}

async function succeed(account: Account, machine: string, file: object): Promise<void> {
  const { status, cause } = await runToEnd(account, machine, file);
  if (status !== 'SUCCEEDED') throw new Error(`the ${machine} that nobody kills fails: ${cause}`);
}
