import { describe, expect, it } from '@jest/globals';
import { costReport } from '../../../../shared/cost/cost-report.ts';
import type { FleetFile, FleetInstance } from '../../../../shared/fleet-file/schema.ts';
import type { PricesFile } from '../../../../shared/prices-file/schema.ts';
import { aCluster, aFleet, anInstance, aSpotPrice, somePrices } from '../../../support/cost-files.ts';

const id = (index: number) => `i-${String(index).padStart(17, '0')}`;
const report = (
  fleet: Partial<FleetFile>,
  prices: Partial<PricesFile> = {},
  from = '2026-11-02T00:00:00Z',
  to = '2026-11-03T00:00:00Z',
) => costReport(aFleet(fleet), somePrices(prices), from, to);

/** An m5.large of 2 CPUs and 8 GiB of which a share was requested all its hour. */
const usedBy = (share: number, changes: Partial<FleetInstance> = {}) =>
  anInstance({
    allocatable: { cpu: '2', memoryGiB: '8' },
    requested: {
      cpuSeconds: String(7200 * share),
      memoryGiBSeconds: String(28_800 * share),
      coveredSeconds: 3600,
    },
    ...changes,
  });
/** Neither spot nor Graviton has a price: what is left is about the pool itself. */
const PLAIN: Partial<PricesFile> = {
  spot: [],
  onDemand: { 'eu-west-1': { linux: { default: { 'm5.large': '0.107' } } } },
};
const actionsOf = (fleet: Partial<FleetFile>) => report(fleet, PLAIN).actions;

describe('what to do next', () => {
  it('names idle pools from 30 % on, with what sat idle', () => {
    // 0.107 x 0.25 is below; 0.107 x 0.4 = 0.0428.
    expect(actionsOf({ instances: [usedBy(0.75)] })).toEqual([]);
    expect(actionsOf({ instances: [usedBy(0.6)] })).toMatchObject([
      { kind: 'cut-idle', nodePool: 'general', saves: '0.042800', reason: expect.stringContaining('40 %') },
    ]);
  });

  it('names what pins a pool in place of telling it to consolidate, the one that holds most first', () => {
    const blockers = [
      { kind: 'pod-disruption-budget' as const, name: 'shop/cart', nodes: 1 },
      { kind: 'disruption-budget' as const, name: 'nodes: "0"', nodes: 3 },
    ];
    const nodePools = [{ cluster: 'banking-prod', nodePool: 'general', limits: {}, blockers }];

    expect(actionsOf({ instances: [usedBy(0.6)], nodePools })).toMatchObject([
      {
        kind: 'unpin-pool',
        saves: '0.042800',
        what: 'Loosen what pins NodePool general: its disruption budget nodes: "0" (3 nodes), PodDisruptionBudget shop/cart (1 node).',
      },
    ]);
    expect(actionsOf({ instances: [anInstance()], nodePools })).toMatchObject([
      { kind: 'unpin-pool', saves: '0.000000', reason: expect.stringContaining('was not measured') },
    ]);
  });

  it('names limits more than three times above what was ever used, of CPU and of memory', () => {
    const limited = (cpu: string, memoryGiB: string) =>
      actionsOf({
        instances: [anInstance()],
        nodePools: [{ cluster: 'banking-prod', nodePool: 'general', limits: { cpu, memoryGiB } }],
      }).map(({ what }) => what);

    // One m5.large: 2 vCPU and 8 GiB.
    expect(limited('6', '24')).toEqual([]);
    expect(limited('7', '25')).toEqual([
      'Lower the CPU limit of NodePool general, 7 vCPU now.',
      'Lower the memory limit of NodePool general, 25 GiB now.',
    ]);
  });

  it('names clusters near the end of standard support and past it, with what extended support costs', () => {
    const until = (endOfStandardSupport: string) =>
      aCluster({ versions: [{ version: '1.33', from: '2026-01-01T00:00:00Z', endOfStandardSupport }] });
    const near = report({ clusters: [until('2026-12-01T00:00:00Z')] }, PLAIN);
    const past = report({ clusters: [until('2026-10-01T00:00:00Z')] }, PLAIN);

    // 28 days from the end of the window; 0.50 x 730 = 365 a month; 0.50 x 24 = 12 were paid already.
    expect(near.support).toMatchObject([{ daysLeft: 28, perMonth: '365.000000' }]);
    expect(near.actions).toMatchObject([{ kind: 'upgrade-cluster', saves: '0.000000' }]);
    expect(past.actions).toMatchObject([{ kind: 'upgrade-cluster', saves: '12.000000' }]);
    expect(report({ clusters: [until('2027-12-01T00:00:00Z')] }, PLAIN).actions).toEqual([]);
  });

  it('names reservations that nobody uses', () => {
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
      from: '2026-11-01T00:00:00Z',
      to: null,
    };

    // 2 x 0.107 x 24.
    expect(actionsOf({ reservations: [reservation] })).toMatchObject([{ kind: 'free-reservation', saves: '5.136000' }]);
  });
});

