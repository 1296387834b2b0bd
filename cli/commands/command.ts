import type { Readable, Writable } from 'node:stream';
import type { ParseArgsOptionsConfig } from 'node:util';

/** 0: fine; 1: it ran and something failed or was found; 2: bad usage or unreadable input. */
export type ExitCode = 0 | 1 | 2;

export type CommandIo = {
  readonly stdin: Readable;
  /** The answer, and nothing else. */
  readonly stdout: Writable;
  /** Progress and complaints. */
  readonly stderr: Writable;
};

export type CommandArguments = {
  readonly positionals: readonly string[];
  /** By long name, as node:util parseArgs gives them; only options that the command declares, and `json`. */
  readonly values: Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;
  readonly json: boolean;
};

/** One verb of `joinery`. */
export type Command = {
  /** What follows `joinery`, for the help text. */
  readonly usage: string;
  /** What it does, its options, its exit codes; for `joinery VERB --help`. */
  readonly help: string;
  readonly options: ParseArgsOptionsConfig;
  readonly run: (args: CommandArguments, io: CommandIo) => Promise<ExitCode>;
};

/** A verb that has verbs of its own: `joinery nodepools compile`. */
export type CommandGroup = { readonly verbs: Readonly<Record<string, Verb>> };

export type Verb = {
  readonly summary: string;
  /** Loads what it needs only when it is asked for. */
  readonly load: () => Promise<Command | CommandGroup>;
};

/** Thrown for what the caller got wrong: its message goes to stderr, and the exit code is 2. */
export class UsageError extends Error {}
