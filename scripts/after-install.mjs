// What follows an installation, by `npm install` or by scripts/set-up.mjs: notes of which lock file node_modules is, and has the
// framework compile its checks of serverless.yml, which it does once on a machine, takes some seconds for, and keeps in the home folder.
// Plain JavaScript for the shell's own Node.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stampFile = join(root, 'node_modules', '.joinery-lock');
const binaries = join(root, 'node_modules', '.bin');

/** Whether node_modules is what package-lock.json says. */
export function isInstalled() {
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === lockDigest();
}

export function afterInstall() {
  // `npm install --omit=dev` and the like leave out what the commands need.
  if (process.env['npm_config_omit']) return;
  writeFileSync(stampFile, lockDigest());
  if (!hasCompiledChecks()) compileChecks();
}

function lockDigest() {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
}

function hasCompiledChecks() {
  const folder = join(process.env['SLS_SCHEMA_CACHE_BASE_DIR'] ?? homedir(), '.serverless', 'artifacts');
  return existsSync(folder) && readdirSync(folder).some((name) => name.startsWith('ajv-validate-'));
}

/** Not the installation's business to fail: what is missing is compiled when something is packaged. */
function compileChecks() {
  const node = join(binaries, 'node');
  const serverless = join(root, 'node_modules', 'serverless', 'bin', 'serverless.js');
  const env = { ...process.env, PATH: [binaries, process.env['PATH']].join(delimiter) };
  spawnSync(existsSync(node) ? node : process.execPath, [serverless, 'print'], {
    cwd: root,
    env,
    stdio: 'ignore',
    timeout: 60_000,
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) afterInstall();
