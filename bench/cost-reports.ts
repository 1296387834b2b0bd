import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { type BenchReport, rounded } from './report.ts';

type Case = { readonly instances: number; readonly points: number; readonly days: number; readonly hours: number };

const CASES: readonly Case[] = [
  { instances: 10_000, points: 100_000, days: 30, hours: 12 },
  { instances: 100_000, points: 1_000_000, days: 30, hours: 12 },
  { instances: 10_000, points: 100_000, days: 365, hours: 8760 },
];
const BUDGET_SECONDS = 5;
const BUDGET_MEGABYTES = 512;
/** The case that the budget is for: a month of a hundred thousand instances. */
const BUDGETED = 1;

/** What a report costs in processor time; making the fleet is not counted, though its memory is. */
export function benchCostReports(root: string): BenchReport {
  const results = CASES.map(({ instances, points, days, hours }, index) => {
    const limits = index === BUDGETED ? ['--max-old-space-size=420', '--max-semi-space-size=8'] : [];
    const args = [...limits, join(root, 'bench/one-cost-report.ts'), ...[instances, points, days, hours].map(String)];
    const { ms, megabytes } = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as {
      ms: number;
      megabytes: number;
    };
    return { instances, points, days, seconds: rounded(ms / 1000, 2), megabytes: Math.round(megabytes) };
  });
  const { seconds = 0, megabytes = 0 } = results[BUDGETED] ?? {};
  const faults = [
    seconds > BUDGET_SECONDS ? `100,000 instances took ${seconds} s of ${BUDGET_SECONDS}` : '',
    megabytes > BUDGET_MEGABYTES ? `100,000 instances took ${megabytes} MB of ${BUDGET_MEGABYTES}` : '',
  ];
  return {
    title: 'Cost reports',
    columns: ['instances', 'spot prices', 'days', 'seconds', 'MB'],
    rows: results.map((result) => [result.instances, result.points, result.days, result.seconds, result.megabytes]),
    notes: ['Processor time of the engine. Memory is that of the whole process, with the two files in it.'],
    faults: faults.filter((fault) => fault !== ''),
  };
}
