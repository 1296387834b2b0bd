import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import * as z from 'zod/mini';
import { type BenchReport, median, rounded } from './report.ts';

const REPEATS = 3;
const cost = z.object({ wallSeconds: z.number(), simulatedSeconds: z.number(), maxRssKb: z.number() });

/** What one simulated bootstrap costs the machine that runs it. */
export function benchBootstrapCost(): BenchReport {
  const script = fileURLToPath(new URL('bootstrap-once.ts', import.meta.url));
  const costs = Array.from({ length: REPEATS }, () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [script], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`the bootstrap failed: ${stderr}`);
    return cost.parse(JSON.parse(stdout));
  });
  return {
    title: 'One simulated bootstrap',
    columns: ['simulated s', 'wall s', 'most memory MB'],
    rows: [
      [
        costs[0]?.simulatedSeconds ?? 0,
        rounded(median(costs.map(({ wallSeconds }) => wallSeconds))),
        rounded(median(costs.map(({ maxRssKb }) => maxRssKb / 1000)), 0),
      ],
    ],
    notes: [`Median of ${REPEATS} processes; helm runs beside them and is not counted.`],
    faults: [],
  };
}
