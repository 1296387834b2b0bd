// `npm run check:attach [-- --seed 1]`: the whole of what tests/scenarios/attach.test.ts samples: attach and detach, with their queue and
// with ours, killed at every state, one after the other, and started again. Slow (minutes), so it is no part of `npm test`.
import { parseArgs } from 'node:util';
import type { Account } from '../../simulator/boot/account.ts';
import { makeWorkingCluster } from '../../simulator/scenarios/attach-ground.ts';
import { attachSweep, killPoints } from '../support/attach-sweep.ts';
import { aClusterOfOthers, anAttachFile, WITH_CONSENT } from '../support/attach-world.ts';
import { anAccount } from '../support/simulated-run.ts';

const { values } = parseArgs({ options: { seed: { type: 'string', default: '1' } } });
let failed = false;
for (const [queue, file] of Object.entries({ theirs: WITH_CONSENT, ours: anAttachFile() })) {
  const kills = killPoints(() => account);
  const { onStateEntered } = kills;
  const account: Account = await anAccount({ seed: Number(values.seed), hooks: { onStateEntered } });
  await account.simulation.runUntil(makeWorkingCluster(account, aClusterOfOthers()));
  await account.simulation.runFor(120);
  const world = account.simulation.snapshot();
  const { points, faults } = await attachSweep(account, kills, { world, file, every: 1, offset: 0 });
  for (const fault of faults) process.stdout.write(`${fault}\n`);
  process.stdout.write(`${queue}: ${points - faults.length} of ${points} kill points converge to the same end\n`);
  failed ||= faults.length > 0;
  await account.close();
}
process.exitCode = failed ? 1 : 0;
