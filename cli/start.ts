import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { runJoinery } from './run.ts';

// `npm start`: packages the deployment, then plays its story in the simulator, paced for a person to watch.
const root = fileURLToPath(new URL('../', import.meta.url));
const SPEED = '90';
const OUT = 'out';

process.stderr.write('Packaging the deployment ...\n');
const packaged = spawnSync('serverless', ['package'], { cwd: root, encoding: 'utf8' });
if (packaged.status !== 0) {
  process.stderr.write(
    `${packaged.stdout ?? ''}${packaged.stderr ?? ''}\nThe deployment could not be packaged; the message is above.\n`,
  );
  process.exit(1);
}

const args = process.argv.slice(2);
const defaults = [
  ...(args.includes('--scenario') ? [] : ['--scenario', 'bootstrap-and-storm']),
  ...(args.includes('--speed') ? [] : ['--speed', SPEED]),
  ...(args.includes('--out') ? [] : ['--out', OUT]),
];
process.exitCode = await runJoinery(['simulate', ...defaults, ...args], process);
