import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { kubectlLayer } from '../../scripts/kubectl-layer.ts';
import { type AttachFile, parseAttachFile } from '../../shared/clusters/attach-file.ts';
import type { Cluster } from '../../shared/clusters/cluster-file.ts';
import { parseClusterFile } from '../../shared/clusters/parse.ts';
import type { Account } from '../../simulator/boot/account.ts';
import { FAULT_PLANS } from '../../simulator/faults/faults.ts';
import { STORM_FAULTS, stormFaults } from '../../simulator/faults/storm-faults.ts';
import { type PackageOutput, readPackage } from '../../simulator/package-output.ts';
import { type CostFindings, costFiles } from '../../simulator/scenarios/cost.ts';
import { SCENARIOS } from '../../simulator/scenarios/index.ts';
import { simulate as runSimulation } from '../../simulator/simulate.ts';
import { keepUp } from '../keep-up.ts';
import { display } from '../progress/display.ts';
import { summaryText } from '../progress/summary-text.ts';
import { readCluster } from '../read-cluster.ts';
import { type Command, type CommandArguments, type CommandIo, type ExitCode, UsageError } from './command.ts';

const root = fileURLToPath(new URL('../../', import.meta.url)).replace(/\/$/, '');
const DEFAULT_CLUSTER = join(root, 'examples/banking/cluster.yaml');
const DEFAULT_ATTACHED = join(root, 'examples/attach/cluster.yaml');
/** Where the file of a cluster that others made names none. */
const SUBNETS = ['subnet-0a1b2c3d4e5f60001', 'subnet-0a1b2c3d4e5f60002', 'subnet-0a1b2c3d4e5f60003'];

/** `joinery simulate`: plays a scenario in the simulator, which boots from the compiled deployment template. */
export const simulate: Command = {
  usage:
    'simulate [--cluster FILE] [--scenario NAME] [--seed N] [--speed N|max] [--faults NAME] [--events N] [--out DIR] [--keep]',
  help: [
    'Boots the deployment from its compiled template into a simulated account and plays a scenario in virtual time.',
    '',
    '  --cluster FILE    the cluster file (examples/banking/cluster.yaml; with attach examples/attach/cluster.yaml)',
    `  --scenario NAME   ${Object.keys(SCENARIOS).join(', ')}`,
    '  --seed N          the same seed gives the same run (1)',
    '  --speed N|max     simulated seconds in a second, or as fast as it goes (max)',
    `  --faults NAME     ${Object.keys(FAULT_PLANS).join(', ')}; with interruption-storm also`,
    ...wrapped(STORM_FAULTS.filter((name) => !Object.hasOwn(FAULT_PLANS, name))),
    '  --events N        how many events a storm has',
    '  --out DIR         writes DIR/summary.json and DIR/trace.jsonl, and DIR/cost-report/ where there is one',
    '  --keep            stays up afterwards, with a kubeconfig for your own kubectl',
    '',
    'Exit 0: the scenario did what it should; 1: it did not; 2: bad usage or unreadable input.',
  ].join('\n'),
  options: {
    cluster: { type: 'string' },
    scenario: { type: 'string' },
    seed: { type: 'string' },
    speed: { type: 'string' },
    faults: { type: 'string' },
    events: { type: 'string' },
    out: { type: 'string' },
    keep: { type: 'boolean' },
  },
  run: runSimulate,
};

