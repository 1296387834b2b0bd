import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { seriesBudget } from '../shared/metrics/budget.ts';
import { largeCluster } from './collector/api-server.ts';
import { POOLS } from './collector/fleet.ts';
import { type BenchReport, rounded } from './report.ts';

const CLUSTERS = 200;
const NODES = 10;
/** A minute has sixty seconds, and a Lambda of 1 GB six tenths of a core: what one core does in half a minute, three of them do easily. */
const BUDGET_SECONDS = 30;
const BUDGET_MEGABYTES = 512;

type Round = {
  readonly ms: number;
  readonly collected: number;
  readonly series: number;
  readonly calls: number;
  readonly bytes: number;
  readonly compressed: number;
};

/** What a minute costs with many small clusters: the round, its messages, and a collection for each, one after the other. */
export async function benchCollectorFleet(root: string): Promise<BenchReport> {
  const cluster = await largeCluster(NODES);
  try {
    const { rounds, megabytes } = await measure(join(root, 'bench/one-round-of-collections.ts'), [
      cluster.url,
      cluster.caData,
      String(CLUSTERS),
    ]);
    const slowest = Math.max(...rounds.map(({ ms }) => ms)) / 1000;
    const most = Math.max(...rounds.map(({ series }) => series));
    const budget = seriesBudget(POOLS.length);
    const faults = [
      ...rounds.map(({ collected }) => (collected < CLUSTERS ? `only ${collected} of ${CLUSTERS} were collected` : '')),
      slowest > BUDGET_SECONDS ? `a round took ${rounded(slowest)} s of ${BUDGET_SECONDS}` : '',
      megabytes > BUDGET_MEGABYTES ? `the process took ${Math.round(megabytes)} MB of ${BUDGET_MEGABYTES}` : '',
      most > budget ? `a cluster has ${most} series of ${budget}` : '',
    ];
    return {
      title: `A minute of ${CLUSTERS} clusters with ${NODES} nodes each`,
      columns: ['round', 'CPU s', 'ms a cluster', 'peak MB', 'series a cluster', 'calls', 'KB sent'],
      rows: rounds.map(({ ms, series, calls, bytes }, at) => [
        at + 1,
        rounded(ms / 1000, 2),
        rounded(ms / CLUSTERS),
        Math.round(megabytes),
        series,
        calls,
        Math.round(bytes / 1000),
      ]),
      notes: [
        `Series: at most ${budget} for a cluster of ${POOLS.length} pools. ${rounds.at(-1)?.compressed} of the last round's calls were compressed.`,
        'One process does what as many containers do at the same time: TLS to the API server, the SDK down to the bytes. Processor time of all of it.',
      ],
      faults: faults.filter((fault) => fault !== ''),
    };
  } finally {
    cluster.close();
  }
}

async function measure(path: string, args: readonly string[]) {
  const child = spawn(process.execPath, [path, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [output, code] = await Promise.all([
    text(child.stdout),
    new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve)),
  ]);
  if (code !== 0) throw new Error(`${path} ended with ${code}`);
  return JSON.parse(output) as { readonly rounds: readonly Round[]; readonly megabytes: number };
}
