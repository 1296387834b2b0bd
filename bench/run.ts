import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ensurePackaged } from '../scripts/package-stack.ts';
import { benchBootstrapCost } from './bootstrap-cost.ts';
import { benchBundles } from './bundles/bench.ts';
import { benchCriticalPath } from './critical-path/bench.ts';
import { benchPackaging } from './packaging.ts';
import { asText, type BenchReport } from './report.ts';

// `npm run bench [-- NAME ...] [--json]`: packages the stack when it must. Exit 1 when something is beyond its budget.
const root = fileURLToPath(new URL('../', import.meta.url)).replace(/\/$/, '');

const BENCHES: Readonly<Record<string, () => BenchReport[] | Promise<BenchReport[]>>> = {
  bundles: () => [benchBundles(root)],
  'critical-path': () => benchCriticalPath(root),
  'bootstrap-cost': () => [benchBootstrapCost()],
  packaging: () => [benchPackaging(root)],
};

const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: 'boolean' } } });
const unknown = positionals.filter((name) => !Object.hasOwn(BENCHES, name));
if (unknown.length > 0) {
  process.stderr.write(`There is no bench ${unknown.join(', ')}; there are ${Object.keys(BENCHES).join(', ')}.\n`);
  process.exit(2);
}

ensurePackaged(root, (line) => process.stderr.write(`${line}\n`));
const reports: BenchReport[] = [];
for (const [name, bench] of Object.entries(BENCHES)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  for (const report of await bench()) {
    reports.push(report);
    if (!values.json) process.stdout.write(`${asText(report)}\n`);
  }
}
if (values.json) process.stdout.write(`${JSON.stringify(reports)}\n`);
process.exitCode = reports.some(({ faults }) => faults.length > 0) ? 1 : 0;
