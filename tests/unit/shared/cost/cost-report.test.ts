import { describe, expect, it } from '@jest/globals';
import type { ChargeOptions } from '../../../../shared/cost/charge.ts';
import { type CostReport, costReport } from '../../../../shared/cost/cost-report.ts';
import type { Cut } from '../../../../shared/cost/cuts.ts';
import type { FleetFile, FleetInstance } from '../../../../shared/fleet-file/schema.ts';
import type { PricesFile } from '../../../../shared/prices-file/schema.ts';
import { aCluster, aFleet, anInstance, aSpotPrice, somePrices } from '../../../support/cost-files.ts';

const FROM = '2026-11-01T00:00:00Z';
const TO = '2026-12-01T00:00:00Z';

function report(
  fleet: Partial<FleetFile>,
  prices: Partial<PricesFile> = {},
  options: ChargeOptions = {},
  [from, to]: readonly [string, string] = [FROM, TO],
): CostReport {
  return costReport(aFleet(fleet), somePrices(prices), from, to, options);
}

const costOf = (...instances: Partial<FleetInstance>[]) =>
  report({ instances: instances.map((instance) => anInstance(instance)) }).total;
const keyed = ({ by }: CostReport, cut: Cut) => Object.fromEntries(by[cut].map(({ key, cost }) => [key, cost]));
const spot = (launchedAt: string, endedAt: string | null, changes: Partial<FleetInstance> = {}) =>
  anInstance({ capacityType: 'spot', launchedAt, endedAt, ...changes });

/** 0.04 until 10:15, 0.05 until 10:45, then 0.07. */
const STEPS = [
  aSpotPrice('2026-11-02T09:00:00Z', '0.04'),
  aSpotPrice('2026-11-02T10:15:00Z', '0.05'),
  aSpotPrice('2026-11-02T10:45:00Z', '0.07'),
];

describe('compute', () => {
  it('costs an on-demand instance its price, by the second', () => {
    // 0.107 x 1000 s / 3600 = 0.0297222...
    expect(costOf({ endedAt: '2026-11-02T10:16:40Z' })).toBe('0.029722');
  });

  it('charges each start for at least a minute', () => {
    // 0.107 x 60 / 3600 = 0.00178333..., for 59 s, for nothing at all, and for a minute.
    const ends = ['2026-11-02T10:00:59Z', '2026-11-02T10:00:00Z', '2026-11-02T10:01:00Z'];
    expect(ends.map((endedAt) => costOf({ endedAt }))).toEqual(['0.001783', '0.001783', '0.001783']);
  });

  it('charges a stopped and restarted instance for each of its runs', () => {
    // 30 s count as 60, then 1800 s: 0.107 x 1860 / 3600 = 0.0552833...
    const runs = [
      { startedAt: '2026-11-02T10:00:00Z', endedAt: '2026-11-02T10:00:30Z' },
      { startedAt: '2026-11-02T12:00:00Z', endedAt: '2026-11-02T12:30:00Z' },
    ];
    expect(costOf({ endedAt: '2026-11-02T12:30:00Z', runs })).toBe('0.055283');
  });

  it('charges nothing for what never came up', () => {
    expect(costOf({ endReason: 'launch-failed' })).toBe('0.000000');
    expect(costOf({ runs: [] })).toBe('0.000000');
  });

  it('charges an instance over both edges of the window for the window alone', () => {
    // November has 720 hours: 720 x 0.107 = 77.04.
    expect(costOf({ launchedAt: '2026-10-20T00:00:00Z', endedAt: null })).toBe('77.040000');
    expect(costOf({ launchedAt: '2026-10-01T00:00:00Z', endedAt: FROM })).toBe('0.000000');
    expect(costOf({ launchedAt: TO, endedAt: null })).toBe('0.000000');
  });

  it('counts a row that is there twice, and rows that overlap, once', () => {
    const half = { endedAt: '2026-11-02T10:30:00Z' };
    const rest = { launchedAt: '2026-11-02T10:20:00Z' };
    expect([costOf({}, {}), costOf(half, rest), costOf({ endedAt: null }, {})]).toEqual([
      '0.107000',
      '0.107000',
      '0.107000',
    ]);
  });

  it('charges no further than the ledger was read, and says so', () => {
    const partial = report({ instances: [anInstance({ endedAt: null })], exportedAt: '2026-11-02T12:00:00Z' });

    expect(partial).toMatchObject({ total: '0.214000', knownTo: '2026-11-02T12:00:00.000Z' });
  });
});

