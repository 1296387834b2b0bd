import type { Fault } from '../../shared/clusters/fault.ts';
import { readClusterText } from '../../shared/clusters/read-text.ts';
import { readPricesFile } from '../../shared/cost/read-inputs.ts';
import { readPodsFile } from '../../shared/pods-file/read-pods.ts';
import type { PodsFile } from '../../shared/pods-file/schema.ts';
import type { PricesFile } from '../../shared/prices-file/schema.ts';
import { comparePacking } from '../packing/compare.ts';
import { comparisonText } from '../packing/text.ts';
import { readInput } from '../read-input.ts';
import { readJson } from '../read-json.ts';
import { type Command, type CommandArguments, type CommandIo, type ExitCode, UsageError } from './command.ts';

type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly faults: readonly string[] };

function optionOf({ values }: CommandArguments, name: string): string {
  const value = values[name];
  if (typeof value !== 'string' || value === '') throw new UsageError(`needs --${name}`);
  return value;
}

const asLine = (file: string, { path, message }: Fault, line?: number): string =>
  `${file}${line === undefined ? '' : `:${line}`}: ${path === '' ? '' : `${path}: `}${message}`;

async function readPods(file: string, { stdin }: CommandIo): Promise<Read<PodsFile>> {
  const input = await readInput(file, stdin);
  if (!input.ok) return { ok: false, faults: [`${file}: ${input.reason}`] };
  const text = readClusterText(input.text, file);
  if (!text.ok) return { ok: false, faults: text.faults.map((fault) => asLine(file, fault, fault.line)) };
  const read = readPodsFile(text.value);
  if (read.ok) return read;
  const located = read.faults.map((fault) => ({ fault, line: text.lineOf(fault.path) }));
  located.sort((left, right) => (left.line ?? 0) - (right.line ?? 0));
  return { ok: false, faults: located.map(({ fault, line }) => asLine(file, fault, line)) };
}

async function readPrices(file: string, { stdin }: CommandIo): Promise<Read<PricesFile>> {
  const input = await readInput(file, stdin);
  if (!input.ok) return { ok: false, faults: [`${file}: ${input.reason}`] };
  const json = readJson(input.text);
  const read = 'faults' in json ? { ok: false as const, faults: json.faults } : readPricesFile(json.value);
  return read.ok ? read : { ok: false, faults: read.faults.map((fault) => asLine(file, fault)) };
}

/** What only both files together show. */
function togetherFaults(file: string, { region }: PodsFile, { onDemand, spot }: PricesFile): string[] {
  const isKnown = Object.hasOwn(onDemand, region) || spot.some((point) => point.region === region);
  if (isKnown) return [];
  return [asLine(file, { path: 'onDemand', message: `has no prices of ${region}, the Region of the pods` })];
}

async function run(args: CommandArguments, io: CommandIo): Promise<ExitCode> {
  if (args.positionals.length > 0) throw new UsageError(`takes no argument ${args.positionals[0]}`);
  const [podsFile, pricesFile] = [optionOf(args, 'pods'), optionOf(args, 'prices')];
  if (podsFile === '-' && pricesFile === '-') throw new UsageError('standard input, -, can be read once');

  const pods = await readPods(podsFile, io);
  const prices = await readPrices(pricesFile, io);
  const faults = [pods, prices].flatMap((read) => (read.ok ? [] : read.faults));
  if (pods.ok && prices.ok) faults.push(...togetherFaults(pricesFile, pods.value, prices.value));
  for (const fault of faults) io.stderr.write(`joinery pack: ${fault}\n`);
  if (!pods.ok || !prices.ok || faults.length > 0) return 2;

  const comparison = comparePacking(pods.value, prices.value);
  io.stdout.write(args.json ? `${JSON.stringify(comparison, null, 2)}\n` : comparisonText(comparison));
  return comparison.difference === null ? 1 : 0;
}

/** `joinery pack`: what the same pods need, and cost, under fixed node groups and under Karpenter. */
export const pack: Command = {
  usage: 'pack --pods FILE --prices FILE',
  help: [
    'The same pods under fixed node groups, as Cluster Autoscaler would scale them, and',
    'under NodePools, as Karpenter would: nodes, utilisation, money by the hour and by the',
    'month. Nothing is looked up in AWS.',
    '',
    '  --pods FILE      pods, node groups and NodePools, YAML or JSON (docs/pack.md says',
    '                   how); - reads standard input',
    '  --prices FILE    list prices, as for cost-report',
    '',
    'Exit 0: compared. 1: some pod has no place, or some node no price, and the two sides',
    'are printed without their difference. 2: bad usage, or a file that cannot be read,',
    'with every fault and its path.',
  ].join('\n'),
  options: { pods: { type: 'string' }, prices: { type: 'string' } },
  run,
};
