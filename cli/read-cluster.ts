import { readClusterText } from '../shared/clusters/read-text.ts';
import { type CommandIo, UsageError } from './commands/command.ts';
import { readInput } from './read-input.ts';

type Parsed<File> =
  | { readonly ok: true; readonly cluster: File }
  | { readonly ok: false; readonly faults: readonly { readonly path: string; readonly message: string }[] };

/** The cluster file that a person named; undefined when it has faults, each of which was told. */
export async function readCluster<File>(
  file: string,
  parse: (value: unknown) => Parsed<File>,
  io: CommandIo,
): Promise<File | undefined> {
  const input = await readInput(file, io.stdin);
  if (!input.ok) throw new UsageError(`${file}: ${input.reason}`);
  const text = readClusterText(input.text, file);
  const parsed = text.ok ? parse(text.value) : text;
  if (parsed.ok) return parsed.cluster;
  for (const { path, message } of parsed.faults) io.stderr.write(`${file}: ${path ? `${path}: ` : ''}${message}\n`);
  io.stderr.write(`${parsed.faults.length} fault${parsed.faults.length === 1 ? '' : 's'}; nothing was simulated\n`);
  return undefined;
}