describe('spot', () => {
  const run = spot('2026-11-02T10:00:00Z', '2026-11-02T11:30:00Z');

  it('costs the integral of the price in force each second', () => {
    // 15 min at 0.04 = 0.01, 30 min at 0.05 = 0.025, 45 min at 0.07 = 0.0525.
    const { total, onDemandEquivalent, savings } = report({ instances: [run] }, { spot: STEPS });

    expect({ total, onDemandEquivalent, savings }).toEqual({
      total: '0.087500',
      onDemandEquivalent: '0.160500',
      savings: '0.073000',
    });
  });

  it('costs by the other reading the price at the start of each instance-hour, and prints the difference', () => {
    // 60 min at 0.04 = 0.04, 30 min at 0.07 (since 10:45) = 0.035.
    const { total, spotReadings } = report({ instances: [run] }, { spot: STEPS }, { spotReading: 'hour-start' });

    expect(total).toBe('0.075000');
    expect(spotReadings).toEqual({ integral: '0.087500', hourStart: '0.075000', difference: '-0.012500' });
  });

  it('takes the price in force when the window begins, and the hour that began before it', () => {
    // Window from 10:30: 15 min at 0.05 = 0.0125, 45 min at 0.07 = 0.0525. By hours: 30 min at 0.04, 30 min at 0.07.
    const window = ['2026-11-02T10:30:00Z', TO] as const;
    expect(report({ instances: [run] }, { spot: STEPS }, {}, window).spotReadings).toMatchObject({
      integral: '0.065000',
      hourStart: '0.055000',
    });
  });

  it('finds the instance-hour in a window that begins hours later', () => {
    // Instance-hours begin at 10:00, 11:00, 12:00. From 11:30 to 12:30, half an hour at 0.05 and half at 0.07.
    const spot = [aSpotPrice('2026-11-02T09:00:00Z', '0.05'), aSpotPrice('2026-11-02T11:45:00Z', '0.07')];
    const long = { ...run, endedAt: '2026-11-02T14:00:00Z' };
    const window = ['2026-11-02T11:30:00Z', '2026-11-02T12:30:00Z'] as const;
    expect(report({ instances: [long] }, { spot }, {}, window).spotReadings).toMatchObject({
      integral: '0.065000',
      hourStart: '0.060000',
    });
  });

  it('takes the higher of two prices of one moment, in whatever order they come', () => {
    const spot = [aSpotPrice('2026-11-02T09:00:00Z', '0.06'), aSpotPrice('2026-11-02T09:00:00Z', '0.04')];
    expect(report({ instances: [run] }, { spot }).total).toBe('0.090000');
    expect(report({ instances: [run] }, { spot: spot.toReversed() }).total).toBe('0.090000');
  });

  it('prices each zone by its own', () => {
    const prices = [...STEPS, aSpotPrice('2026-11-01T00:00:00Z', '0.01', { zone: 'eu-west-1b' })];
    const other = { ...run, instanceId: 'i-00000000000000002', zone: 'eu-west-1b' };

    expect(keyed(report({ instances: [run, other] }, { spot: prices }), 'zone')).toEqual({
      'eu-west-1a': '0.087500',
      'eu-west-1b': '0.015000',
    });
  });

  it('gives the first hour free when EC2 took the instance, and then only', () => {
    const taken = {
      endReason: 'spot-interrupted',
      endedBy: 'ec2',
      stateReason: 'Server.SpotInstanceTermination',
    } as const;
    const drained = { endReason: 'spot-interrupted', endedBy: 'karpenter' } as const;
    const total = (endedAt: string, changes: Partial<FleetInstance>) =>
      report({ instances: [spot('2026-11-02T10:00:00Z', endedAt, changes)] }).total;

    // 0.04 x 3599 / 3600 = 0.03998889.
    expect(total('2026-11-02T10:59:59Z', taken)).toBe('0.000000');
    expect(total('2026-11-02T10:59:59Z', drained)).toBe('0.039989');
    expect(total('2026-11-02T11:00:00Z', taken)).toBe('0.040000');
  });

  it('charges a first hour of which nobody knows who ended it, and lists it as a possible credit', () => {
    const untold = { endReason: 'unknown', endedBy: 'unknown', stateReason: null } as const;
    const { total, possibleCredits, freeHours } = report({
      instances: [spot('2026-11-02T10:00:00Z', '2026-11-02T10:30:00Z', untold)],
    });

    expect(total).toBe('0.020000');
    expect(possibleCredits).toMatchObject([{ instanceId: 'i-00000000000000001', hours: 0.5, amount: '0.020000' }]);
    expect(freeHours).toEqual([]);
  });

  it('keeps volumes and addresses of a free first hour charged', () => {
    const taken = spot('2026-11-02T10:00:00Z', '2026-11-02T10:30:00Z', {
      stateReason: 'Server.SpotInstanceTermination',
      publicIpv4Count: 2,
    });
    // 2 x 0.005 x 0.5 h.
    expect(keyed(report({ instances: [taken] }), 'component')).toEqual({ compute: '0.000000', ipv4: '0.005000' });
  });
});

