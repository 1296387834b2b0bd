// What follows an installation, by `npm install` or by scripts/set-up.mjs: notes of which lock file node_modules is, and has warm-up.ts
// do what is done once. Plain JavaScript for the shell's own Node.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
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
  warmUp();
}

function lockDigest() {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
}

/** Not the installation's business to fail: what is missing is made when it is needed. */
function warmUp() {
  const node = join(binaries, 'node');
  const env = { ...process.env, PATH: [binaries, process.env['PATH']].join(delimiter) };
  const script = join(root, 'scripts', 'warm-up.ts');
  spawnSync(existsSync(node) ? node : process.execPath, [script], { cwd: root, env, stdio: 'ignore', timeout: 60_000 });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) afterInstall();
