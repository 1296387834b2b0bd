import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { largeCluster } from './collector/api-server.ts';
import { type BenchReport, rounded } from './report.ts';

const NODES = 5_000;
const BUDGET_SECONDS = 10;
const BUDGET_MEGABYTES = 512;
/** What the scrape has to be at least, to be as in life. */
const LEAST_LINES = 120_000;
const LEAST_MEGABYTES = 100;
/** Without these the measured process did not do its work. */
const NEEDED = ['CpuUtilisation', 'RunRate', 'ScalingEvents', 'PodSchedulingSeconds', 'PendingPods'];

type Look = {
  readonly ms: number;
  readonly outcome: string;
  readonly missing: readonly unknown[];
  readonly series: number;
  readonly metrics: readonly string[];
  readonly writes: number;
};

/** What one collection of a cluster of thousands of nodes costs, in a process of its own with what a Lambda of 1 GB has. */
export async function benchCollectorScrape(root: string): Promise<BenchReport> {
  const cluster = await largeCluster(NODES);
  try {
    const { looks, megabytes } = await measure(join(root, 'bench/one-collection.ts'), [cluster.url, cluster.caData]);
    const page = cluster.served('/metrics');
    const pageMegabytes = page.bytes / 1e6;
    const [, second] = looks;
    const slowest = Math.max(...looks.map(({ ms }) => ms)) / 1000;
    const lost = NEEDED.filter((name) => !second?.metrics.includes(name));
    const faults = [
      page.lines < LEAST_LINES ? `the page has ${page.lines} lines, less than ${LEAST_LINES}` : '',
      pageMegabytes < LEAST_MEGABYTES ? `the page has ${rounded(pageMegabytes)} MB, less than ${LEAST_MEGABYTES}` : '',
      ...looks.map(({ missing }) => (missing.length > 0 ? `a look had to do without: ${JSON.stringify(missing)}` : '')),
      (second?.writes ?? 0) < NODES ? `only ${second?.writes} rows were written for ${NODES} instances` : '',
      lost.length > 0 ? `no figures of ${lost.join(', ')}` : '',
      slowest > BUDGET_SECONDS ? `a look took ${rounded(slowest)} s of ${BUDGET_SECONDS}` : '',
      megabytes > BUDGET_MEGABYTES ? `the process took ${Math.round(megabytes)} MB of ${BUDGET_MEGABYTES}` : '',
    ];
    return {
      title: `A collection of ${NODES} nodes and NodeClaims`,
      columns: ['look', 'CPU s', 'peak MB', 'series', 'ledger writes'],
      rows: looks.map(({ ms, series, writes }, at) => [
        at === 0 ? 'first, cold' : 'ten minutes later',
        rounded(ms / 1000, 2),
        Math.round(megabytes),
        series,
        writes,
      ]),
      notes: [
        `The leader's page: ${page.lines} lines, ${rounded(pageMegabytes)} MB; nodes ${rounded(cluster.served('/nodes').bytes / 1e6)} MB, NodeClaims ${rounded(cluster.served('/nodeclaims').bytes / 1e6)} MB, over TLS.`,
        'Processor time of the whole process, with the SDK down to the socket; the memory is its peak over both looks.',
      ],
      faults: faults.filter((fault) => fault !== ''),
    };
  } finally {
    cluster.close();
  }
}

async function measure(path: string, args: readonly string[]): Promise<{ looks: readonly Look[]; megabytes: number }> {
  const child = spawn(process.execPath, ['--max-old-space-size=384', path, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [output, code] = await Promise.all([
    text(child.stdout),
    new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve)),
  ]);
  if (code !== 0) throw new Error(`${path} ended with ${code}`);
  return JSON.parse(output) as { looks: readonly Look[]; megabytes: number };
}
