import { costReport } from '../shared/cost/cost-report.ts';
import type { FleetFile, FleetInstance } from '../shared/fleet-file/schema.ts';
import type { PricesFile } from '../shared/prices-file/schema.ts';

// `node bench/one-cost-report.ts INSTANCES POINTS DAYS HOURS`: makes a fleet whose instances run so many hours on average, and its
// report; prints the milliseconds of processor time and the memory that took as JSON. A process of its own, so that memory is measured.
const [instances = 10_000, points = 100_000, days = 30, hours = 12] = process.argv.slice(2).map(Number);
const HOUR_MS = 3_600_000;
const FROM = Date.parse('2026-01-01T00:00:00Z');
const WINDOW_MS = days * 24 * HOUR_MS;
const ZONES = ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'];
const TYPES = ['m5', 'm6i', 'c5', 'c6i', 'r5', 'r6i'].flatMap((family) =>
  ['large', 'xlarge', '2xlarge', '4xlarge'].map((size) => `${family}.${size}`),
);

let state = 1;
function random(): number {
  state = (state * 48_271) % 2_147_483_647;
  return state / 2_147_483_647;
}
const one = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
const iso = (ms: number) => new Date(ms).toISOString();

const VOLUMES = [{ gib: 20, type: 'gp3', iops: 3000, throughputMiBps: 125 }];
const ALLOCATABLE = { cpu: '1.93', memoryGiB: '6.9' };

function anInstance(index: number): FleetInstance {
  const launchedMs = FROM + Math.floor((random() * WINDOW_MS) / 1000) * 1000;
  const endedMs = launchedMs + Math.ceil(random() * 2 * hours * 3600) * 1000;
  const seconds = (endedMs - launchedMs) / 1000;
  return {
    instanceId: `i-${index.toString(16).padStart(17, '0')}`,
    accountId: '111122223333',
    region: 'eu-west-1',
    cluster: `cluster-${index % 20}`,
    role: 'karpenter',
    nodePool: one(['general', 'compute', 'batch', 'default']),
    nodeClaim: null,
    instanceType: one(TYPES),
    zone: one(ZONES),
    zoneId: 'euw1-az1',
    os: 'linux',
    tenancy: 'default',
    capacityType: random() < 0.8 ? 'spot' : 'on-demand',
    capacityReservation: null,
    launchedAt: iso(launchedMs),
    endedAt: endedMs > FROM + WINDOW_MS ? null : iso(endedMs),
    noticeAt: null,
    endReason: 'consolidated',
    endedBy: 'karpenter',
    stateReason: 'Client.UserInitiatedShutdown',
    source: 'event',
    registeredAt: null,
    readyAt: null,
    volumes: VOLUMES,
    publicIpv4Count: 0,
    requested: { cpuSeconds: String(seconds), memoryGiBSeconds: String(seconds * 3), coveredSeconds: seconds },
    allocatable: ALLOCATABLE,
  };
}

const series = TYPES.flatMap((instanceType) => ZONES.map((zone) => ({ instanceType, zone })));
const fleet: FleetFile = {
  clusters: [],
  overhead: [],
  instances: Array.from({ length: instances }, (_, i) => anInstance(i)),
};
const prices: PricesFile = {
  currency: 'USD',
  asOf: iso(FROM),
  source: 'bench',
  onDemand: { 'eu-west-1': { linux: { default: Object.fromEntries(TYPES.map((type) => [type, '0.1072'])) } } },
  spot: Array.from({ length: points }, (_, index) => ({
    region: 'eu-west-1',
    os: 'linux',
    ...(series[index % series.length] as { instanceType: string; zone: string }),
    at: iso(FROM - HOUR_MS + Math.floor((index / points) * WINDOW_MS)),
    pricePerHour: (0.03 + random() / 50).toFixed(6),
  })),
  gp3: { 'eu-west-1': { perGibMonth: '0.088', perIopsMonth: '0.0055', perMiBpsMonth: '0.044' } },
};

const before = process.cpuUsage();
const report = costReport(fleet, prices, iso(FROM), iso(FROM + WINDOW_MS));
const { user, system } = process.cpuUsage(before);
const ms = (user + system) / 1000;
const megabytes = process.resourceUsage().maxRSS / 1024;
process.stdout.write(`${JSON.stringify({ ms, megabytes, total: report.total, complete: report.complete })}\n`);
