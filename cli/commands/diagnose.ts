import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { kubectlLayer } from '../../scripts/kubectl-layer.ts';
import { parseClusterFile } from '../../shared/clusters/parse.ts';
import { type Diagnosis, diagnose as diagnoseFacts } from '../../shared/diagnosis/diagnose.ts';
import { factsOfList } from '../../shared/diagnosis/from-list.ts';
import { diagnosisText } from '../../shared/diagnosis/text.ts';
import { readPackage } from '../../simulator/package-output.ts';
import { AILMENTS, type Ailment, diagnosed } from '../../simulator/scenarios/ailments.ts';
import { runBootstrap } from '../../simulator/scenarios/bootstrap.ts';
import type { Scenario } from '../../simulator/scenarios/scenario.ts';
import { simulate } from '../../simulator/simulate.ts';
import { readCluster } from '../read-cluster.ts';
import { readInput } from '../read-input.ts';
import { type Command, type CommandArguments, type CommandIo, type ExitCode, UsageError } from './command.ts';

const root = fileURLToPath(new URL('../../', import.meta.url)).replace(/\/$/, '');
const DEFAULT_CLUSTER = join(root, 'examples/banking/cluster.yaml');
const MOST_MIB = 64;

/** `joinery diagnose`: why nodes do not come and pods do not get onto them. */
export const diagnose: Command = {
  usage: 'diagnose FILE [--log FILE] [--now TIME] | diagnose [--cluster FILE] [--ailment NAME] [--seed N]',
  help: [
    'Says why nodes do not come and pods do not get onto them, worst first, and what',
    'to do. With FILE it reads what kubectl saw of a cluster (- is standard input):',
    '',
    '  kubectl get -A -o json deployments,pods,leases,events,nodes,\\',
    '    nodepools,ec2nodeclasses,nodeclaims > cluster.json',
    '  kubectl -n kube-system logs deployment/karpenter --tail 200 > karpenter.log',
    '',
    '  --log FILE        the log of the controller that leads',
    '  --now TIME        when FILE was written, RFC 3339 (now)',
    '',
    'Without FILE it bootstraps the cluster in the simulator, lets something go wrong,',
    'and shows what the deployed function diagnose answers:',
    '',
    '  --cluster FILE    the cluster file (examples/banking/cluster.yaml)',
    '  --ailment NAME    what goes wrong; nothing without it:',
    ...Object.values(AILMENTS).map(({ name, summary }) => `    ${name.padEnd(24)}${summary}`),
    '  --seed N          the same seed gives the same run (1)',
    '',
    'Exit 0: nothing stands in the way. 1: something does. 2: bad usage, or a file that',
    'cannot be read.',
  ].join('\n'),
  options: {
    cluster: { type: 'string' },
    ailment: { type: 'string' },
    seed: { type: 'string' },
    log: { type: 'string' },
    now: { type: 'string' },
  },
  run: runDiagnose,
};

async function runDiagnose(given: CommandArguments, io: CommandIo): Promise<ExitCode> {
  const { positionals, values, json } = given;
  const [file, ...others] = positionals;
  if (others.length > 0) throw new UsageError(`takes one FILE, was given ${positionals.length}`);
  const foreign = (file === undefined ? ['log', 'now'] : ['cluster', 'ailment', 'seed']).find(
    (name) => values[name] !== undefined,
  );
  if (foreign !== undefined)
    throw new UsageError(`--${foreign} goes ${file === undefined ? 'with' : 'without'} a FILE`);
  const answer = file === undefined ? await fromSimulator(values, io) : await fromFile(file, values, io);
  if (!answer) return 2;
  const { cluster, diagnosis } = answer;
  io.stdout.write(json ? `${JSON.stringify({ cluster, ...diagnosis }, null, 2)}\n` : diagnosisText(cluster, diagnosis));
  return diagnosis.healthy ? 0 : 1;
}

type Answer = { readonly cluster: string; readonly diagnosis: Diagnosis } | undefined;

async function fromFile(file: string, values: CommandArguments['values'], io: CommandIo): Promise<Answer> {
  const text = await textOf(file, io);
  const log = values['log'] === undefined ? undefined : await textOf(String(values['log']), io);
  const nowMs = values['now'] === undefined ? Date.now() : Date.parse(String(values['now']));
  if (Number.isNaN(nowMs)) throw new UsageError(`--now ${String(values['now'])}: must be an RFC 3339 time`);
  const read = factsOfList(text, log?.split('\n'), nowMs);
  if ('facts' in read) return { cluster: file, diagnosis: diagnoseFacts(read.facts) };
  for (const fault of read.faults) io.stderr.write(`${file}: ${fault}\n`);
  return undefined;
}

async function textOf(file: string, io: CommandIo): Promise<string> {
  const input = await readInput(file, io.stdin, MOST_MIB);
  if (!input.ok) throw new UsageError(`${file}: ${input.reason}`);
  return input.text;
}

async function fromSimulator(values: CommandArguments['values'], io: CommandIo): Promise<Answer> {
  const ailment = values['ailment'] === undefined ? undefined : ailmentOf(String(values['ailment']));
  const seed = Number(values['seed'] ?? 1);
  if (!Number.isInteger(seed) || seed < 0)
    throw new UsageError(`--seed ${String(values['seed'])}: must be a whole number`);
  const cluster = await readCluster(String(values['cluster'] ?? DEFAULT_CLUSTER), parseClusterFile, io);
  if (!cluster) return undefined;
  const { name } = cluster.metadata;
  io.stderr.write(`Bootstrapping ${name} in the simulator${ailment ? `; then ${ailment.summary}` : ''}.\n`);
  let diagnosis: unknown;
  const scenario: Scenario = {
    name: 'diagnosis',
    summary: '',
    run: async (stage) => {
      const outcome = await runBootstrap(stage);
      if (outcome.ok) diagnosis = await diagnosed(stage, ailment);
      return outcome;
    },
  };
  const { account, summary } = await simulate({
    scenario,
    seed,
    clusterName: name,
    clusterFile: cluster,
    subnetIds: cluster.spec.network.subnetIds,
    region: cluster.spec.region,
    package: packaged(),
    root,
    layerFolder: dirname(dirname(kubectlLayer().helm)),
    say: () => undefined,
  });
  await account.close();
  if (diagnosis === undefined) throw new UsageError(`${name} could not be bootstrapped: ${summary.failure ?? ''}`);
  const { cluster: _, ...rest } = diagnosis as Diagnosis & { cluster: string };
  return { cluster: name, diagnosis: rest };
}

function packaged() {
  try {
    return readPackage(root);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function ailmentOf(name: string): Ailment {
  const found = Object.hasOwn(AILMENTS, name) ? AILMENTS[name] : undefined;
  if (!found)
    throw new UsageError(
      `--ailment ${name}: there is none of that name; there are ${Object.keys(AILMENTS).join(', ')}`,
    );
  return found;
}
