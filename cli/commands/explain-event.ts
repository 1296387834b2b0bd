import { type Fault, shown } from '../../shared/clusters/fault.ts';
import { parseTime } from '../../shared/events/time.ts';
import { type Explanation, explain } from '../explain/explain.ts';
import { type Body, readEvents } from '../explain/read-events.ts';
import { type Fleet, NO_FLEET, readFleet } from '../explain/read-fleet.ts';
import { explanationText } from '../explain/text.ts';
import { readInput } from '../read-input.ts';
import { type Command, type CommandArguments, type CommandIo, UsageError } from './command.ts';

/** A batch of ten messages of the largest size, with what Lambda writes around them. */
const MOST_EVENT_MIB = 16;
const MOST_FLEET_MIB = 256;
const MOST_FAULTS = 20;

type FileFault = Fault & { readonly file: string };
type Read = { readonly file: string; readonly bodies: readonly Body[] };

function nowOf(value: CommandArguments['values'][string]): number {
  if (value === undefined) return Date.now();
  const ms = typeof value === 'string' ? parseTime(value) : undefined;
  if (ms !== undefined) return ms;
  throw new UsageError(`--now ${shown(value)} is not a time as RFC 3339 has it, such as 2026-11-21T09:14:10Z`);
}

const at = (file: string, faults: readonly Fault[]): FileFault[] => faults.map((fault) => ({ file, ...fault }));

async function readFleetFile(
  file: string | undefined,
  nowMs: number,
  { stdin }: CommandIo,
): Promise<{ fleet: Fleet } | { faults: FileFault[] }> {
  if (file === undefined) return { fleet: NO_FLEET };
  const input = await readInput(file, stdin, MOST_FLEET_MIB);
  if (!input.ok) return { faults: at(file, [{ path: '', message: input.reason }]) };
  const read = readFleet(input.text, nowMs);
  return 'fleet' in read ? read : { faults: at(file, read.faults) };
}

async function readEventFile(file: string, { stdin }: CommandIo): Promise<Read | { faults: FileFault[] }> {
  const input = await readInput(file, stdin, MOST_EVENT_MIB);
  if (!input.ok) return { faults: at(file, [{ path: '', message: input.reason }]) };
  const read = readEvents(input.text);
  return 'bodies' in read ? { file, bodies: read.bodies } : { faults: at(file, read.faults) };
}

function faultText(faults: readonly FileFault[]): string {
  const lines = faults
    .slice(0, MOST_FAULTS)
    .map(({ file, path, message }) => `joinery explain-event: ${file}: ${path === '' ? '' : `${path}: `}${message}\n`);
  const more = faults.length - MOST_FAULTS;
  return lines.join('') + (more > 0 ? `joinery explain-event: and ${more} faults more\n` : '');
}

function filesOf({ positionals, values }: CommandArguments) {
  const fleetFile = values['fleet'] as string | undefined;
  if (positionals.length === 0) throw new UsageError('needs a FILE');
  if ([...positionals, fleetFile].filter((file) => file === '-').length > 1) {
    throw new UsageError('standard input, -, can be read once');
  }
  return { files: positionals, fleetFile };
}

export const explainEvent: Command = {
  usage: 'explain-event FILE... [--fleet FILE] [--now TIME]',
  help: [
    'Says what the router would do with interruption events, and why.',
    'Nothing is looked up in AWS.',
    '',
    'A FILE holds one event, a JSON array of events, or the batch of SQS messages',
    'that Lambda gets; - reads standard input.',
    '',
    '  --fleet FILE  the exported ledger: which clusters there are, and who owns',
    '                which instance. An event of an instance that is not in it is',
    '                broadcast; accounts and Regions without a cluster are not ours.',
    '                Without it the router is taken to run where the event is from.',
    '  --now TIME    when the event is received, RFC 3339. The present when left',
    '                out: then an old event is dropped as stale.',
    '',
    'Exit 0: fine. 1: an event would go to the dead-letter queue. 2: bad usage, or',
    'a file that cannot be read.',
  ].join('\n'),
  options: { fleet: { type: 'string' }, now: { type: 'string' } },
  async run(args, io) {
    const { files, fleetFile } = filesOf(args);
    const { now } = args.values;
    const nowMs = nowOf(now);
    const fleet = await readFleetFile(fleetFile, nowMs, io);
    const read: (Read | { faults: FileFault[] })[] = [];
    for (const file of files) read.push(await readEventFile(file, io));

    const faults = [fleet, ...read].flatMap((part) => ('faults' in part ? part.faults : []));
    if ('faults' in fleet || faults.length > 0) {
      io.stderr.write(faultText(faults));
      return 2;
    }
    const events = read.flatMap((part): Explanation[] => {
      if ('faults' in part) return [];
      return part.bodies.map(({ index, body }) => explain(body, { file: part.file, index }, fleet.fleet, nowMs));
    });
    const context = { nowMs, isNowGiven: now !== undefined, fleetFile };
    io.stdout.write(args.json ? `${JSON.stringify({ events }, null, 2)}\n` : explanationText(events, context));
    return events.some(({ action }) => action === 'quarantine') ? 1 : 0;
  },
};
