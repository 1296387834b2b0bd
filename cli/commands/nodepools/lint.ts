import type { Readable } from 'node:stream';
import { readInput } from '../../read-input.ts';
import { type Command, UsageError } from '../command.ts';
import { lintObjects, objectsIn } from './lint-input.ts';
import { lintText } from './lint-text.ts';

const MOST_MIB = 4;

async function valuesIn(file: string, stdin: Readable): Promise<readonly unknown[]> {
  const input = await readInput(file, stdin, MOST_MIB);
  if (!input.ok) throw new UsageError(`${file}: ${input.reason}`);
  const read = objectsIn(input.text, file);
  if (!read.ok) throw new UsageError(read.faults.join('\n'));
  return read.values;
}

/** `joinery nodepools lint`. */
export const lint: Command = {
  usage: 'nodepools lint FILE [--workloads FILE]',
  help: [
    'Finds what is wrong or risky in NodePools and EC2NodeClasses: docs/lint-rules.md has every rule. FILE is a cluster',
    'file or manifests, YAML with any number of documents or JSON when it ends in .json; - reads standard input.',
    'Manifests of older versions are compiled first. Deployments, other workloads and PodDisruptionBudgets in the file',
    'tell the rules what runs on the pools. Nothing is looked up in AWS.',
    '',
    '  --workloads FILE  more manifests of workloads and PodDisruptionBudgets',
    '',
    'A rule is switched off, with a reason, by spec.lint.off of the cluster file or by the annotation',
    'joinery.dev/lint-off: "rule: reason" on the object.',
    '',
    'Exit 0: nothing above info; 1: errors or warnings; 2: bad usage, or a file that cannot be read or has faults.',
  ].join('\n'),
  options: { workloads: { type: 'string' } },
  async run({ positionals, values, json }, { stdin, stdout }) {
    const [file, ...others] = positionals;
    if (file === undefined) throw new UsageError('needs a FILE');
    if (others.length > 0) throw new UsageError(`takes one FILE, was given ${positionals.length}`);
    const workloads = values['workloads'];
    const known = typeof workloads === 'string' ? await valuesIn(workloads, stdin) : [];
    const linted = lintObjects(file, await valuesIn(file, stdin), known);
    if (!linted.ok) throw new UsageError(linted.faults.join('\n'));

    const { findings, off } = linted.report;
    stdout.write(json ? `${JSON.stringify({ findings, off }, null, 2)}\n` : lintText(file, linted.report));
    return findings.some(({ severity }) => severity !== 'info') ? 1 : 0;
  },
};
