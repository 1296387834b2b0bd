import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXPERIMENTS } from '../../simulator/storm/experiments/index.ts';
import type { BenchReport } from '../report.ts';
import type { Measured } from './measured.ts';
import { tableIn } from './page.ts';

export type ReliabilityOptions = {
  /** An experiment or the beginning of its name: R5 is R5-60s and R5-10min. */
  readonly only?: string | undefined;
  readonly events?: number | undefined;
  readonly seed?: number | undefined;
  /** Puts the rows into docs/reliability.md; those of experiments that did not run stay as they are. */
  readonly isWritten?: boolean | undefined;
};

const PAGE = 'docs/reliability.md';

/** The long forms of the reliability experiments, each in a process of its own. */
export function benchReliability(root: string, options: ReliabilityOptions): BenchReport {
  const { only, events = 0, seed = 1, isWritten = false } = options;
  const chosen = EXPERIMENTS.filter(({ id }) => only === undefined || id === only || id.startsWith(`${only}-`));
  if (chosen.length === 0)
    throw new Error(`There is no experiment ${only}; there are ${EXPERIMENTS.map(({ id }) => id).join(', ')}.`);
  const measured = chosen.map(({ id }) => measure(root, id, events, seed));
  if (isWritten) {
    const path = join(root, PAGE);
    const today = new Date().toISOString().slice(0, 10);
    writeFileSync(
      path,
      measured.reduce((page, one) => tableIn(page, one, today), readFileSync(path, 'utf8')),
    );
  }
  return {
    title: 'Reliability',
    columns: [
      'experiment',
      'events',
      'lost',
      'misrouted',
      'duplicates',
      'lead time left p50/p99/p99.9 s',
      'event to claim deleted p50/p99 s',
      'outcome',
      'seed',
      'wall s',
      'events/s',
      'heap MB',
    ],
    rows: measured.map((one) => {
      const { id, conservation: sums, leadTimeLeftSeconds: left, claimDeletedSeconds: claim, faults } = one;
      return [
        id,
        sums.accepted,
        sums.lost,
        sums.misrouted,
        sums.duplicates,
        left ? `${left.p50} / ${left.p99} / ${left.p999}` : '-',
        claim ? `${claim.p50} / ${claim.p99}` : '-',
        faults.length === 0 ? 'PASS' : faults.join('; '),
        one.seed,
        one.wallSeconds,
        Math.round(sums.accepted / one.wallSeconds),
        one.heapMb,
      ];
    }),
    notes: [
      'Virtual time: figures are of the simulated world, and the same for the same seed; wall seconds and events/s are of this machine.',
      'For one of them: npm run bench -- reliability --only R1 [--events N] [--seed N]. Into the table: --write.',
    ],
    faults: measured.flatMap(({ id, faults }) => faults.map((fault) => `${id}: ${fault}`)),
  };
}

function measure(root: string, id: string, events: number, seed: number): Measured {
  const script = join(root, 'bench/reliability/one-experiment.ts');
  // A million events with their rows in the simulated ledger take some gigabytes.
  const args = ['--max-old-space-size=10000', script, id, String(events), String(seed)];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 64_000_000 });
  if (status !== 0) throw new Error(`experiment ${id} failed: ${stderr}`);
  return JSON.parse(stdout) as Measured;
}
