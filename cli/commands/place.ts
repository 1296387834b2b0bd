import { strategicMergePatch } from '../../shared/placement/patch.ts';
import { type Chooser, type Placed, placeDocument } from '../../shared/placement/place.ts';
import type { SpotChoice } from '../../shared/placement/pool.ts';
import { WORKLOAD_KINDS } from '../../shared/placement/workload.ts';
import { blockText } from '../../shared/yaml/emit.ts';
import { readManifests } from '../../shared/yaml/read-manifests.ts';
import { cataloguePools, type PoolSource, poolsOfFile } from '../placing/pool-source.ts';
import { reportText, reportValue } from '../placing/report.ts';
import { readInput } from '../read-input.ts';
import { type Command, type CommandArguments, type CommandIo, type ExitCode, UsageError } from './command.ts';

const SPOT: readonly string[] = ['preferred', 'required', 'never'] satisfies readonly SpotChoice[];

/** `joinery place`: workloads with what brings them to a NodePool. */
export const place: Command = {
  usage: 'place FILE [--pool NAME] [--cluster FILE] [--spot preferred|required|never] [--patch]',
  help: [
    'Gives each workload of FILE what brings it to a NodePool: tolerations, node',
    'affinity, spread over zones and nodes. Everything else in the file stays as it',
    'is, comments too; - reads standard input. Workloads are',
    `${WORKLOAD_KINDS.join(', ')}.`,
    'A DaemonSet gets tolerations only. Placing twice changes nothing.',
    '',
    '  --pool NAME      the NodePool; without it the services of the cluster file say',
    '                   which workload goes where',
    '  --cluster FILE   the pools of a cluster file, or of a file of NodePools;',
    '                   without it those of the catalogue',
    '  --spot CHOICE    preferred (where the pool has spot, unless the workload says',
    '                   something of it itself), required or never',
    '  --patch          prints strategic-merge patches for kustomize instead',
    '',
    'Exit 0: placed. 1: a workload says something contrary, and nothing is printed.',
    '2: bad usage, or a file that cannot be read or has no workload.',
  ].join('\n'),
  options: {
    pool: { type: 'string' },
    cluster: { type: 'string' },
    spot: { type: 'string' },
    patch: { type: 'boolean' },
  },
  run: runPlace,
};

async function runPlace({ positionals, values, json }: CommandArguments, io: CommandIo): Promise<ExitCode> {
  const [file, ...others] = positionals;
  if (file === undefined) throw new UsageError('needs a FILE');
  if (others.length > 0) throw new UsageError(`takes one FILE, was given ${positionals.length}`);
  if (file === '-' && values['cluster'] === '-')
    throw new UsageError('standard input can be one of the two files only');
  const pools = await poolSource(values['cluster'], io);
  if (!pools) return 2;
  const choose = chooserOf(pools, values);

  const input = await readInput(file, io.stdin);
  if (!input.ok) throw new UsageError(`${file}: ${input.reason}`);
  const read = readManifests(input.text);
  if (!read.ok) {
    for (const { line, column, message } of read.faults) io.stderr.write(`${file}:${line}:${column}: ${message}\n`);
    return 2;
  }
  const placed = read.documents.map((document) => placeDocument(document, choose));
  if (placed.every(({ object, faults }) => !object && faults.length === 0)) {
    throw new UsageError(`${file}: has no workload (${WORKLOAD_KINDS.join(', ')})`);
  }
  const isFaulty = placed.some(({ faults }) => faults.length > 0);
  const output = isFaulty
    ? null
    : values['patch'] === true
      ? patchesOf(placed)
      : placed.map(({ text }) => text).join('');
  io.stderr.write(json ? '' : reportText(file, placed));
  io.stdout.write(json ? `${JSON.stringify(reportValue(file, placed, output), null, 2)}\n` : (output ?? ''));
  return isFaulty ? 1 : 0;
}

async function poolSource(file: unknown, io: CommandIo): Promise<PoolSource | undefined> {
  if (typeof file !== 'string') return cataloguePools();
  const input = await readInput(file, io.stdin);
  if (!input.ok) throw new UsageError(`${file}: ${input.reason}`);
  const read = poolsOfFile(file, input.text);
  if (!('faults' in read)) return read;
  for (const fault of read.faults) io.stderr.write(`${fault}\n`);
  return undefined;
}

/** A pool that is named is for every workload; else each goes where the cluster file says. */
function chooserOf({ find, services }: PoolSource, values: CommandArguments['values']): Chooser {
  const { pool: name, spot } = values;
  if (spot !== undefined && !SPOT.includes(String(spot))) {
    throw new UsageError(`--spot must be one of ${SPOT.join(', ')}, is ${String(spot)}`);
  }
  const asked = spot === undefined ? {} : { spot: spot as SpotChoice };
  if (name === undefined && services.length === 0) {
    throw new UsageError('needs --pool NAME, or --cluster FILE with services that say which pool');
  }
  const named = name === undefined ? undefined : find(String(name));
  if (named && 'reason' in named) throw new UsageError(named.reason);
  return (workload) => {
    const service = services.find((candidate) => candidate.name === workload.name);
    const pool = named ?? (service ? find(service.pool) : undefined);
    if (!pool) {
      return {
        reason: `${workload.kind}/${workload.name} is none of the services of the cluster file; add it, or give --pool`,
      };
    }
    if ('reason' in pool) return pool;
    return { pool, spot: service?.spot, critical: service?.critical ?? false, ...asked };
  };
}

function patchesOf(placed: readonly Placed[]): string {
  const patches = placed.flatMap(({ object }) => {
    const patch = object && strategicMergePatch(object.workload, object.value);
    return patch ? [blockText(patch)] : [];
  });
  return patches.join('---\n');
}
