// `npm run check:kills [-- --seed 1]`: the whole of what tests/scenarios/killed-anywhere.test.ts samples: a bootstrap that is
// killed at every state, one after the other, and started again. Slow (minutes), so it is no part of `npm test`.
import { parseArgs } from 'node:util';
import { killSweep } from '../support/kill-sweep.ts';

const { values } = parseArgs({ options: { seed: { type: 'string', default: '1' } } });
const { points, faults } = await killSweep({ seed: Number(values.seed), offset: 0, every: 1 });
for (const fault of faults) process.stdout.write(`${fault}\n`);
process.stdout.write(`${points - faults.length} of ${points} kill points converge to the same end\n`);
process.exitCode = faults.length === 0 ? 0 : 1;
