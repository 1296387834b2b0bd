import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { Measured } from '../../../bench/reliability/measured.ts';
import { tableIn } from '../../../bench/reliability/page.ts';
import { EXPERIMENTS } from '../../../simulator/storm/experiments/index.ts';
import { ROOT } from '../../support/source-graph.ts';

const page = readFileSync(`${ROOT}docs/reliability.md`, 'utf8');
const measured = (id: string, faults: string[] = []): Measured => ({
  id,
  title: 'a title',
  size: { events: 10, clusters: 2, instances: 10, spreadSeconds: 1 },
  seed: 7,
  conservation: {
    accepted: 1234,
    delivered: 1234,
    broadcast: 0,
    dropped: {},
    deadLettered: 0,
    inFlight: 0,
    lost: 0,
    misrouted: 0,
    deliveries: 1234,
    duplicates: 3,
  },
  leadTimeLeftSeconds: null,
  arrivalSeconds: { p50: 0.3, p99: 0.8, p999: 1, max: 2 },
  claimDeletedSeconds: null,
  allSentSeconds: 1,
  simulatedSeconds: 2,
  wallSeconds: 3.4,
  heapMb: 5,
  injected: {},
  faults,
});
const rowsOf = (text: string) => text.split('\n').filter((line) => line.startsWith('| R'));

describe('the page of reliability', () => {
  it('has a row for each experiment, and each of them has passed without a loss', () => {
    const rows = rowsOf(page).filter((row) => row.split('|').length > 5);

    expect(rows.map((row) => row.split(' | ')[0]?.slice(2))).toEqual(EXPERIMENTS.map(({ id }) => id));
    for (const row of rows) expect(row.split(' | ')).toEqual(expect.arrayContaining(['PASS']));
    for (const row of rows) expect(row.split(' | ').slice(3, 5)).toEqual(['0', '0']);
  });

  it('gets a new row in the place of the old one, and says what did not pass', () => {
    const once = tableIn(page, measured('R6', ['too many']), '2026-11-21');
    const twice = tableIn(once, measured('R6'), '2026-11-22');

    expect(rowsOf(once).find((row) => row.startsWith('| R6 |'))).toContain('not passed: too many');
    expect(rowsOf(twice).filter((row) => row.startsWith('| R6 |'))).toEqual([
      '| R6 | a title | 1,234, 2 | 0 | 0 | 3 | 0.3 / 0.8 / 1 s | - | - | PASS | 7 | 2026-11-22 | 3 s |',
    ]);
    expect(rowsOf(twice)).toHaveLength(rowsOf(once).length);
  });
});
