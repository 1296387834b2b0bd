import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { type BenchReport, median, rounded } from '../report.ts';
import type { Load, Measured } from './measure.ts';

/** Events per second of one core that must be reached, by how many clusters own the instances of a batch. */
const BUDGETS: Readonly<Record<number, number>> = { 1: 8_000, 10: 2_500 };
/** More than this after the memories are full is a leak. */
const GROWTH_BUDGET_BYTES = 4_000_000;
const DEFAULT_EVENTS = 100_000;

type Case = { readonly name: string; readonly load: Load; readonly hasBudget: boolean };

/** Throughput of the router's use case and wiring with the real SDK, which serialises, signs and parses; only the network is not there. */
export function benchRouter(root: string, events = DEFAULT_EVENTS): BenchReport {
  const cases: Case[] = [
    { name: 'one owner a batch', load: { owners: 1, events, instances: 5_000 }, hasBudget: true },
    { name: 'ten owners a batch', load: { owners: 10, events, instances: 5_000 }, hasBudget: true },
    // Every instance is new to the container: the ledger is read for each batch.
    { name: 'one owner, cold memory', load: { owners: 1, events, instances: 50_000 }, hasBudget: false },
  ];
  const measured = cases.map((one) => ({ ...one, measured: measureApart(root, one.load) }));
  return {
    title: 'Router',
    columns: [
      'load',
      'events',
      'events/s',
      'at best',
      'floor',
      'ratio',
      'p50 ms',
      'p99 ms',
      'calls a batch',
      'heap MB',
    ],
    rows: measured.map(({ name, measured: one }) => {
      const { microsecondsABatch, floorMicrosecondsABatch, wallMs, callsABatch, heapBytes } = one;
      return [
        name,
        one.events,
        rounded(eventsPerSecond(median(microsecondsABatch)), 0),
        rounded(eventsPerSecond(Math.min(...microsecondsABatch)), 0),
        rounded(eventsPerSecond(median(floorMicrosecondsABatch)), 0),
        rounded(median(microsecondsABatch) / median(floorMicrosecondsABatch), 2),
        rounded(wallMs.p50, 2),
        rounded(wallMs.p99, 2),
        rounded(callsABatch, 1),
        `${rounded((heapBytes[0] ?? 0) / 1e6)} to ${rounded((heapBytes.at(-1) ?? 0) / 1e6)}`,
      ];
    }),
    notes: [
      'Batches of ten spot notices. Events per second of one core: by processor time, all threads together, median of blocks of 200',
      'batches. Floor: the same SDK calls alone, in turns with the handler. A neighbour on the same machine only ever adds time, so the',
      'budgets (8,000 with one owner a batch, 2,500 with ten) are for the best block. p50 and p99 are wall time of one batch.',
      `For a million events: npm run bench -- router --events 1000000.`,
    ],
    faults: measured.flatMap(({ name, load, hasBudget, measured: one }) => [
      ...(hasBudget ? throughputFaults(name, load, one) : []),
      ...memoryFaults(name, one),
    ]),
  };
}

function measureApart(root: string, load: Load): Measured {
  const args = ['--expose-gc', join(root, 'bench/router/measure.ts'), JSON.stringify(load)];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 64_000_000 });
  if (status !== 0) throw new Error(`the router's bench failed: ${stderr}`);
  return JSON.parse(stdout) as Measured;
}

function eventsPerSecond(microsecondsABatch: number): number {
  return 1e7 / microsecondsABatch;
}

function throughputFaults(name: string, { owners }: Load, { microsecondsABatch }: Measured): string[] {
  const best = eventsPerSecond(Math.min(...microsecondsABatch));
  const budget = BUDGETS[owners] ?? 0;
  return best < budget ? [`${name}: ${rounded(best, 0)} events per second of one core, and must be ${budget}`] : [];
}

/** The memories fill within the first tens of thousands of events; from the fourth sample on nothing may grow. */
function memoryFaults(name: string, { heapBytes, events }: Measured): string[] {
  if (events < DEFAULT_EVENTS) return [];
  const grown = (heapBytes.at(-1) ?? 0) - (heapBytes[4] ?? 0);
  return grown > GROWTH_BUDGET_BYTES ? [`${name}: the heap grew by ${rounded(grown / 1e6)} MB`] : [];
}
