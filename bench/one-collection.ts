import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { collectCluster } from '../functions/collector/collect-cluster.ts';
import { freshPrices } from '../functions/collector/fresh-prices.ts';
import { kubeApi } from '../shared/kube/api.ts';
import { timers } from '../shared/lambda/timers.ts';
import { ledgerTable } from '../shared/ledger/table.ts';
import type { Datum } from '../shared/metrics/data.ts';
import { ledgerEndpoint } from './collector/ledger-endpoint.ts';

// `node bench/one-collection.ts URL CA`: looks twice at the cluster behind a URL, as the collector does, and prints for each look the
// milliseconds of processor time, and the memory of the process. A process of its own, so that both are measured.
const [url = '', caData = ''] = process.argv.slice(2);
const TABLE = 'ledger';
/** The second look finds every instance's share of ten minutes to be written. */
const BETWEEN_MS = 10 * 60_000;

let laterMs = 0;
const clock = { now: () => Date.now() + laterMs };
const endpoint = ledgerEndpoint(TABLE);
const dynamodb = new DynamoDBClient({
  region: 'eu-west-1',
  credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'not-a-secret' },
  requestHandler: endpoint.handler,
});
const sent: Datum[] = [];
const deps = {
  clock,
  timers,
  table: ledgerTable({ dynamodb, tableName: TABLE }),
  connect: async () => kubeApi({ url, caData, token: 'bench' }),
  reservations: async () => [],
  pricesFor: freshPrices({
    clock,
    region: 'us-east-1',
    ask: async (pools) => new Map(pools.map(({ instanceType, zone }) => [`${instanceType} ${zone}`, '0.0712'])),
  }),
  sink: { send: async (batch: readonly Datum[]) => void sent.push(...batch) },
};

async function look() {
  sent.length = 0;
  endpoint.calls.clear();
  const before = process.cpuUsage();
  const roundMs = Math.floor(clock.now() / 60_000) * 60_000;
  const collection = await collectCluster(
    { cluster: 'large', karpenterNamespace: 'kube-system', roundMs, hasBootstrapNodes: true },
    deps,
  );
  const { user, system } = process.cpuUsage(before);
  const metrics = new Set(sent.map(({ name }) => name));
  return {
    ms: (user + system) / 1000,
    outcome: collection.outcome,
    missing: collection.missing,
    series: collection.series,
    metrics: [...metrics],
    writes: endpoint.calls.get('UpdateItem') ?? 0,
  };
}

const first = await look();
laterMs = BETWEEN_MS;
const second = await look();
const megabytes = process.resourceUsage().maxRSS / 1024;
process.stdout.write(`${JSON.stringify({ looks: [first, second], megabytes })}\n`);
