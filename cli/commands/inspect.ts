import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ClusterFacts } from '../../shared/adoption/facts.ts';
import { factsSchema } from '../../shared/adoption/facts-schema.ts';
import { inspectCluster } from '../../shared/adoption/inspect.ts';
import { pathText } from '../../shared/clusters/fault.ts';
import { nearest } from '../../shared/clusters/nearest.ts';
import { inspectionText } from '../inspect/text.ts';
import { readInput } from '../read-input.ts';
import { readJson } from '../read-json.ts';
import { type Command, type CommandArguments, type CommandIo, UsageError } from './command.ts';

const MOST_MIB = 64;
const MOST_FAULTS = 20;

async function factsIn(file: string, { stdin }: CommandIo): Promise<ClusterFacts> {
  const input = await readInput(file, stdin, MOST_MIB);
  if (!input.ok) throw new UsageError(`${file}: ${input.reason}`);
  const read = readJson(input.text);
  if ('faults' in read) throw new UsageError(`${file}: ${read.faults.map(({ message }) => message).join('; ')}`);
  const parsed = factsSchema.safeParse(read.value);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => `${file}: ${pathText(path)}: ${message}`);
  const more = faults.length > MOST_FAULTS ? [`and ${faults.length - MOST_FAULTS} more`] : [];
  throw new UsageError(`no facts of a cluster:\n${[...faults.slice(0, MOST_FAULTS), ...more].join('\n')}`);
}

/** The simulator is loaded only when one of its clusters is asked for. */
async function simulatedFacts(name: string): Promise<ClusterFacts> {
  const [{ OTHERS_CLUSTERS }, { DEFECTS, defectiveCluster }, { factsOfOthers }] = await Promise.all([
    import('../../simulator/others/clusters.ts'),
    import('../../simulator/others/defects.ts'),
    import('../../simulator/others/inspect.ts'),
  ]);
  const names = [...Object.keys(OTHERS_CLUSTERS), ...Object.keys(DEFECTS)];
  const cluster = Object.hasOwn(OTHERS_CLUSTERS, name) ? OTHERS_CLUSTERS[name]?.() : undefined;
  if (!cluster && !Object.hasOwn(DEFECTS, name)) {
    const meant = nearest(name, names);
    const hint = meant === undefined ? '' : `; did you mean ${meant}?`;
    throw new UsageError(`the simulator has no cluster ${name}${hint} There are ${names.join(', ')}`);
  }
  const root = fileURLToPath(new URL('../../', import.meta.url)).replace(/\/$/, '');
  return factsOfOthers(root, cluster ?? defectiveCluster(name));
}

function factsOf({ positionals, values }: CommandArguments, io: CommandIo): Promise<ClusterFacts> {
  const file = values['facts'];
  const [name, ...rest] = positionals;
  if (rest.length > 0) throw new UsageError('takes one NAME');
  if ((name === undefined) === (file === undefined)) throw new UsageError('needs a NAME or --facts FILE, and not both');
  return name === undefined ? factsIn(String(file), io) : simulatedFacts(name);
}

/** `joinery inspect`. */
export const inspect: Command = {
  usage: 'inspect NAME | --facts FILE [--save FILE]',
  help: [
    'Says what other tools have left wrong with a cluster: what it breaks, and the fix. docs/inspect.md has every finding.',
    'Nothing is looked up in AWS.',
    '',
    '  NAME          a cluster of others in the simulator: terraform, terraform-plain, eksctl, eksctl-plain, cdk, auto-mode,',
    '                cluster-autoscaler; or D1 to D18, the first of these with that defect',
    '  --facts FILE  what a run of mode adopt has seen: facts.json beside its plan; - reads standard input',
    '  --save FILE   writes the facts as such a file',
    '',
    'Exit 0: nothing above info; 1: something was found; 2: bad usage, or a file that is no facts.',
  ].join('\n'),
  options: { facts: { type: 'string' }, save: { type: 'string' } },
  async run(args, io) {
    const facts = await factsOf(args, io);
    const findings = inspectCluster(facts);
    const { cluster, observedAt } = facts;
    if (args.values['save'] !== undefined)
      writeFileSync(String(args.values['save']), `${JSON.stringify(facts, null, 2)}\n`);
    const answer = { cluster, observedAt, seenInside: facts.inside !== null, findings };
    io.stdout.write(args.json ? `${JSON.stringify(answer, null, 2)}\n` : inspectionText(facts, findings));
    return findings.some(({ severity }) => severity !== 'info') ? 1 : 0;
  },
};
