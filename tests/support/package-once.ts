import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const TEMPLATE = join(ROOT, '.serverless/cloudformation-template-update-stack.json');
const STAMP = join(ROOT, '.serverless/inputs.sha256');
/** Everything that the package is made of. */
const INPUTS = [
  'serverless.yml',
  'package-lock.json',
  '{functions,shared}/**/*.{ts,yml,json}',
  '{statemachines,resources,charts,serverless-plugins}/**/*.*',
  'scripts/charts/*.ts',
  'scripts/kubectl-layer.ts',
];
/** Tests under these folders never read the package: running them alone need not make it. */
const NEEDS_NO_PACKAGE = /^(\.\/)?tests\/(unit|contract)\b/;

type Selection = { readonly testPathPatterns?: { readonly patterns?: readonly string[] } };

/** Jest calls it once before all suites: what they read in .serverless is always made of the present sources. */
export default async function packageOnce({ testPathPatterns }: Selection): Promise<void> {
  const patterns = testPathPatterns?.patterns ?? [];
  if (patterns.length > 0 && patterns.every((pattern) => NEEDS_NO_PACKAGE.test(pattern))) return;
  const inputs = globSync(INPUTS, { cwd: ROOT }).sort();
  const stamp = stampOf(inputs);
  if (isFresh(inputs, stamp)) return;
  packageStack();
  writeFileSync(STAMP, stamp);
}

function stampOf(inputs: readonly string[]): string {
  const hash = createHash('sha256').update(process.env['KARPENTER_CHART_DIR'] ?? '');
  for (const input of inputs) {
    const path = join(ROOT, input);
    if (statSync(path).isFile()) hash.update(`\0${input}\0`).update(readFileSync(path));
  }
  return hash.digest('hex');
}

/** Packages of `npm start` have no stamp; one that is younger than all of its inputs is as good. */
function isFresh(inputs: readonly string[], stamp: string): boolean {
  if (!existsSync(TEMPLATE)) return false;
  if (existsSync(STAMP)) return readFileSync(STAMP, 'utf8') === stamp;
  const madeMs = statSync(TEMPLATE).mtimeMs;
  return inputs.every((input) => statSync(join(ROOT, input)).mtimeMs < madeMs);
}

function packageStack(): void {
  process.stderr.write('Packaging the stack for the tests ...\n');
  const path = [join(ROOT, 'node_modules/.bin'), dirname(process.execPath), process.env['PATH']].join(delimiter);
  const serverless = createRequire(import.meta.url).resolve('serverless/bin/serverless.js');
  const { status, stdout, stderr } = spawnSync(process.execPath, [serverless, 'package'], {
    cwd: ROOT,
    env: { ...process.env, PATH: path },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`The stack could not be packaged:\n${stdout}${stderr}`);
}
