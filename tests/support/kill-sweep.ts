import { executionsOf } from '../../simulator/aws/services/sfn/executions.ts';
import type { Account } from '../../simulator/boot/account.ts';
import type { World } from '../../simulator/core/simulation.ts';
import { inventoryOf } from './inventory.ts';
import { aClusterFile, anAccount, runToEnd } from './simulated-run.ts';

type KillPoint = { readonly machine: string; readonly state: string; readonly world: World };

/** How a run ends before its time: someone stops it, or it is gone without a word. */
const ENDINGS = ['stopped', 'vanished'] as const;

/**
 * Runs a bootstrap once, keeping the world at the first entry into every `every`-th state from `offset` on; then, for each of them,
 * on, puts that world back, ends the run there and starts it anew. Gives what went wrong, by state.
 */
export async function killSweep(options: {
  seed: number;
  offset: number;
  every: number;
}): Promise<{ points: number; faults: string[] }> {
  const points: KillPoint[] = [];
  const seen = new Set<string>();
  let isRecording = true;
  const account: Account = await anAccount({
    seed: options.seed,
    hooks: {
      onStateEntered: ({ machine, state }) => {
        const key = `${machine}/${state}`;
        if (!isRecording || seen.has(key)) return;
        if (seen.size % options.every === options.offset)
          points.push({ machine, state, world: account.simulation.snapshot() });
        seen.add(key);
      },
    },
  });
  const file = aClusterFile();
  const whole = await runToEnd(account, 'bootstrap-cluster', file);
  isRecording = false;
  if (whole.status !== 'SUCCEEDED') throw new Error(`the run that nobody kills fails: ${whole.cause}`);
  const wanted = inventoryOf(account);

  const faults: string[] = [];
  for (const [index, point] of points.entries()) {
    const ending = ENDINGS[index % ENDINGS.length] ?? 'stopped';
    const fault = await resume(account, point, ending, file, wanted);
    if (fault) faults.push(`${ending} at "${point.state}" of ${point.machine}: ${fault}`);
  }
  await account.close();
  return { points: points.length, faults };
}

async function resume(
  account: Account,
  point: KillPoint,
  ending: (typeof ENDINGS)[number],
  file: object,
  wanted: Record<string, unknown>,
): Promise<string | undefined> {
  account.restore(point.world);
  endRuns(account, ending);
  const again = await runToEnd(account, 'bootstrap-cluster', file);
  if (again.status !== 'SUCCEEDED') return `${again.status}: ${again.cause}`;
  const found = inventoryOf(account);
  const differing = Object.keys(wanted).filter((key) => JSON.stringify(found[key]) !== JSON.stringify(wanted[key]));
  return differing.length === 0
    ? undefined
    : differing
        .map((key) => `${key}: ${JSON.stringify(found[key])} instead of ${JSON.stringify(wanted[key])}`)
        .join('; ');
}

export function endRuns(account: Account, ending: (typeof ENDINGS)[number]): void {
  for (const record of Object.values(executionsOf(account.simulation))) {
    if (record.status !== 'RUNNING') continue;
    if (ending === 'stopped') account.engine.abort(record.executionArn, 'Killed', 'by the test');
    else Object.assign(record, { status: 'TIMED_OUT', stopMs: account.simulation.now() });
  }
}