describe('what has no price', () => {
  it('is listed with its hours, and makes the total incomplete: neither zero nor on-demand in place of spot', () => {
    const dear = anInstance({ instanceType: 'p5.48xlarge' });
    const elsewhere = spot('2026-11-02T10:00:00Z', '2026-11-02T12:00:00Z', {
      instanceId: 'i-00000000000000002',
      zone: 'eu-west-1b',
    });
    const priced = anInstance({ instanceId: 'i-00000000000000003' });
    const result = report({ instances: [dear, elsewhere, priced] });

    expect(result).toMatchObject({
      complete: false,
      total: '0.107000',
      onDemandEquivalent: '0.107000',
      hours: '4.000000',
    });
    expect(result.unpriced.map(({ resourceId, hours }) => [resourceId, hours])).toEqual([
      ['i-00000000000000001', '1.000000'],
      ['i-00000000000000002', '2.000000'],
    ]);
  });

  it('is only the time before the first spot price', () => {
    const run = spot('2026-11-02T08:00:00Z', '2026-11-02T10:00:00Z');
    const result = report({ instances: [run] }, { spot: STEPS });

    // 09:00 to 10:00 at 0.04.
    expect(result.total).toBe('0.040000');
    expect(result.unpriced).toMatchObject([{ hours: '1.000000', component: 'compute' }]);
  });

  it('is charged as on-demand if the caller says so, with a mark', () => {
    const run = spot('2026-11-02T10:00:00Z', '2026-11-02T11:00:00Z');
    const result = report({ instances: [run] }, { spot: [] }, { estimateSpot: true });

    expect(result).toMatchObject({ total: '0.107000', savings: '0.000000', complete: false, unpriced: [] });
    expect(result.estimated).toMatchObject([{ hours: '1.000000' }]);
  });

  it('is never taken from another Region', () => {
    const china = anInstance({ region: 'cn-north-1', zone: 'cn-north-1a', publicIpv4Count: 1 });
    const result = report({ instances: [china], clusters: [aCluster({ region: 'cn-north-1' })] });

    expect(result.total).toBe('0.000000');
    expect(result.unpriced.map(({ component }) => component)).toEqual(['compute', 'control-plane', 'ipv4']);
  });

  it('counts as saving nothing where only the on-demand price is missing', () => {
    const run = spot('2026-11-02T10:00:00Z', '2026-11-02T11:00:00Z');
    const result = report({ instances: [run] }, { onDemand: {} });

    expect(result).toMatchObject({ total: '0.040000', onDemandEquivalent: '0.040000', complete: true });
    expect(result.withoutOnDemand).toHaveLength(1);
  });
});

describe('volumes', () => {
  const volume = { gib: 100, type: 'gp3', iops: 4000, throughputMiBps: 250 };
  const whole = (month: string, next: string) =>
    report(
      { instances: [anInstance({ launchedAt: '2023-01-01T00:00:00Z', endedAt: null, volumes: [volume] })] },
      {},
      {},
      [`${month}-01T00:00:00Z`, `${next}-01T00:00:00Z`],
    );

  it.each([
    ['2026-02', '2026-03', 28],
    ['2024-02', '2024-03', 29],
    ['2026-11', '2026-12', 30],
    ['2026-10', '2026-11', 31],
  ])('cost a month the same whatever its length: %s', (month, next) => {
    // 100 x 0.088 + (4000 - 3000) x 0.0055 + (250 - 125) x 0.044 = 8.80 + 5.50 + 5.50.
    expect(keyed(whole(month, next), 'component')['storage']).toBe('19.800000');
  });

  it('cost by the month in which each second lies, with what gp3 includes for nothing', () => {
    const plain = { gib: 20, type: 'gp3', iops: 3000, throughputMiBps: 125 };
    const instance = anInstance({
      launchedAt: '2026-10-31T00:00:00Z',
      endedAt: '2026-11-02T00:00:00Z',
      volumes: [plain],
    });
    // A day of 31 and a day of 30: 20 x 0.088 x (1/31 + 1/30) = 0.0567741... + 0.0586666...
    const { by } = report({ instances: [instance] }, {}, {}, ['2026-10-01T00:00:00Z', TO]);

    expect(by.component.find(({ key }) => key === 'storage')?.cost).toBe('0.115441');
  });

  it('stay while an instance is stopped', () => {
    const runs = [
      { startedAt: '2026-11-01T00:00:00Z', endedAt: '2026-11-02T00:00:00Z' },
      { startedAt: '2026-11-30T00:00:00Z', endedAt: null },
    ];
    const stopped = anInstance({
      launchedAt: FROM,
      endedAt: null,
      runs,
      volumes: [{ ...volume, iops: 0, throughputMiBps: 0 }],
    });
    // Two days of compute, 48 x 0.107; a month of 100 GiB.
    expect(keyed(report({ instances: [stopped] }), 'component')).toEqual({ compute: '5.136000', storage: '8.800000' });
  });

  it('of another kind have no price', () => {
    const old = anInstance({ volumes: [{ ...volume, type: 'gp2' }] });
    expect(report({ instances: [old] })).toMatchObject({ complete: false, unpriced: [{ component: 'storage' }] });
  });
});

