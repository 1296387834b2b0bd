import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { compileCacheEnvironment, makeCompileCache } from './compile-cache.ts';
import { kubectlLayer } from './kubectl-layer.ts';

// What the first command after an installation would do once and then keep: the framework compiles its checks of serverless.yml, which it
// keeps in the home folder, Node compiles the framework and the simulator, and helm is unpacked.
const root = fileURLToPath(new URL('../', import.meta.url));
const serverless = createRequire(import.meta.url).resolve('serverless/bin/serverless.js');
const commands = [
  [serverless, 'print'],
  ['cli/joinery.ts', 'simulate', '--help'],
];

makeCompileCache();
const options = { cwd: root, env: { ...process.env, ...compileCacheEnvironment() }, maxBuffer: 64 * 2 ** 20 };
const warm = commands.map((command) => promisify(execFile)(process.execPath, command, options));
kubectlLayer();
await Promise.all(warm);
