// Makes node_modules agree with package-lock.json before `npm start`, `npm test` and the rest run.
// Plain JavaScript for the shell's own Node: it must work before anything is installed.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterInstall, isInstalled } from './after-install.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [major] = process.versions.node.split('.').map(Number);

function fail(message) {
  process.stderr.write(`joinery set-up: ${message}\n`);
  process.exit(2);
}

function install() {
  process.stderr.write('Installing dependencies (once; about a minute) ...\n');
  const args = [
    'install',
    '--no-save',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    '--legacy-peer-deps',
  ];
  const npmCli = process.env['npm_execpath'];
  const result = npmCli
    ? spawnSync(process.execPath, [npmCli, ...args], { cwd: root, stdio: ['ignore', 2, 2] })
    : spawnSync('npm', args, { cwd: root, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' });
  if (result.status !== 0) {
    fail(
      'npm install failed; its message is above. Check that the npm registry can be reached and run the command again.',
    );
  }
}

if (major < 20) fail(`Node 20 or newer is needed to install; this is ${process.version}.`);
if (!isInstalled()) {
  install();
  afterInstall();
}
if (!existsSync(join(root, 'node_modules', '.bin', 'node')) && major !== 24) {
  fail(
    `Joinery runs on Node 24. On Linux x86_64 it installs its own; on ${process.platform} ${process.arch} ` +
      `Node 24 must be on the PATH, and this is ${process.version}.`,
  );
}
