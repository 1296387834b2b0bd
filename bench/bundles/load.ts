import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { median } from '../report.ts';
import type { Bundle } from './unpack.ts';

const REPEATS = 9;
const IMPORT_AND_TIME = `
  const startedAt = performance.now();
  const { handler } = await import(process.argv[1]);
  const endedAt = performance.now();
  if (typeof handler !== 'function') throw new Error('there is no handler');
  process.stdout.write(String(endedAt - startedAt));
`;

/** Milliseconds to import what is shipped, the median of fresh processes. */
export function loadMs({ folder, entry, environment }: Bundle): number {
  const url = pathToFileURL(join(folder, entry)).href;
  return median(Array.from({ length: REPEATS }, () => importOnce(url, environment)));
}

function importOnce(url: string, env: Readonly<Record<string, string>>): number {
  const args = ['--input-type=module', '--eval', IMPORT_AND_TIME, url];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${url} does not load: ${stderr}`);
  return Number(stdout);
}
