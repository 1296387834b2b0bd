import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { type BenchReport, rounded } from './report.ts';

type Case = { readonly instances: number; readonly points: number; readonly days: number; readonly hours: number };

const CASES: readonly Case[] = [
  { instances: 10_000, points: 100_000, days: 30, hours: 12 },
  { instances: 100_000, points: 1_000_000, days: 30, hours: 12 },
  { instances: 1_000_000, points: 1_000_000, days: 30, hours: 12 },
  { instances: 10_000, points: 100_000, days: 365, hours: 8760 },
];
const BUDGET_SECONDS = 5;
const BUDGET_MEGABYTES = 512;
/** The case that the budget is for: a month of a hundred thousand instances. */
const BUDGETED = 1;
/** Ten times as many instances, with as many prices. */
const LARGEST = 2;
/** Ten, and a little for caches that no longer hold it. */
const MOST_GROWTH = 12;

const TIGHT = ['--max-old-space-size=420', '--max-semi-space-size=16'];

/** What a report costs in processor time; making the fleet is not counted, though its memory is. */
export function benchCostReports(root: string): BenchReport {
  const results = CASES.map(({ instances, points, days, hours }, index) => {
    const limits = index === BUDGETED ? TIGHT : [`--max-old-space-size=${index === LARGEST ? 6144 : 4096}`];
    const args = [...limits, join(root, 'bench/one-cost-report.ts'), ...[instances, points, days, hours].map(String)];
    const { ms, megabytes } = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as {
      ms: number;
      megabytes: number;
    };
    const seconds = rounded(ms / 1000, 2);
    const micros = rounded((ms * 1000) / instances, 1);
    return { instances, points, days, seconds, micros, megabytes: Math.round(megabytes) };
  });
  const { seconds = 0, megabytes = 0 } = results[BUDGETED] ?? {};
  const growth = rounded((results[LARGEST]?.seconds ?? 0) / seconds, 1);
  const faults = [
    seconds > BUDGET_SECONDS ? `100,000 instances took ${seconds} s of ${BUDGET_SECONDS}` : '',
    megabytes > BUDGET_MEGABYTES ? `100,000 instances took ${megabytes} MB of ${BUDGET_MEGABYTES}` : '',
    growth > MOST_GROWTH ? `ten times as many instances took ${growth} times as long; ${MOST_GROWTH} is allowed` : '',
  ];
  return {
    title: 'Cost reports',
    columns: ['instances', 'spot prices', 'days', 'seconds', 'µs/instance', 'MB'],
    rows: results.map(({ instances, points, days, seconds: taken, micros, megabytes: memory }) => [
      instances,
      points,
      days,
      taken,
      micros,
      memory,
    ]),
    notes: [
      `Ten times as many instances take ${growth} times as long.`,
      'Processor time of the engine. Memory is that of the whole process, with the two files in it.',
    ],
    faults: faults.filter((fault) => fault !== ''),
  };
}
