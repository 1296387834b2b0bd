import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { type BenchReport, rounded } from './report.ts';

/** Util-linux's, where there is one: a process without any network. */
const ISOLATE = 'unshare';
/** What packaging reads; a copy of it leaves the checkout's own package alone. */
const SOURCES = [
  'serverless.yml',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'charts',
  'functions',
  'resources',
  'scripts',
  'serverless-plugins',
  'shared',
  'statemachines',
];
/** Read as a login where there is one; each is worthless. */
const DUMMY_KEYS = {
  AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'dummy',
  AWS_REGION: 'eu-west-1',
};

type Packaging = {
  readonly name: string;
  readonly seconds: number;
  /** Digest of each file, the template without what holds the time. */
  readonly digests: ReadonlyMap<string, string>;
};

/** Packages twice, without credentials and with dummy ones, without a network where the system can: both must be the same bytes. */
export function benchPackaging(root: string): BenchReport {
  const isolated = spawnSync(ISOLATE, ['-rn', 'true']).status === 0;
  const conditions: Conditions[] = [
    { name: 'no credentials', isolated, env: {} },
    { name: 'dummy credentials', isolated, env: DUMMY_KEYS },
  ];
  // Both copies come first, so that an edit meanwhile does not make them differ.
  const copies = conditions.map((condition) => ({ ...condition, copy: copyOf(root, condition.name) }));
  const runs = copies.map((condition) => packageCopy(root, condition));
  const [first, second] = runs;
  const files = [...new Set(runs.flatMap(({ digests }) => [...digests.keys()]))].sort();
  const different = files.filter((file) => first?.digests.get(file) !== second?.digests.get(file));
  return {
    title: 'Packaging',
    columns: ['with', 'seconds', 'files'],
    rows: runs.map(({ name, seconds, digests }) => [name, rounded(seconds), digests.size]),
    notes: [
      isolated ? 'Without any network.' : 'With the network of this machine: it has no `unshare -rn`.',
      'Zips are compared byte for byte, the templates without the time in their keys.',
    ],
    faults: different.map((file) => `${file} differs between two packages of the same sources`),
  };
}

type Conditions = { readonly name: string; readonly isolated: boolean; readonly env: Readonly<Record<string, string>> };

function packageCopy(root: string, { name, isolated, env, copy }: Conditions & { readonly copy: string }): Packaging {
  const serverless = createRequire(import.meta.url).resolve('serverless/bin/serverless.js');
  const command = [process.execPath, serverless, 'package'];
  const [file = '', ...args] = isolated ? [ISOLATE, '-rn', ...command] : command;
  const path = [join(root, 'node_modules/.bin'), dirname(process.execPath), process.env['PATH']].join(delimiter);
  const startedAt = performance.now();
  const { status, stdout, stderr } = spawnSync(file, args, {
    cwd: copy,
    env: { PATH: path, HOME: process.env['HOME'], ...env },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`packaging with ${name} failed:\n${stdout}${stderr}`);
  return { name, seconds: (performance.now() - startedAt) / 1000, digests: digestsOf(join(copy, '.serverless')) };
}

function copyOf(root: string, name: string): string {
  const copy = join(root, '.build/packages', name.replaceAll(' ', '-'));
  rmSync(copy, { recursive: true, force: true });
  mkdirSync(copy, { recursive: true });
  for (const source of SOURCES)
    cpSync(join(root, source), join(copy, source), { recursive: true, verbatimSymlinks: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

function digestsOf(folder: string): Map<string, string> {
  const files = readdirSync(folder).filter((file) => /\.zip$|-template-.*\.json$/.test(file));
  return new Map(
    files.map((file) => {
      const content = readFileSync(join(folder, file));
      const comparable = file.endsWith('.zip')
        ? content
        : content.toString('utf8').replaceAll(/\d{13}-[0-9T:.-]+Z/g, '');
      return [file, createHash('sha256').update(comparable).digest('hex')];
    }),
  );
}
