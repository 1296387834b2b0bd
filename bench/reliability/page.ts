import { EXPERIMENTS } from '../../simulator/storm/experiments/index.ts';
import type { Measured } from './measured.ts';

/** Where the rows are, between two comments that a reader does not see. */
const BEGIN = '<!-- rows: npm run bench -- reliability --write -->';
const END = '<!-- end of rows -->';

/** The page with the row of one experiment replaced or added, in the order of the experiments. */
export function tableIn(page: string, measured: Measured, date: string): string {
  const [before = '', rest] = page.split(BEGIN);
  const [table = '', after] = rest?.split(END) ?? [];
  if (rest === undefined || after === undefined) throw new Error(`the page has no ${BEGIN} with an ${END}`);
  const rows = table.split('\n').filter((line) => line.startsWith('| R'));
  const others = rows.filter((row) => !row.startsWith(`| ${measured.id} |`));
  const sorted = [...others, rowOf(measured, date)].toSorted((left, right) => order(left) - order(right));
  return `${before}${BEGIN}\n${[...HEAD, ...sorted].join('\n')}\n${END}${after}`;
}

const COLUMNS = [
  'experiment',
  'what goes wrong',
  'events, clusters',
  'lost',
  'misrouted',
  'duplicates',
  'event to queue p50 / p99 / p99.9',
  'lead time left p50 / p99 / p99.9',
  'event to claim deleted p50 / p99',
  'outcome',
  'seed',
  'measured',
  'wall',
];
const HEAD = [`| ${COLUMNS.join(' | ')} |`, `|${'---|'.repeat(COLUMNS.length)}`];

function order(row: string): number {
  const id = row.split(' | ')[0]?.slice(2);
  return EXPERIMENTS.findIndex((experiment) => experiment.id === id);
}

function rowOf(measured: Measured, date: string): string {
  const {
    conservation: sums,
    arrivalSeconds: arrival,
    leadTimeLeftSeconds: left,
    claimDeletedSeconds: claim,
  } = measured;
  const { id, title, size, faults, seed, wallSeconds } = measured;
  const cells = [
    id,
    title,
    `${sums.accepted.toLocaleString('en')}, ${size.clusters}`,
    sums.lost,
    sums.misrouted,
    sums.duplicates,
    arrival ? `${arrival.p50} / ${arrival.p99} / ${arrival.p999} s` : '-',
    left ? `${left.p50} / ${left.p99} / ${left.p999} s` : '-',
    claim ? `${claim.p50} / ${claim.p99} s` : '-',
    faults.length === 0 ? 'PASS' : `not passed: ${faults.join('; ')}`,
    seed,
    date,
    `${Math.round(wallSeconds)} s`,
  ];
  return `| ${cells.join(' | ')} |`;
}
