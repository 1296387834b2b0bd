import { type AttachFile, isAttachFile, parseAttachFile } from '../../shared/clusters/attach-file.ts';
import type { Budget, Cluster } from '../../shared/clusters/cluster-file.ts';
import type { Fault } from '../../shared/clusters/fault.ts';
import { parseClusterFile } from '../../shared/clusters/parse.ts';
import { readClusterText } from '../../shared/clusters/read-text.ts';
import { type CostAtMost, costAtMost, inDollars, PRICED_REGION } from '../../shared/nodepools/cost-at-most.ts';
import { nodePoolsOf } from '../../shared/nodepools/of-cluster.ts';
import { readInput } from '../read-input.ts';
import { type Command, UsageError } from './command.ts';

type LocatedFault = Fault & { readonly line?: number; readonly column?: number };
type Verdict =
  | { readonly file: string; readonly ok: true; readonly cluster: Cluster | AttachFile }
  | { readonly file: string; readonly ok: false; readonly faults: readonly LocatedFault[] };

function verdictOn(file: string, text: string): Verdict {
  const read = readClusterText(text, file);
  if (!read.ok) return { file, ok: false, faults: read.faults };
  const parsed = isAttachFile(read.value) ? parseAttachFile(read.value) : parseClusterFile(read.value);
  if (parsed.ok) return { file, ok: true, cluster: parsed.cluster };
  const faults = parsed.faults.map((fault): LocatedFault => {
    const line = read.lineOf(fault.path);
    return line === undefined ? fault : { ...fault, line };
  });
  return { file, ok: false, faults: faults.sort((a, b) => (a.line ?? 0) - (b.line ?? 0)) };
}

function isAttached(cluster: Cluster | AttachFile): cluster is AttachFile {
  return cluster.spec.mode === 'attach';
}

function costsOf(cluster: Cluster): CostAtMost[] {
  return nodePoolsOf(cluster).map((pool) => costAtMost(pool, cluster.spec.region));
}

function budgetText(budget: Budget | undefined): string {
  const { dollarsPerHour, dollarsPerMonth } = budget ?? {};
  const parts = [
    dollarsPerHour === undefined ? [] : [`$${dollarsPerHour} an hour`],
    dollarsPerMonth === undefined ? [] : [`$${dollarsPerMonth} a month`],
  ].flat();
  return parts.length === 0 ? '' : `Budget of the cluster: ${parts.join(', ')}.\n`;
}

/** What each pool may cost, for the person who is about to run it. */
function costText(cluster: Cluster): string {
  const costs = costsOf(cluster);
  const width = Math.max(...costs.map(({ name }) => name.length));
  const { budget } = cluster.spec;
  const lines = costs.map(({ name, instanceTypes, worstCase }) => {
    const types = `${instanceTypes} instance type${instanceTypes === 1 ? '' : 's'}`;
    const { dollarsPerHour, why } = worstCase;
    const cost = dollarsPerHour === null ? `no bound: ${why}` : `at most ${inDollars(dollarsPerHour)} an hour`;
    const own = budget?.nodePools[name]?.dollarsPerHour;
    return `  ${name.padEnd(width)}  ${types}, ${cost}${own === undefined ? '' : `, budget $${own} an hour`}\n`;
  });
  const note = `On-demand prices of ${PRICED_REGION}, at the limits of each pool; spot costs less.\n`;
  return `${lines.join('')}${note}${budgetText(budget)}`;
}

function asText(verdict: Verdict): string {
  if (verdict.ok) {
    const { cluster } = verdict;
    const { name } = cluster.metadata;
    if (isAttached(cluster)) {
      const { region, consent: given } = cluster.spec;
      const consent = given.length > 0 ? `by consent ${given.join(', ')}` : 'with a queue of its own';
      return `${verdict.file}: ok\n${name} in ${region}, to attach ${consent}\n`;
    }
    const { spec } = cluster;
    const versions = `Kubernetes ${spec.kubernetesVersion}, Karpenter ${spec.karpenter.version}`;
    return `${verdict.file}: ok\n${name} in ${spec.region}, ${versions}\n${costText(cluster)}`;
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
    ? {
        file,
        ok,
        faults: [],
        pools: isAttached(verdict.cluster) ? [] : costsOf(verdict.cluster).map(asValue),
        budget: isAttached(verdict.cluster) ? null : (verdict.cluster.spec.budget ?? null),
      }
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
