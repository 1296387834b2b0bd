import type { Cluster } from '../../shared/clusters/cluster-file.ts';
import type { Fault } from '../../shared/clusters/fault.ts';
import { parseClusterFile } from '../../shared/clusters/parse.ts';
import { readClusterText } from '../../shared/clusters/read-text.ts';
import { type CostAtMost, costAtMost, inDollars, PRICED_REGION } from '../../shared/nodepools/cost-at-most.ts';
import { nodePoolsOf } from '../../shared/nodepools/of-cluster.ts';
import { readInput } from '../read-input.ts';
import { type Command, UsageError } from './command.ts';

type LocatedFault = Fault & { readonly line?: number; readonly column?: number };
type Verdict =
  | { readonly file: string; readonly ok: true; readonly cluster: Cluster }
  | { readonly file: string; readonly ok: false; readonly faults: readonly LocatedFault[] };

function verdictOn(file: string, text: string): Verdict {
  const read = readClusterText(text, file);
  if (!read.ok) return { file, ok: false, faults: read.faults };
  const parsed = parseClusterFile(read.value);
  if (parsed.ok) return { file, ok: true, cluster: parsed.cluster };
  const faults = parsed.faults.map((fault): LocatedFault => {
    const line = read.lineOf(fault.path);
    return line === undefined ? fault : { ...fault, line };
  });
  return { file, ok: false, faults: faults.sort((a, b) => (a.line ?? 0) - (b.line ?? 0)) };
}

function costsOf(cluster: Cluster): CostAtMost[] {
  return nodePoolsOf(cluster).map((pool) => costAtMost(pool, cluster.spec.region));
}

/** What each pool may cost, for the person who is about to run it. */
function costText(cluster: Cluster): string {
  const costs = costsOf(cluster);
  const width = Math.max(...costs.map(({ name }) => name.length));
  const lines = costs.map(({ name, instanceTypes, worstCase }) => {
    const types = `${instanceTypes} instance type${instanceTypes === 1 ? '' : 's'}`;
    const { dollarsPerHour, why } = worstCase;
    const cost = dollarsPerHour === null ? `no bound: ${why}` : `at most ${inDollars(dollarsPerHour)} an hour`;
    return `  ${name.padEnd(width)}  ${types}, ${cost}\n`;
  });
  return `${lines.join('')}On-demand prices of ${PRICED_REGION}, at the limits of each pool; spot costs less.\n`;
}

function asText(verdict: Verdict): string {
  if (verdict.ok) {
    const { metadata, spec } = verdict.cluster;
    const versions = `Kubernetes ${spec.kubernetesVersion}, Karpenter ${spec.karpenter.version}`;
    return `${verdict.file}: ok\n${metadata.name} in ${spec.region}, ${versions}\n${costText(verdict.cluster)}`;
  }
  const lines = verdict.faults.map(({ path, message, line, column }) => {
    const place = [verdict.file, line, column].filter((part) => part !== undefined).join(':');
    return `${place}: ${path === '' ? '' : `${path}: `}${message}\n`;
  });
  const count = verdict.faults.length;
  return `${lines.join('')}${verdict.file}: ${count} ${count === 1 ? 'fault' : 'faults'}\n`;
}

function asJson(verdict: Verdict): string {
  const { file, ok } = verdict;
  const value = ok
    ? { file, ok, faults: [], pools: costsOf(verdict.cluster).map(asValue) }
    : { file, ok, faults: verdict.faults };
  return `${JSON.stringify(value, null, 2)}\n`;
}

function asValue({ name, instanceTypes, worstCase: { dollarsPerHour, why } }: CostAtMost): object {
  return { name, instanceTypes, dollarsPerHourAtMost: dollarsPerHour, whyUnbounded: why };
}

export const validate: Command = {
  usage: 'validate FILE [--print]',
  help: [
    'Checks a cluster file, YAML or JSON (when it ends in .json); - reads standard input.',
    'Prints every fault with its line and path. Nothing is looked up in AWS.',
    '',
    '  --print   prints the file as JSON with every default filled in, as a state machine takes it; faults go to stderr',
    '',
    'Exit 0: the file is sound. 2: it has faults or cannot be read.',
  ].join('\n'),
  options: { print: { type: 'boolean' } },
  async run({ positionals, values, json }, { stdin, stdout, stderr }) {
    const print = values['print'] === true;
    const [file, ...others] = positionals;
    if (file === undefined) throw new UsageError('needs a FILE');
    if (others.length > 0) throw new UsageError(`takes one FILE, was given ${positionals.length}`);
    if (print && json) throw new UsageError('--print is JSON already; leave --json out');

    const input = await readInput(file, stdin);
    if (!input.ok) {
      const verdict: Verdict = { file, ok: false, faults: [{ path: '', message: input.reason }] };
      if (json) stdout.write(asJson(verdict));
      else stderr.write(`joinery validate: ${file}: ${input.reason}\n`);
      return 2;
    }
    const verdict = verdictOn(file, input.text);
    if (print) {
      // What is printed goes into a machine: a file with faults must leave nothing there.
      if (verdict.ok) stdout.write(`${JSON.stringify(verdict.cluster, null, 2)}\n`);
      else stderr.write(asText(verdict));
      return verdict.ok ? 0 : 2;
    }
    stdout.write(json ? asJson(verdict) : asText(verdict));
    return verdict.ok ? 0 : 2;
  },
};
