import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { median } from '../report.ts';
import type { Bundle } from './unpack.ts';

const REPEATS = 15;
const IMPORT_AND_TIME = `
  const startedAt = performance.now();
  const { handler } = await import(process.argv[1]);
  const endedAt = performance.now();
  if (typeof handler !== 'function') throw new Error('there is no handler');
  process.stdout.write(String(endedAt - startedAt));
`;

export type Load = { readonly medianMs: number; readonly fastestMs: number };

/** Milliseconds to import what is shipped, in fresh processes; in turns, so that a busy moment strikes all alike. */
export function measureLoads(bundles: readonly Bundle[]): Load[] {
  const samples = bundles.map((): number[] => []);
  for (let turn = 0; turn < REPEATS; turn += 1) {
    for (const [index, bundle] of bundles.entries()) samples[index]?.push(importOnce(bundle));
  }
  return samples.map((all) => ({ medianMs: median(all), fastestMs: Math.min(...all) }));
}

function importOnce({ folder, entry, environment }: Bundle): number {
  const url = pathToFileURL(join(folder, entry)).href;
  const args = ['--input-type=module', '--eval', IMPORT_AND_TIME, url];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { env: environment, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${url} does not load: ${stderr}`);
  return Number(stdout);
}
