import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { compileCacheEnvironment } from './compile-cache.ts';

const TEMPLATE = '.serverless/cloudformation-template-update-stack.json';
const STAMP = '.serverless/inputs.sha256';
/** What packaging makes beside .serverless. */
const CHARTS = '.build/charts/charts.json';
/** Everything that the package is made of. */
const INPUTS = [
  'serverless.yml',
  'package-lock.json',
  '{functions,shared}/**/*.{ts,yml,json}',
  '{statemachines,resources,charts,serverless-plugins}/**/*.*',
  'scripts/charts/*.ts',
  'scripts/bundling/*.ts',
  'scripts/dashboard/*.ts',
  'scripts/kubectl-layer.ts',
  'scripts/with-references.ts',
];

/** Packages the stack when .serverless is not made of the present sources. Throws with what osls said when it cannot. */
export async function ensurePackaged(root: string, say: (line: string) => void): Promise<void> {
  const inputs = globSync(INPUTS, { cwd: root })
    .sort()
    .filter((input) => statSync(join(root, input)).isFile());
  const stamp = stampOf(root, inputs);
  if (isFresh(root, inputs, stamp)) return;
  say('Packaging the stack ...');
  await packageStack(root);
  writeFileSync(join(root, STAMP), stamp);
}

function stampOf(root: string, inputs: readonly string[]): string {
  const hash = createHash('sha256').update(process.env['KARPENTER_CHART_DIR'] ?? '');
  for (const input of inputs) hash.update(`\0${input}\0`).update(readFileSync(join(root, input)));
  return hash.digest('hex');
}

/** A package that someone else made has no stamp; one that is younger than all of its inputs is as good. */
function isFresh(root: string, inputs: readonly string[], stamp: string): boolean {
  // A person's own charts may have changed in their place.
  if (process.env['KARPENTER_CHART_DIR'] !== undefined) return false;
  if (!existsSync(join(root, TEMPLATE)) || !existsSync(join(root, CHARTS))) return false;
  if (existsSync(join(root, STAMP))) return readFileSync(join(root, STAMP), 'utf8') === stamp;
  const madeMs = statSync(join(root, TEMPLATE)).mtimeMs;
  return inputs.every((input) => statSync(join(root, input)).mtimeMs < madeMs);
}

async function packageStack(root: string): Promise<void> {
  const path = [join(root, 'node_modules/.bin'), dirname(process.execPath), process.env['PATH']].join(delimiter);
  const serverless = createRequire(import.meta.url).resolve('serverless/bin/serverless.js');
  const env = { ...process.env, ...compileCacheEnvironment(), PATH: path };
  const options = { cwd: root, env, maxBuffer: 64 * 2 ** 20 };
  try {
    await promisify(execFile)(process.execPath, [serverless, 'package'], options);
  } catch (error) {
    const { message, stdout = '', stderr = '' } = error as Error & { stdout?: string; stderr?: string };
    throw new Error(`The stack could not be packaged:\n${`${stdout}${stderr}` || message}`, { cause: error });
  }
}