describe('clusters', () => {
  it('cost their control plane with or without nodes, and extended support on top', () => {
    const versions = [
      { version: '1.32', from: '2026-01-01T00:00:00Z', endOfStandardSupport: '2026-11-11T00:00:00Z' },
      { version: '1.33', from: '2026-11-21T00:00:00Z', endOfStandardSupport: '2027-07-29T00:00:00Z' },
    ];
    // 720 h x 0.10; ten days x 24 x 0.50.
    expect(keyed(report({ clusters: [aCluster({ versions })] }), 'component')).toEqual({
      'control-plane': '72.000000',
      'extended-support': '120.000000',
    });
    const standard = aCluster({ versions, supportType: 'STANDARD' });
    expect(keyed(report({ clusters: [standard] }), 'component')).toEqual({ 'control-plane': '72.000000' });
  });

  it('cost from their creation to their deletion', () => {
    const short = aCluster({ createdAt: '2026-11-02T00:00:00Z', deletedAt: '2026-11-02T01:30:00Z' });
    expect(report({ clusters: [short] }).total).toBe('0.150000');
  });

  it('have so many days to extended support', () => {
    // From 1 December to 27 March: 31 + 31 + 28 + 26. 730 x 0.50.
    expect(report({ clusters: [aCluster()] }).support).toMatchObject([{ daysLeft: 116, perMonth: '365.000000' }]);
  });
});

describe('reservations', () => {
  it('cost their on-demand price, used or not', () => {
    const reservation = {
      capacityReservation: 'cr-1',
      accountId: '111122223333',
      region: 'eu-west-1',
      cluster: 'banking-prod',
      instanceType: 'm5.large',
      zone: 'eu-west-1a',
      os: 'linux',
      tenancy: 'default',
      count: 2,
      from: '2026-11-02T10:00:00Z',
      to: '2026-11-02T12:00:00Z',
    };
    const user = anInstance({ capacityType: 'reserved', capacityReservation: 'cr-1' });
    const result = report({ instances: [user], reservations: [reservation] });

    // Two for two hours are 4 x 0.107 = 0.428; one hour of them was used.
    expect(keyed(result, 'component')).toEqual({ compute: '0.107000', 'reservation-unused': '0.321000' });
    expect(keyed(result, 'capacityType')).toEqual({ reserved: '0.428000' });
  });
});

describe('overhead and discounts', () => {
  it('spreads what Joinery itself costs over its time, outside every cluster', () => {
    const row = { service: 'cloudwatch', from: '2026-10-31T00:00:00Z', to: '2026-11-03T00:00:00Z', cost: '0.10' };
    // Two days of three.
    expect(keyed(report({ overhead: [row] }), 'cluster')).toEqual({ null: '0.066667' });
    expect(keyed(report({ overhead: [row] }), 'component')).toEqual({ joinery: '0.066667' });
  });

  it('takes the discount that says most of a charge, on both sides of the savings', () => {
    const discounts = [
      { percent: '50' },
      { component: 'compute', percent: '10' },
      { component: 'compute', capacityType: 'spot', percent: '0' },
    ] as const;
    const instances = [
      anInstance({ publicIpv4Count: 1 }),
      spot('2026-11-02T10:00:00Z', '2026-11-02T11:00:00Z', { instanceId: 'i-00000000000000002' }),
    ];
    const result = report({ instances }, { discounts: [...discounts] });

    // 0.107 x 0.9 = 0.0963 and 0.04; 0.005 x 0.5.
    expect(keyed(result, 'component')).toEqual({ compute: '0.136300', ipv4: '0.002500' });
    expect(result.onDemandEquivalent).toBe('0.195100');
  });
});

describe('an empty window', () => {
  it('is an empty report', () => {
    const empty = report({ instances: [anInstance()] }, {}, {}, [FROM, FROM]);
    expect(empty).toMatchObject({ total: '0.000000', complete: true, unpriced: [], actions: [], anomalies: [] });
    expect(Object.values(empty.by)).toEqual([[], [], [], [], [], [], []]);
  });
});
