import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { HttpResponse } from '@smithy/core/protocols';
import { collectBatch } from '../functions/collector/collect-batch.ts';
import { type Collection, collectCluster } from '../functions/collector/collect-cluster.ts';
import { freshPrices } from '../functions/collector/fresh-prices.ts';
import { beginRound } from '../functions/collector-round/begin-round.ts';
import { cloudWatchSink } from '../shared/aws/metrics-sink.ts';
import { kubeApi } from '../shared/kube/api.ts';
import { timers } from '../shared/lambda/timers.ts';
import { ledgerTable } from '../shared/ledger/table.ts';
import { ledgerEndpoint } from './collector/ledger-endpoint.ts';

// `node bench/one-round-of-collections.ts URL CA COUNT`: three rounds over so many clusters, all behind one URL, with the SDK down to
// the bytes it would send. Prints for each round the milliseconds of processor time, and the memory of the process.
const [url = '', caData = '', count = '1'] = process.argv.slice(2);
const TABLE = 'ledger';
const MINUTE_MS = 60_000;
const ROUNDS = 3;

const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'not-a-secret' };
const settings = { region: 'eu-west-1', credentials };
// The clock stands still in a round: on a loaded machine its messages would be too old before they are taken.
let nowMs = Date.now();
const clock = { now: () => nowMs };
const requests: { readonly bytes: number; readonly isCompressed: boolean }[] = [];

/** CloudWatch below the SDK: takes everything, and counts how much it is. */
const cloudWatch = {
  metadata: { handlerProtocol: 'http/1.1' },
  async handle({ body, headers }: { body: Uint8Array; headers: Readonly<Record<string, string>> }) {
    requests.push({ bytes: body.length, isCompressed: headers['content-encoding'] === 'gzip' });
    return { response: new HttpResponse({ statusCode: 200, headers: {} }) };
  },
  updateHttpClientConfig() {},
  httpHandlerConfigs: () => ({}),
};
const dynamodb = new DynamoDBClient({ ...settings, requestHandler: ledgerEndpoint(TABLE).handler });
const deps = {
  clock,
  timers,
  table: ledgerTable({ dynamodb, tableName: TABLE }),
  connect: async () => kubeApi({ url, caData, token: 'bench' }),
  reservations: async () => [],
  pricesFor: freshPrices({ clock, region: 'us-east-1', ask: async () => new Map() }),
  sink: cloudWatchSink(new CloudWatchClient({ ...settings, maxAttempts: 1, requestHandler: cloudWatch })),
};
const targets = Array.from({ length: Number(count) }, (_, index) => ({
  cluster: `cluster-${index}`,
  karpenterNamespace: 'kube-system',
}));

async function round() {
  requests.length = 0;
  const before = process.cpuUsage();
  const messages: string[] = [];
  const send = async (bodies: readonly string[]) => {
    messages.push(...bodies);
    return [];
  };
  const time = new Date(clock.now()).toISOString();
  await beginRound({ time }, { clock, listTargets: async () => targets, send, writeLine: () => undefined });
  const collections: Collection[] = [];
  for (const [index, body] of messages.entries()) {
    // One message each, as the mapping has it.
    const batch = { Records: [{ messageId: String(index), body }] };
    const collect = async (message: Parameters<typeof collectCluster>[0]) => collectCluster(message, deps);
    const result = await collectBatch(batch, { clock, collect, bury: async () => {}, writeLine: () => undefined });
    collections.push(...result.collections);
  }
  const { user, system } = process.cpuUsage(before);
  return {
    ms: (user + system) / 1000,
    collected: collections.filter(({ outcome, missing }) => outcome === 'collected' && missing.length === 0).length,
    series: Math.max(...collections.map(({ series }) => series)),
    calls: requests.length,
    bytes: requests.reduce((sum, { bytes }) => sum + bytes, 0),
    compressed: requests.filter(({ isCompressed }) => isCompressed).length,
  };
}

const rounds: Awaited<ReturnType<typeof round>>[] = [];
for (let index = 0; index < ROUNDS; index += 1) {
  rounds.push(await round());
  nowMs += MINUTE_MS;
}
const megabytes = process.resourceUsage().maxRSS / 1024;
process.stdout.write(`${JSON.stringify({ rounds, megabytes })}\n`);
