import { writeFileSync } from 'node:fs';
import { type Compilation, compileText } from '../../../shared/nodepools/compile/compile.ts';
import { readInput } from '../../read-input.ts';
import { type Command, UsageError } from '../command.ts';

const MOST_MIB = 4;

function place(file: string, line: number | undefined, path: string): string {
  return `${file}${line === undefined ? '' : `:${line}`}:${path === '' ? '' : ` ${path}:`}`;
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 160 ? `${text.slice(0, 157)}...` : text;
}

function changeOf(from: unknown, to: unknown): string {
  if (from === null && to === null) return 'nothing changed';
  if (from === null) return `added ${shown(to)}`;
  return to === null ? `removed ${shown(from)}` : `${shown(from)} became ${shown(to)}`;
}

function asText(file: string, { notes, errors, manifests }: Compilation): string {
  const lines = [
    ...notes.map(({ resource, path, line, rule, from, to, why }) => {
      return `${place(file, line, path)} ${changeOf(from, to)} [${resource}, ${rule}]\n    ${why}`;
    }),
    ...errors.map(({ resource, path, line, message }) => `${place(file, line, path)} error: ${message} [${resource}]`),
    errors.length > 0
      ? `${file}: ${errors.length} ${errors.length === 1 ? 'error' : 'errors'}; nothing was compiled`
      : `${file}: ${manifests.length} ${manifests.length === 1 ? 'manifest' : 'manifests'}, ${notes.length} ${notes.length === 1 ? 'note' : 'notes'}`,
  ];
  return `${lines.join('\n')}\n`;
}

function textOption(values: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = values[name];
  return value === undefined ? undefined : String(value);
}

function save(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new UsageError(`--out ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** `joinery nodepools compile`. */
export const compile: Command = {
  usage: 'nodepools compile FILE [--out FILE] [--node-class NAME] [--role NAME]',
  help: [
    'Prints what Karpenter v1 takes, as YAML. FILE is YAML with any number of documents, or JSON when it ends in .json:',
    'NodePool or EC2NodeClass (v1, v1beta1), Provisioner (v1alpha5), AWSNodeTemplate (v1alpha1), or a cluster file;',
    '- reads standard input. What was changed is noted on standard error, each with its line, rule and reason.',
    'What cannot be carried over is an error; then nothing is printed.',
    '',
    '  --out FILE         writes the YAML to FILE instead',
    '  --node-class NAME  the EC2NodeClass of pools that name none',
    '  --role NAME        the IAM role of classes that name neither a role nor an instance profile',
    '',
    'Exit 0: compiled; 1: errors; 2: bad usage or unreadable input.',
  ].join('\n'),
  options: { out: { type: 'string' }, 'node-class': { type: 'string' }, role: { type: 'string' } },
  async run({ positionals, values, json }, { stdin, stdout, stderr }) {
    const [file, ...others] = positionals;
    if (file === undefined) throw new UsageError('needs a FILE');
    if (others.length > 0) throw new UsageError(`takes one FILE, was given ${positionals.length}`);
    const input = await readInput(file, stdin, MOST_MIB);
    if (!input.ok) throw new UsageError(`${file}: ${input.reason}`);

    const compiled = compileText(input.text, file, {
      nodeClass: textOption(values, 'node-class'),
      role: textOption(values, 'role'),
    });
    const { manifests, notes, errors, text } = compiled;
    const out = textOption(values, 'out');
    if (out !== undefined && errors.length === 0) save(out, text);
    if (json) stdout.write(`${JSON.stringify({ manifests, notes, errors }, null, 2)}\n`);
    else {
      stderr.write(asText(file, compiled));
      if (out === undefined) stdout.write(text);
    }
    return errors.length > 0 ? 1 : 0;
  },
};
