import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { kubectlLayer } from '../../scripts/kubectl-layer.ts';
import { bootAccount } from '../../simulator/boot/account.ts';
import { readPackage } from '../../simulator/package-output.ts';
import { EXPERIMENTS } from '../../simulator/storm/experiments/index.ts';
import { openLaboratory, runExperiment } from '../../simulator/storm/experiments/run-experiment.ts';
import type { Measured } from './measured.ts';

// One experiment in a process of its own: ID EVENTS SEED. Writes what was measured as JSON.
const root = fileURLToPath(new URL('../../', import.meta.url)).replace(/\/$/, '');
const [id = '', events = '0', seed = '1'] = process.argv.slice(2);
// The simulation takes the clock, but not this one.
const now = performance.now.bind(performance);

const experiment = EXPERIMENTS.find((candidate) => candidate.id === id);
if (!experiment) throw new Error(`there is no experiment ${id}`);
const size = sized(Number(events));
const lab = await openLaboratory(root, (taps) =>
  bootAccount({
    seed: Number(seed),
    startAt: '2026-11-02T08:00:00Z',
    accountId: '111122223333',
    region: 'eu-west-1',
    ...readPackage(root),
    root,
    layerFolder: dirname(dirname(kubectlLayer().helm)),
    traceLimit: 0,
    ...taps,
  }),
);
const startedMs = now();
const { report, faults, injected } = await runExperiment(lab, experiment, size, Number(seed));
const { conservation, leadTimeLeftSeconds, arrivalSeconds, claimDeletedSeconds, allSentSeconds } = report;
const measured: Measured = {
  id,
  title: experiment.title,
  size,
  seed: Number(seed),
  conservation,
  leadTimeLeftSeconds,
  arrivalSeconds,
  claimDeletedSeconds,
  allSentSeconds,
  simulatedSeconds: Math.round((report.endMs - report.startMs) / 1000),
  wallSeconds: Math.round((now() - startedMs) / 100) / 10,
  heapMb: Math.round(process.memoryUsage().heapUsed / 1e6),
  injected,
  faults,
};
await lab.account.close();
process.stdout.write(`${JSON.stringify(measured)}\n`);

/** As many events as asked for, at the pace of the long form. */
function sized(wanted: number) {
  const long = experiment?.long ?? { events: 1, clusters: 1, instances: 1, spreadSeconds: 1 };
  if (wanted === 0) return long;
  const share = wanted / long.events;
  const instances = Math.min(long.instances, wanted);
  return { ...long, events: wanted, instances, spreadSeconds: Math.max(1, Math.round(long.spreadSeconds * share)) };
}
