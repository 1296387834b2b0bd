// `npm run check`: Node version, format and lint, types, dead code. Every fault is shown, not only the first.
import { spawnSync } from 'node:child_process';

const steps = [
  ['format and lint', 'biome', ['check', '--error-on-warnings', '.']],
  ['types', 'tsc', ['-p', '.']],
  ['dead code and dependencies', 'knip', ['--no-progress']],
];
let passed = 0;
let failed = 0;

function report(name, ok) {
  process.stdout.write(`${ok ? 'ok  ' : 'FAIL'} ${name}\n`);
  if (ok) passed += 1;
  else failed += 1;
}

report(`node ${process.version} (wanted: 24)`, process.versions.node.split('.')[0] === '24');
for (const [name, command, args] of steps) {
  const { status } = spawnSync(command, args, { stdio: ['ignore', 1, 2] });
  report(name, status === 0);
}
process.stdout.write(`check: ${passed} passed, ${failed} failed\n`);
process.exit(failed === 0 ? 0 : 1);