describe('the change against the period before', () => {
  it('is told by its causes: price, hours, mix and the rest', () => {
    const node = (index: number, launchedAt: string, endedAt: string, changes: Partial<FleetInstance> = {}) =>
      anInstance({ instanceId: id(index), capacityType: 'spot', launchedAt, endedAt, ...changes });
    const spot = [aSpotPrice('2026-11-01T00:00:00Z', '0.04'), aSpotPrice('2026-11-02T00:00:00Z', '0.05')];
    const instances = [
      node(1, '2026-11-01T00:00:00Z', '2026-11-03T00:00:00Z'),
      node(2, '2026-11-02T00:00:00Z', '2026-11-02T12:00:00Z', { publicIpv4Count: 1 }),
    ];
    const { change } = report({ instances }, { spot });

    // Before: 24 x 0.04 = 0.96. Now: 36 x 0.05 = 1.80, and 12 x 0.005 = 0.06 for the address.
    // Price: 1.80 - 0.96 x 36 / 24 = 0.36. Hours: 12 x 0.96 / 24 = 0.48. Nothing is left for the mix.
    expect(change).toEqual({
      previousTotal: '0.960000',
      change: '0.900000',
      percent: 93.8,
      price: '0.360000',
      hours: '0.480000',
      mix: '0.000000',
      other: '0.060000',
    });
  });
});

describe('unusual days', () => {
  const daysOf = (hours: readonly number[]) => {
    const instances = hours.map((length, index) => {
      const fromMs = Date.parse('2026-11-02T00:00:00Z') + index * 86_400_000;
      const [launchedAt, endedAt] = [fromMs, fromMs + length * 3_600_000].map((ms) => new Date(ms).toISOString());
      return anInstance({ instanceId: id(index), launchedAt: launchedAt ?? '', endedAt: endedAt ?? null });
    });
    const to = new Date(Date.parse('2026-11-02T00:00:00Z') + hours.length * 86_400_000).toISOString();
    return report({ instances }, PLAIN, '2026-11-02T00:00:00Z', to).anomalies;
  };

  it('are more than three and a half median absolute deviations from the median', () => {
    // Median 13, deviations 3 2 1 0 1 2 11: their median is 2, x 1.4826 = 2.9652. 11 / 2.9652 = 3.7; 10 / 2.9652 = 3.4.
    expect(daysOf([10, 11, 12, 13, 14, 15, 24])).toEqual([
      { day: '2026-11-08', cost: '2.568000', median: '1.391000', score: 3.7 },
    ]);
    expect(daysOf([10, 11, 12, 13, 14, 15, 23])).toEqual([]);
  });

  it('are not told of fewer than seven days', () => {
    expect(daysOf([10, 10, 10, 10, 10, 24])).toEqual([]);
  });
});

describe('the forecast', () => {
  it('says how wrong it has been: the run-rate at the start of each day against that day', () => {
    const instances = [anInstance({ launchedAt: '2026-11-01T00:00:00Z', endedAt: '2026-11-03T12:00:00Z' })];
    const { forecast } = report({ instances }, PLAIN, '2026-11-02T00:00:00Z', '2026-11-04T00:00:00Z');

    // On the 2nd 24 hours were foreseen and came; on the 3rd 24 were foreseen and 12 came, 100 % too much. Nothing runs any more.
    expect(forecast).toMatchObject({ errorPercent: 50, daysChecked: 2, soFar: '6.420000', total: '6.420000' });
  });
});
