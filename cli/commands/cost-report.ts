import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Fault, shown } from '../../shared/clusters/fault.ts';
import { costReport } from '../../shared/cost/cost-report.ts';
import { type Checked, readFleetFile, readPricesFile } from '../../shared/cost/read-inputs.ts';
import { focusLines } from '../../shared/cost/render/focus.ts';
import { reportHtml } from '../../shared/cost/render/html.ts';
import { noticeText } from '../../shared/cost/render/notice.ts';
import { parseTime } from '../../shared/events/time.ts';
import { readInput } from '../read-input.ts';
import { readJson } from '../read-json.ts';
import { type Command, type CommandArguments, type CommandIo, type ExitCode, UsageError } from './command.ts';

const MOST_MIB = 512;
const MOST_FAULTS = 100;

function optionOf({ values }: CommandArguments, name: string): string {
  const value = values[name];
  if (typeof value !== 'string' || value === '') throw new UsageError(`needs --${name}`);
  return value;
}

function timeOf(args: CommandArguments, name: string): number {
  const text = optionOf(args, name);
  const ms = parseTime(text);
  if (ms !== undefined) return ms;
  throw new UsageError(`--${name} ${shown(text)} is not a time as RFC 3339 has it, such as 2026-11-01T00:00:00Z`);
}

async function readChecked<T>(file: string, io: CommandIo, check: (value: unknown) => Checked<T>): Promise<Checked<T>> {
  const input = await readInput(file, io.stdin, MOST_MIB);
  if (!input.ok) return { ok: false, faults: [{ path: '', message: input.reason }] };
  const json = readJson(input.text);
  return 'faults' in json ? { ok: false, faults: json.faults } : check(json.value);
}

function complain(file: string, faults: readonly Fault[], { stderr }: CommandIo): void {
  for (const { path, message } of faults.slice(0, MOST_FAULTS)) {
    stderr.write(`joinery cost-report: ${file}: ${path === '' ? '' : `${path}: `}${message}\n`);
  }
  const more = faults.length - MOST_FAULTS;
  if (more > 0) stderr.write(`joinery cost-report: ${file}: and ${more} faults more\n`);
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new UsageError(`--out ${folder}: the folder cannot be made: ${(error as Error).message}`);
  }
}

async function run(args: CommandArguments, io: CommandIo): Promise<ExitCode> {
  if (args.positionals.length > 0) throw new UsageError(`takes no argument ${args.positionals[0]}`);
  const [fleetFile, pricesFile, folder] = [optionOf(args, 'fleet'), optionOf(args, 'prices'), optionOf(args, 'out')];
  const [fromMs, toMs] = [timeOf(args, 'from'), timeOf(args, 'to')];
  if (toMs < fromMs) throw new UsageError('--to is before --from');
  if (fleetFile === '-' && pricesFile === '-') throw new UsageError('standard input, -, can be read once');

  const fleet = await readChecked(fleetFile, io, readFleetFile);
  const prices = await readChecked(pricesFile, io, readPricesFile);
  if (!fleet.ok || !prices.ok) {
    if (!fleet.ok) complain(fleetFile, fleet.faults, io);
    if (!prices.ok) complain(pricesFile, prices.faults, io);
    return 2;
  }
  makeFolder(folder);
  const options = { estimateSpot: args.values['estimate-spot'] === true };
  const [from, to] = [new Date(fromMs).toISOString(), new Date(toMs).toISOString()];
  const report = costReport(fleet.value, prices.value, from, to, options);
  const json = `${JSON.stringify(report, null, 2)}\n`;
  const notice = noticeText(report);
  writeFileSync(join(folder, 'report.json'), json);
  writeFileSync(join(folder, 'report.html'), reportHtml(report));
  writeFileSync(join(folder, 'notice.txt'), notice);
  const lines = focusLines(fleet.value, prices.value, report, options);
  await pipeline(Readable.from(lines), createWriteStream(join(folder, 'report.csv')));
  io.stderr.write(`Wrote ${['report.json', 'report.html', 'report.csv', 'notice.txt'].join(', ')} to ${folder}\n`);
  io.stdout.write(args.json ? json : notice);
  return 0;
}

/** `joinery cost-report`: the report of a fleet file, made offline. */
export const costReportCommand: Command = {
  usage: 'cost-report --fleet FILE --prices FILE --from TIME --to TIME --out DIR [--estimate-spot]',
  help: [
    'What a fleet cost in a window of time, what it saved, what sat idle, and what to do next.',
    'Nothing is looked up in AWS.',
    '',
    '  --fleet FILE     the exported ledger; - reads standard input',
    '  --prices FILE    list prices, and the discounts on them',
    '  --from TIME      RFC 3339, such as 2026-11-01T00:00:00Z',
    '  --to TIME        the end, itself not in the window',
    '  --out DIR        gets report.html, report.json, report.csv (FOCUS 1.2) and notice.txt',
    '  --estimate-spot  charge spot instances without a price as on-demand, marked as an',
    '                   estimate; without it they are listed and not in the total',
    '',
    'Exit 0: the report was made, complete or not: it says which. 2: bad usage, or a',
    'file that cannot be read, with every fault and its path.',
  ].join('\n'),
  options: {
    fleet: { type: 'string' },
    prices: { type: 'string' },
    from: { type: 'string' },
    to: { type: 'string' },
    out: { type: 'string' },
    'estimate-spot': { type: 'boolean' },
  },
  run,
};