async function runSimulate({ values, positionals, json }: CommandArguments, io: CommandIo): Promise<ExitCode> {
  if (positionals.length > 0) throw new UsageError(`simulate takes no argument ${positionals[0]}`);
  const scenario = named('scenario', SCENARIOS, values['scenario'] ?? 'bootstrap');
  const faultName = values['faults'] ?? 'none';
  const faults = scenario.isStorm ? undefined : named('faults', FAULT_PLANS, faultName);
  const faultsOfStorm = scenario.isStorm ? stormFaultsOf(faultName) : undefined;
  const seed = whole('seed', values['seed'] ?? '1');
  const events = values['events'] === undefined ? undefined : atLeastOne('events', values['events']);
  const pace =
    values['speed'] === undefined || values['speed'] === 'max'
      ? undefined
      : { virtualSecondsPerSecond: positive('speed', values['speed']) };
  const isAttach = scenario.isAttach ?? false;
  const clusterFile = await readCluster<Cluster | AttachFile>(
    String(values['cluster'] ?? (isAttach ? DEFAULT_ATTACHED : DEFAULT_CLUSTER)),
    isAttach ? parseAttachFile : parseClusterFile,
    io,
  );
  if (!clusterFile) return 2;

  const { metadata, spec } = clusterFile;
  const view = display(io.stderr);
  let nowMs = 0;
  const kubernetes = spec.mode === 'attach' ? '' : `, Kubernetes ${spec.kubernetesVersion}`;
  io.stderr.write(`Simulating ${scenario.name} of ${metadata.name} (${spec.region}${kubernetes}), seed ${seed}\n`);
  const { summary, trace, account } = await runSimulation({
    scenario,
    faults,
    stormFaults: faultsOfStorm,
    events,
    seed,
    pace,
    clusterName: metadata.name,
    clusterFile,
    subnetIds: spec.mode === 'attach' ? SUBNETS : spec.network.subnetIds,
    region: spec.region,
    package: packaged(),
    root,
    layerFolder: dirname(dirname(kubectlLayer().helm)),
    say: (line) => view.say(line),
    hooks: { onTask: (event) => view.task(event, nowMs) },
    onTick: (now) => {
      nowMs = now;
      view.tick(now);
    },
  });
  view.end(nowMs);
  if (values['out'] !== undefined) {
    writeResults(String(values['out']), summary, trace);
    writeCostReport(String(values['out']), account, summary['cost'] as CostFindings | undefined, io);
  }
  io.stdout.write(json ? `${JSON.stringify(summary)}\n` : summaryText(summary));
  if (values['keep'] === true) await keepUp(account, metadata.name, String(values['out'] ?? join(root, 'out')), io);
  await account.close();
  return summary.ok ? 0 : 1;
}

function packaged(): PackageOutput {
  try {
    return readPackage(root);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** Names in lines that stand under an option. */
function wrapped(names: readonly string[]): string[] {
  const lines: string[] = [];
  for (const name of names) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + name.length < 58) lines[lines.length - 1] = `${last}, ${name}`;
    else lines.push(name);
  }
  return lines.map((line) => `                    ${line}`);
}

function stormFaultsOf(name: unknown) {
  const found = stormFaults(String(name));
  if (!found)
    throw new UsageError(`--faults ${String(name)}: there are none of that name; there are ${STORM_FAULTS.join(', ')}`);
  return found.name === 'none' ? undefined : found;
}

function named<T>(option: string, table: Readonly<Record<string, T>>, name: unknown): T {
  const found = Object.hasOwn(table, String(name)) ? table[String(name)] : undefined;
  if (found === undefined)
    throw new UsageError(
      `--${option} ${String(name)}: there is none of that name; there are ${Object.keys(table).join(', ')}`,
    );
  return found;
}

function whole(option: string, value: unknown): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < 0 || String(value).trim() === '')
    throw new UsageError(`--${option} must be a whole number, not ${String(value)}`);
  return number;
}

function atLeastOne(option: string, value: unknown): number {
  const number = whole(option, value);
  if (number === 0) throw new UsageError(`--${option} must be at least 1`);
  return number;
}

function positive(option: string, value: unknown): number {
  const number = Number(value);
  if (!Number.isFinite(number) || number <= 0)
    throw new UsageError(`--${option} must be a number above 0, or max, not ${String(value)}`);
  return number;
}

function writeCostReport(out: string, account: Account, cost: CostFindings | undefined, { stderr }: CommandIo): void {
  if (!cost) return;
  const folder = join(out, 'cost-report');
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of costFiles(account, cost.folder)) writeFileSync(join(folder, name), text);
  stderr.write(`The cost report is in ${join(folder, 'report.html')}\n`);
}

function writeResults(folder: string, summary: object, trace: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'summary.json'), `${JSON.stringify(summary, null, 2)}\n`);
  writeFileSync(join(folder, 'trace.jsonl'), trace);
}
