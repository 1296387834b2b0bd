import { describe, expect, it } from '@jest/globals';
import type { Series } from '../../../../shared/metrics/series.ts';
import { type ReadingsInput, readingsOf } from '../../../../shared/utilisation/readings.ts';
import { finiteOnly } from '../../../../shared/utilisation/series-of.ts';
import { aLeader, aNode, aPool, NOW, requests } from './a-fleet.ts';

const GENERAL = aPool(
  'general',
  ['spot', 'on-demand'],
  { limits: { cpu: '16', memory: '200Gi' } },
  { cpu: '12', memory: '48Gi', nodes: '3' },
);
const STEADY = aPool('steady', ['on-demand']);
const PRICES: Readonly<Record<string, number>> = {
  'm5.xlarge eu-west-1a spot': 0.08,
  'm5.xlarge eu-west-1b on-demand': 0.214,
  't3.medium eu-west-1a on-demand': 0.0456,
};

/** Three nodes of `general` (one spot of them without a price), one launched and no node yet, two bootstrap nodes. */
function input(more: Partial<ReadingsInput> = {}): ReadingsInput {
  const bootstrap = { 'joinery.dev/bootstrap': 'true', 'eks.amazonaws.com/capacityType': 'ON_DEMAND' };
  return {
    cluster: 'payments',
    nowMs: NOW,
    nodes: [
      aNode(1, { pool: 'general', capacityType: 'spot' }),
      aNode(2, { pool: 'general', capacityType: 'spot', type: 'c7g.xlarge' }),
      aNode(3, { pool: 'general', capacityType: 'on-demand', zone: 'eu-west-1b' }),
      aNode(4, { labels: bootstrap, type: 't3.medium', cpus: 2 }),
      aNode(5, { labels: bootstrap, type: 't3.medium', cpus: 2, isReady: false }),
    ],
    nodeClaims: [
      {
        apiVersion: 'karpenter.sh/v1',
        kind: 'NodeClaim',
        metadata: { ...aNode(6, { pool: 'general', capacityType: 'spot' }).metadata, name: 'general-abcde' },
        spec: {},
        status: { providerID: 'aws:///eu-west-1a/i-0000000000000006' },
      },
    ],
    nodePools: [GENERAL, STEADY],
    nodeClasses: [
      { apiVersion: 'karpenter.k8s.aws/v1', kind: 'EC2NodeClass', metadata: { name: 'default' }, status: {} },
    ],
    leader: aLeader([
      ...requests(1, 1.75, 7, 10),
      ...requests(2, 3.5, 14, 10),
      ...requests(3, 0, 0, 2),
      ...requests(4, 0.75, 3.5, 8),
      ...requests(5, 0.75, 3.5, 8),
      'karpenter_pods_unbound_time_seconds{name="a",namespace="b"} 4.2',
      'karpenter_pods_unbound_time_seconds{name="b",namespace="b"} 0.2',
    ]),
    prices: (type, zone, capacityType) => PRICES[`${type} ${zone} ${capacityType}`],
    isUtilisationDue: true,
    ...more,
  };
}

/** As `name dimensions: values`, without the cluster, to be compared at a glance. */
function lines(series: readonly Series[]): string[] {
  return series.map(({ name, unit, dimensions, values, counts }) => {
    const { Cluster, ...rest } = dimensions;
    const shown = values.map((value, at) => `${+value.toFixed(4)}${counts ? `x${counts[at]}` : ''}`);
    return [`${Cluster}`, ...Object.values(rest), name, unit, ...shown].join(' ');
  });
}

