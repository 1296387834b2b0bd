import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ensurePackaged } from '../scripts/package-stack.ts';
import { benchBootstrapCost } from './bootstrap-cost.ts';
import { benchBundles } from './bundles/bench.ts';
import { benchCollectorFleet } from './collector-fleet.ts';
import { benchCollectorScrape } from './collector-scrape.ts';
import { benchCostReports } from './cost-reports.ts';
import { benchCriticalPath } from './critical-path/bench.ts';
import { benchInstanceTypes } from './instance-types.ts';
import { benchLint } from './lint.ts';
import { benchNodePools, benchPoolFile } from './nodepools/bench.ts';
import { benchPackaging } from './packaging.ts';
import { benchReliability } from './reliability/bench.ts';
import { asText, type BenchReport } from './report.ts';
import { benchRouter } from './router/bench.ts';
import { benchSimulatedCalls } from './simulator/calls.ts';

// `npm run bench [-- NAME ...] [--json] [--events N]`, and for `reliability`, which runs only when it is named,
// `[--only R1] [--seed N] [--write]`: packages the stack when it must. Exit 1 when something is beyond its budget.
const root = fileURLToPath(new URL('../', import.meta.url)).replace(/\/$/, '');

const BENCHES: Readonly<Record<string, () => BenchReport[] | Promise<BenchReport[]>>> = {
  bundles: () => [benchBundles(root)],
  'critical-path': () => benchCriticalPath(root),
  'bootstrap-cost': () => [benchBootstrapCost()],
  'collector-fleet': async () => [await benchCollectorFleet(root)],
  'collector-scrape': async () => [await benchCollectorScrape(root)],
  'cost-reports': () => [benchCostReports(root)],
  'simulated-calls': async () => [await benchSimulatedCalls()],
  'instance-types': () => [benchInstanceTypes()],
  lint: () => [benchLint()],
  nodepools: () => [benchNodePools(), benchPoolFile(root)],
  packaging: () => [benchPackaging(root)],
  reliability: () => [
    benchReliability(root, {
      only: values.only,
      events: values.events === undefined ? undefined : Number(values.events),
      seed: values.seed === undefined ? undefined : Number(values.seed),
      isWritten: values.write,
    }),
  ],
  router: () => [benchRouter(root, values.events === undefined ? undefined : Number(values.events))],
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean' },
    events: { type: 'string' },
    only: { type: 'string' },
    seed: { type: 'string' },
    write: { type: 'boolean' },
  },
});
/** Takes an hour. */
const ONLY_BY_NAME = new Set(['reliability']);
const unknown = positionals.filter((name) => !Object.hasOwn(BENCHES, name));
if (unknown.length > 0) {
  process.stderr.write(`There is no bench ${unknown.join(', ')}; there are ${Object.keys(BENCHES).join(', ')}.\n`);
  process.exit(2);
}

await ensurePackaged(root, (line) => process.stderr.write(`${line}\n`));
const reports: BenchReport[] = [];
for (const [name, bench] of Object.entries(BENCHES)) {
  if (positionals.length > 0 ? !positionals.includes(name) : ONLY_BY_NAME.has(name)) continue;
  for (const report of await bench()) {
    reports.push(report);
    if (!values.json) process.stdout.write(`${asText(report)}\n`);
  }
}
if (values.json) process.stdout.write(`${JSON.stringify(reports)}\n`);
process.exitCode = reports.some(({ faults }) => faults.length > 0) ? 1 : 0;
