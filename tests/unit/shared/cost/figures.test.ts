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
const spotNode = (changes: Partial<FleetInstance>) => anInstance({ capacityType: 'spot', ...changes });

describe('fixed capacity', () => {
  it('is the peak of the window, held all the time on the cheapest type of the pool', () => {
    const instances = [
      anInstance(),
      anInstance({ instanceId: id(2), launchedAt: '2026-11-02T10:30:00Z' }),
      anInstance({
        instanceId: id(3),
        instanceType: 'c5.xlarge',
        launchedAt: '2026-11-02T10:30:00Z',
        endedAt: '2026-11-02T10:45:00Z',
      }),
      anInstance({ instanceId: id(4), launchedAt: '2026-11-02T11:00:00Z', endedAt: '2026-11-02T12:00:00Z' }),
    ];
    const { fixedCapacity } = report({ instances });

    // At 10:30 two m5.large (2 vCPU, 8 GiB) and a c5.xlarge (4 vCPU, 8 GiB): 8 vCPU and 24 GiB. Four m5.large hold that for
    // 4 x 0.107 x 24 = 10.272; three c5.xlarge for 3 x 0.192 x 24 = 13.824. It was 0.107 x 2.5 + 0.192 x 0.25 = 0.3155.
    expect(fixedCapacity.pools).toMatchObject([
      {
        peak: { vcpu: 8, memoryMiB: 24_576, nodes: 3 },
        group: { instanceType: 'm5.large', nodes: 4 },
        cost: '10.272000',
      },
    ]);
    expect(fixedCapacity).toMatchObject({ actual: '0.315500', savings: '9.956500' });
  });
});

describe('idle cost', () => {
  it('weighs CPU nine to one against memory, over the time that was measured', () => {
    // Allocatable 2 CPUs and 8 GiB. Of half an hour measured, CPU was requested half, memory a quarter.
    const measured = anInstance({
      allocatable: { cpu: '2', memoryGiB: '8' },
      requested: { cpuSeconds: '1800', memoryGiBSeconds: '3600', coveredSeconds: 1800 },
    });
    const { idle } = report({ instances: [measured] });

    // Weights 9 x 2 = 18 and 8: (18 x 0.5 + 8 x 0.75) / 26 = 0.576923077; of 0.107 / 2 = 0.0535.
    expect(idle.pools).toMatchObject([
      { idle: '0.030865', measured: '0.053500', percent: 57.7, uncoveredHours: '0.500000' },
    ]);
  });

  it('is never negative, and says what was not measured', () => {
    const crowded = anInstance({
      requested: { cpuSeconds: '999999', memoryGiBSeconds: '999999', coveredSeconds: 3600 },
    });
    const unknown = anInstance({ instanceId: id(2), allocatable: null });
    expect(report({ instances: [crowded, unknown] }).idle.pools).toMatchObject([
      { idle: '0.000000', uncoveredHours: '1.000000' },
    ]);
  });
});

describe('interruptions', () => {
  it('cost the start that was paid for in vain and the time after the notice', () => {
    const taken = spotNode({
      launchedAt: '2026-11-02T10:00:00Z',
      readyAt: '2026-11-02T10:01:30Z',
      noticeAt: '2026-11-02T11:58:00Z',
      endedAt: '2026-11-02T12:00:00Z',
      endReason: 'spot-interrupted',
      stateReason: 'Server.SpotInstanceTermination',
    });
    // 0.04 x 90 / 3600 = 0.001, 0.04 x 120 / 3600 = 0.00133.
    expect(report({ instances: [taken] }).interruptions).toEqual({
      count: 1,
      starting: '0.001000',
      draining: '0.001333',
      cost: '0.002333',
      freeHours: '0.000000',
    });
  });
});