describe('the readings of a cluster', () => {
  it('are, of a small fleet, what one works out by hand', () => {
    const { series, shares, utilisationFrom } = readingsOf(input());

    expect(lines(series).toSorted()).toEqual(
      [
        'payments BootstrapNodes Count 1',
        'payments general spot Nodes Count 2',
        'payments general on-demand Nodes Count 1',
        'payments steady on-demand Nodes Count 0',
        // 8 of 12 vCPUs.
        'payments SpotShare Percent 66.6667',
        'payments general SpotShare Percent 66.6667',
        // 2 x 0.08 + 0.214 + 2 x 0.0456; nobody knows the price of the c7g.xlarge.
        'payments UnpricedNodes Count 1',
        'payments RunRate None 0.4652',
        'payments general RunRate None 0.374',
        'payments steady RunRate None 0',
        // 12 of 16 CPUs are more than 48 of 200 GiB.
        'payments general LimitUsed Percent 75',
        'payments NodePoolsNotReady Count 0',
        'payments NodeClassesNotReady Count 1',
        'payments ControllerLeader Count 1',
        'payments StateObservabilityDisabled Count 0',
        'payments PendingPods Count 2',
        // 6.75 of 3 x 3.5 + 2 x 1.5; 28 of 5 x 14 GiB.
        'payments CpuUtilisation Percent 50',
        'payments MemoryUtilisation Percent 40',
        'payments PodsPerNode Count 2x1 8x2 10x2',
        'payments general CpuUtilisation Percent 50',
        'payments general MemoryUtilisation Percent 50',
        'payments general PodsPerNode Count 2x1 10x2',
      ].toSorted(),
    );
    expect(utilisationFrom).toBe('leader');
    expect(shares).toEqual([]);
  });

  it('have no name of a node, an instance or a pod in a dimension', () => {
    const { series } = readingsOf(input());

    for (const { dimensions } of series) {
      expect(['Cluster', 'NodePool', 'CapacityType', 'Reason']).toEqual(
        expect.arrayContaining(Object.keys(dimensions)),
      );
      expect(JSON.stringify(dimensions)).not.toMatch(/node-|i-0|general-/);
    }
  });

  it('say that nobody leads, and nothing of what only a leader knows', () => {
    const { series, memory } = readingsOf(input({ leader: undefined }));

    expect(lines(series)).toContain('payments ControllerLeader Count 0');
    expect(lines(series).join('\n')).not.toMatch(/Utilisation|Pods|StateObservability|Scaling/);
    expect(memory.process).toBeNull();
  });

  it('do not say that nobody leads when that is not known', () => {
    const { series } = readingsOf(input({ leader: undefined, isLeaderKnown: false }));

    expect(lines(series).join('\n')).not.toContain('ControllerLeader');
  });

  it('take requests from the NodeClaims, and say so, where the controller exports no state', () => {
    const claim = {
      apiVersion: 'karpenter.sh/v1',
      kind: 'NodeClaim',
      metadata: { name: 'general-aaaaa', labels: { 'karpenter.sh/nodepool': 'general' } },
      spec: { resources: { requests: { cpu: '1750m', memory: '7Gi' } } },
      status: { nodeName: 'node-1', providerID: 'aws:///eu-west-1a/i-0000000000000001' },
    };
    const { series, shares, utilisationFrom, memory } = readingsOf(
      input({ nodeClaims: [claim], leader: aLeader([], 'uid-1/100', false) }),
    );

    expect(utilisationFrom).toBe('node-claims');
    expect(lines(series)).toEqual(
      expect.arrayContaining([
        'payments StateObservabilityDisabled Count 1',
        'payments general CpuUtilisation Percent 50',
        'payments general MemoryUtilisation Percent 50',
      ]),
    );
    expect(lines(series).join('\n')).not.toMatch(/PodsPerNode|PendingPods/);
    // What a claim was launched for is no measurement.
    expect(shares).toEqual([]);
    expect(memory.utilisationAtMs).toBeNull();
  });

  it('leave a sum out that no price is known for, and tell how much of the budget a known one is', () => {
    const budget = { dollarsPerHour: '0.9304', nodePools: { general: { dollarsPerHour: '0.748' } } };
    const within = readingsOf(input({ budget }));
    const unpriced = readingsOf(input({ budget, prices: () => undefined }));

    expect(lines(within.series)).toEqual(
      expect.arrayContaining(['payments BudgetUsed Percent 50', 'payments general BudgetUsed Percent 50']),
    );
    expect(lines(unpriced.series).join('\n')).not.toMatch(/general RunRate|BudgetUsed|payments RunRate/);
    expect(lines(unpriced.series)).toContain('payments UnpricedNodes Count 6');
  });

  it('have the spot share of vCPUs for pools that may be spot, and none where no pool may', () => {
    const nodes = [
      aNode(1, { pool: 'general', capacityType: 'spot' }),
      aNode(2, { pool: 'steady', capacityType: 'on-demand', cpus: 12 }),
    ];
    const some = lines(readingsOf(input({ nodes, nodeClaims: [] })).series);
    const none = lines(readingsOf(input({ nodes, nodeClaims: [], nodePools: [STEADY] })).series);

    expect(some.filter((line) => line.includes('SpotShare'))).toEqual([
      'payments SpotShare Percent 25',
      'payments general SpotShare Percent 100',
    ]);
    expect(none.join('\n')).not.toContain('SpotShare');
  });

  it('have no price of machines that do not run Linux', () => {
    const nodes = [aNode(1, { pool: 'general', capacityType: 'spot', labels: { 'kubernetes.io/os': 'windows' } })];
    const { series } = readingsOf(input({ nodes, nodeClaims: [] }));

    expect(lines(series)).toContain('payments UnpricedNodes Count 1');
  });

  it('leave out values that are no numbers, and what has none left', () => {
    const series = {
      name: 'PodsPerNode',
      unit: 'Count',
      dimensions: {},
      values: [1, Number.NaN, Infinity, 2],
    } as const;

    expect(
      finiteOnly([
        { ...series, counts: [5, 6, 7, 8] },
        { ...series, values: [Number.NaN] },
      ]),
    ).toEqual([{ ...series, values: [1, 2], counts: [5, 8] }]);
  });

  it('never hold what is no number, whatever the objects say', () => {
    const odd = { ...aNode(7, { pool: 'general', capacityType: 'spot' }), status: { capacity: { cpu: 'lots' } } };
    const { series } = readingsOf(
      input({
        nodes: [odd],
        nodePools: [aPool('general', ['spot'], { limits: { cpu: '0', memory: 'much' } }), STEADY],
        prices: () => Number.NaN,
      }),
    );

    for (const { values } of series) for (const value of values) expect(value).toEqual(expect.any(Number));
    expect(series.flatMap(({ values }) => values).filter((value) => !Number.isFinite(value))).toEqual([]);
    expect(lines(series)).toContain('payments general LimitUsed Percent 100');
  });

  it('share out what our instances gave and were asked for since the last look, or since they came', () => {
    const previous = { ...readingsOf(input({ nowMs: NOW - 60_000 })).memory };
    const nodes = [
      ...input().nodes.slice(0, 1),
      aNode(2, { pool: 'general', createdAt: '2026-11-02T08:09:45Z' }),
      aNode(3),
    ];
    const { shares, memory } = readingsOf(input({ previous, nodes, nodeClaims: [] }));

    expect(previous.utilisationAtMs).toBe(NOW - 60_000);
    expect(memory.utilisationAtMs).toBe(NOW);
    expect(shares).toEqual([
      {
        instanceId: 'i-0000000000000001',
        fromMs: NOW - 60_000,
        toMs: NOW,
        requested: { cpu: 1.75, memoryGiB: 7 },
        allocatable: { cpu: 3.5, memoryGiB: 14 },
      },
      expect.objectContaining({ instanceId: 'i-0000000000000002', fromMs: NOW - 15_000, toMs: NOW }),
    ]);
  });

  it('share out no more than twenty minutes after a silence, and nothing when utilisation is not due', () => {
    const { memory } = readingsOf(input({ nowMs: NOW - 6 * 3_600_000 }));
    const late = readingsOf(input({ previous: memory }));
    const notDue = readingsOf(input({ previous: memory, isUtilisationDue: false }));

    expect(late.shares.map(({ fromMs }) => fromMs)).toContain(NOW - 20 * 60_000);
    expect(Math.min(...late.shares.map(({ fromMs }) => fromMs))).toBe(NOW - 20 * 60_000);
    expect(notDue.shares).toEqual([]);
    expect(notDue.utilisationFrom).toBeNull();
    expect(notDue.memory.utilisationAtMs).toBe(memory.utilisationAtMs);
  });
});
