import { parseArgs } from 'node:util';
import { nearest } from '../shared/clusters/nearest.ts';
import {
  type Command,
  type CommandArguments,
  type CommandGroup,
  type CommandIo,
  type ExitCode,
  UsageError,
} from './commands/command.ts';
import { VERBS } from './commands/verbs.ts';

const GLOBAL_OPTIONS = { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const;

type Group = CommandGroup & { /** What is typed to reach it. */ readonly name: string };

const JOINERY: Group = { name: 'joinery', verbs: VERBS };

function overview({ name, verbs: known }: Group): string {
  const width = Math.max(...Object.keys(known).map((verb) => verb.length));
  const verbs = Object.entries(known).map(([verb, { summary }]) => `  ${verb.padEnd(width)}  ${summary}`);
  return [
    `Usage: ${name} VERB [options]`,
    '',
    ...verbs,
    '',
    'Every verb takes --json (the answer as one JSON document) and --help.',
    'Exit 0: fine; 1: it ran and something failed or was found; 2: bad usage or unreadable input.',
    '',
  ].join('\n');
}

function didYouMean(word: string, candidates: readonly string[]): string {
  const meant = nearest(word, candidates);
  return meant === undefined ? '' : `; did you mean ${meant}?`;
}

function readArguments(command: Command, args: readonly string[]): CommandArguments & { help: boolean } {
  const options = { ...command.options, ...GLOBAL_OPTIONS };
  const { tokens } = parseArgs({ args: [...args], options, allowPositionals: true, strict: false, tokens: true });
  for (const token of tokens) {
    if (token.kind !== 'option' || Object.hasOwn(options, token.name)) continue;
    const known = Object.keys(options).map((name) => `--${name}`);
    throw new UsageError(`there is no option ${token.rawName}${didYouMean(token.rawName, known)}`);
  }
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const { json, help, ...own } = values as CommandArguments['values'];
    return { positionals, values: own, json: json === true, help: help === true };
  } catch (error) {
    const { message = String(error) } = error as { message?: string };
    throw new UsageError(message.split('\n')[0]);
  }
}

async function runCommand(name: string, command: Command, args: readonly string[], io: CommandIo): Promise<ExitCode> {
  try {
    const read = readArguments(command, args);
    if (read.help) {
      io.stdout.write(`Usage: joinery ${command.usage} [--json]\n\n${command.help}\n`);
      return 0;
    }
    return await command.run(read, io);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    io.stderr.write(`${name}: ${error.message}\nUsage: joinery ${command.usage} [--json]\n`);
    return 2;
  }
}

async function runGroup(group: Group, args: readonly string[], io: CommandIo): Promise<ExitCode> {
  const verbAt = args.findIndex((arg) => !arg.startsWith('-'));
  const before = verbAt === -1 ? args : args.slice(0, verbAt);
  const refuse = (complaint: string): ExitCode => {
    io.stderr.write(`${group.name}: ${complaint}\n\n${overview(group)}`);
    return 2;
  };
  const stray = before.find((arg) => !['--json', '--help', '-h'].includes(arg));
  if (stray !== undefined) return refuse(`there is no option ${stray}${didYouMean(stray, ['--json', '--help'])}`);
  const verb = args[verbAt];
  if (verb === undefined) {
    const asked = before.includes('--help') || before.includes('-h');
    (asked ? io.stdout : io.stderr).write(overview(group));
    return asked ? 0 : 2;
  }
  const entry = Object.hasOwn(group.verbs, verb) ? group.verbs[verb] : undefined;
  if (!entry) return refuse(`there is no verb ${verb}${didYouMean(verb, Object.keys(group.verbs))}`);
  const name = `${group.name} ${verb}`;
  const rest = [...before, ...args.slice(verbAt + 1)];
  const loaded = await entry.load();
  return 'verbs' in loaded ? runGroup({ ...loaded, name }, rest, io) : runCommand(name, loaded, rest, io);
}

/** Runs one command line (without the program's own name) and gives its exit code. */
export async function runJoinery(args: readonly string[], io: CommandIo): Promise<ExitCode> {
  return runGroup(JOINERY, args, io);
}