describe('the bootstrap group', () => {
  it('stands apart, and its example is what the price list says: three t3.medium for 730 hours', () => {
    const instances = [1, 2, 3].map((index) =>
      anInstance({
        instanceId: id(index),
        role: 'bootstrap',
        nodePool: null,
        instanceType: 't3.medium',
        launchedAt: '2026-11-01T00:00:00Z',
        endedAt: null,
      }),
    );
    const { bootstrap, by } = report({ instances, clusters: [aCluster()] });

    // 3 x 0.0456 x 24; 3 x 0.0456 x 730.
    expect(bootstrap).toMatchObject({ cost: '3.283200', hours: '72.000000', example: [{ perMonth: '99.864000' }] });
    expect(by.nodePool.map(({ key }) => key)).toEqual([null]);
  });
});

describe('looking ahead', () => {
  it('has a run-rate, and a forecast that it makes of it', () => {
    const instances = [anInstance({ launchedAt: '2026-11-01T00:00:00Z', endedAt: null })];
    const { runRate, forecast } = report({ instances }, {}, '2026-11-01T00:00:00Z', '2026-11-11T00:00:00Z');

    // 0.107 x 730; ten days were 25.68, and twenty more are 51.36.
    expect(runRate).toMatchObject({ perHour: '0.107000', perMonth: '78.110000', complete: true });
    expect(forecast).toMatchObject({
      month: '2026-11',
      soFar: '25.680000',
      total: '77.040000',
      errorPercent: 0,
      daysChecked: 7,
    });
  });

  it('counts the month from its start even where the window does not', () => {
    const instances = [anInstance({ launchedAt: '2026-11-01T00:00:00Z', endedAt: null })];
    expect(report({ instances }, {}, '2026-11-10T00:00:00Z', '2026-11-11T00:00:00Z').forecast.soFar).toBe('25.680000');
  });

  it('finds a day unlike the others', () => {
    const crowd = Array.from({ length: 9 }, (_, index) =>
      anInstance({ instanceId: id(index + 2), launchedAt: '2026-11-07T00:00:00Z', endedAt: '2026-11-08T00:00:00Z' }),
    );
    const instances = [anInstance({ launchedAt: '2026-11-01T00:00:00Z', endedAt: null }), ...crowd];
    const { anomalies } = report({ instances }, {}, '2026-11-01T00:00:00Z', '2026-11-11T00:00:00Z');

    expect(anomalies).toMatchObject([{ day: '2026-11-07', cost: '25.680000', median: '2.568000' }]);
  });

  it('does not compare with a period whose prices it does not have', () => {
    const instances = [spotNode({ launchedAt: '2026-11-01T00:00:00Z', endedAt: null })];
    const { change, changeUnknown } = report({ instances }, { spot: [aSpotPrice('2026-11-02T00:00:00Z', '0.04')] });
    expect([change, changeUnknown]).toEqual([null, 'prices of the period before are missing']);
  });
});

describe('what to do next', () => {
  it('is ranked by what it saves', () => {
    const instances = [
      anInstance({ requested: { cpuSeconds: '0', memoryGiBSeconds: '0', coveredSeconds: 3600 }, publicIpv4Count: 1 }),
    ];
    const { actions } = report({
      instances,
      nodePools: [{ cluster: 'banking-prod', nodePool: 'general', limits: { cpu: '100' } }],
    });

    // Idle: all of 0.107. Spot: 0.107 - 0.04. Graviton: 0.107 - 0.086. One address for an hour. A limit saves nothing.
    expect(actions.map(({ kind, saves }) => [kind, saves])).toEqual([
      ['cut-idle', '0.107000'],
      ['use-spot', '0.067000'],
      ['use-graviton', '0.021000'],
      ['drop-ipv4', '0.005000'],
      ['lower-limit', '0.000000'],
    ]);
  });

  it('proposes nothing that has no price', () => {
    const { actions } = report(
      { instances: [anInstance()] },
      { spot: [], onDemand: { 'eu-west-1': { linux: { default: { 'm5.large': '0.107' } } } } },
    );
    expect(actions).toEqual([]);
  });
});
