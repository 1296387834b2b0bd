import type { SeenReservation } from '../../shared/fleet/seen-reservation.ts';
import type { FleetFile, FleetInstance } from '../../shared/fleet-file/schema.ts';
import type { PricesFile } from '../../shared/prices-file/schema.ts';

type Cluster = FleetFile['clusters'][number];
export type SpotPoint = PricesFile['spot'][number];

/** An m5.large without volumes that Karpenter ran on demand for an hour, unless told otherwise. */
export function anInstance(changes: Partial<FleetInstance> = {}): FleetInstance {
  return {
    instanceId: 'i-00000000000000001',
    accountId: '111122223333',
    region: 'eu-west-1',
    cluster: 'banking-prod',
    role: 'karpenter',
    nodePool: 'general',
    nodeClaim: 'general-x7k2p',
    instanceType: 'm5.large',
    zone: 'eu-west-1a',
    zoneId: 'euw1-az1',
    os: 'linux',
    tenancy: 'default',
    capacityType: 'on-demand',
    capacityReservation: null,
    launchedAt: '2026-11-02T10:00:00Z',
    endedAt: '2026-11-02T11:00:00Z',
    noticeAt: null,
    endReason: 'consolidated',
    endedBy: 'karpenter',
    stateReason: 'Client.UserInitiatedShutdown',
    source: 'event',
    registeredAt: null,
    readyAt: null,
    volumes: [],
    publicIpv4Count: 0,
    requested: { cpuSeconds: '0', memoryGiBSeconds: '0', coveredSeconds: 0 },
    allocatable: { cpu: '1.93', memoryGiB: '6.9' },
    ...changes,
  };
}

export function aCluster(changes: Partial<Cluster> = {}): Cluster {
  return {
    cluster: 'banking-prod',
    accountId: '111122223333',
    region: 'eu-west-1',
    createdAt: '2026-01-01T00:00:00Z',
    deletedAt: null,
    supportType: 'EXTENDED',
    versions: [{ version: '1.35', from: '2026-01-01T00:00:00Z', endOfStandardSupport: '2027-03-27T00:00:00Z' }],
    ...changes,
  };
}

export function aFleet(changes: Partial<FleetFile> = {}): FleetFile {
  return { clusters: [], instances: [], overhead: [], ...changes };
}

export function aSpotPrice(at: string, pricePerHour: string, changes: Partial<SpotPoint> = {}): SpotPoint {
  return {
    region: 'eu-west-1',
    os: 'linux',
    instanceType: 'm5.large',
    zone: 'eu-west-1a',
    at,
    pricePerHour,
    ...changes,
  };
}

export function somePrices(changes: Partial<PricesFile> = {}): PricesFile {
  return {
    currency: 'USD',
    asOf: '2026-11-20T00:00:00Z',
    source: 'test',
    onDemand: {
      'eu-west-1': {
        linux: { default: { 'm5.large': '0.107', 'm6g.large': '0.086', 't3.medium': '0.0456', 'c5.xlarge': '0.192' } },
      },
    },
    spot: [aSpotPrice('2026-10-31T22:00:00Z', '0.04')],
    gp3: { 'eu-west-1': { perGibMonth: '0.088', perIopsMonth: '0.0055', perMiBpsMonth: '0.044' } },
    publicIpv4PerHour: { 'eu-west-1': '0.005' },
    eks: { 'eu-west-1': { perHour: '0.10', extendedSupportPerHour: '0.50' } },
    ...changes,
  };
}

/** A reservation of m5.large that nobody uses, unless told otherwise. */
export function aSeenReservation(changes: Partial<SeenReservation> = {}): SeenReservation {
  return {
    id: 'cr-1',
    payer: '111122223333',
    instanceType: 'm5.large',
    zone: 'eu-west-1a',
    os: 'linux',
    tenancy: 'default',
    available: 2,
    from: '2026-11-01T00:00:00.000Z',
    to: null,
    ...changes,
  };
}
