import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { seriesBudget, withinBudget } from '../../../../shared/metrics/budget.ts';
import { batchesOf, dataOf } from '../../../../shared/metrics/data.ts';
import { METRICS } from '../../../../shared/metrics/names.ts';
import type { Series } from '../../../../shared/metrics/series.ts';

const aSeries = (values: readonly number[], more: Partial<Series> = {}): Series => ({
  name: 'ProvisioningSeconds',
  unit: 'Seconds',
  dimensions: { Cluster: 'banking' },
  values,
  ...more,
});
const expanded = (series: Series) =>
  dataOf(series)
    .flatMap(({ values, counts }) =>
      values.flatMap((value, at) => Array.from({ length: counts[at] ?? 0 }, () => value)),
    )
    .toSorted((left, right) => left - right);
const nearestRank = (sorted: readonly number[], percent: number) =>
  sorted[Math.max(1, Math.ceil((percent / 100) * sorted.length)) - 1] ?? Number.NaN;

describe('what is sent of a series', () => {
  it('has every percentile within 2 %, whatever the values, at most 150 of them in a datum', () => {
    const seconds = fc.oneof(fc.constant(0), fc.double({ min: 1e-3, max: 1e5, noNaN: true }));
    fc.assert(
      fc.property(fc.array(seconds, { minLength: 1, maxLength: 2000, size: 'max' }), (values) => {
        const sent = expanded(aSeries(values));
        const known = values.toSorted((left, right) => left - right);

        expect(sent).toHaveLength(known.length);
        for (const percent of [0, 1, 50, 90, 99, 99.9, 100]) {
          const truth = nearestRank(known, percent);
          expect(Math.abs(nearestRank(sent, percent) - truth)).toBeLessThanOrEqual(0.02 * truth);
        }
        expect(Math.max(...dataOf(aSeries(values)).map((datum) => datum.values.length))).toBeLessThanOrEqual(150);
      }),
      { numRuns: 40, endOnFailure: true },
    );
  });

  it('is exact where 150 values are enough, with the counts that the series has', () => {
    const values = Array.from({ length: 400 }, (_, index) => (index % 150) + 0.5);

    expect(expanded(aSeries(values))).toEqual(values.toSorted((left, right) => left - right));
    expect(dataOf(aSeries([2, 3, 2], { counts: [4, 1, 2] }))).toMatchObject([{ values: [2, 3], counts: [6, 1] }]);
  });

  it('leaves out what is no number, and the whole series where nothing is left', () => {
    expect(dataOf(aSeries([1, Number.NaN, Infinity, -Infinity, 2]))).toMatchObject([{ values: [1, 2] }]);
    expect(dataOf(aSeries([3, 4], { counts: [0, Number.NaN] }))).toEqual([]);
    expect(dataOf(aSeries([Number.NaN]))).toEqual([]);
    expect(dataOf(aSeries([]))).toEqual([]);
  });
});

describe('the calls to CloudWatch', () => {
  it('take at most a thousand metrics each, in their order', () => {
    const data = Array.from({ length: 2001 }, (_, index) => dataOf(aSeries([index]))).flat();

    expect(batchesOf(data).map((batch) => batch.length)).toEqual([1000, 1000, 1]);
    expect(batchesOf(data).flat()).toEqual(data);
  });

  it('stay below a megabyte', () => {
    const values = Array.from({ length: 150 }, (_, index) => index + 0.123456789);
    const batches = batchesOf(Array.from({ length: 1000 }, () => dataOf(aSeries(values))).flat());

    const bytes = batches.map((batch) =>
      Buffer.byteLength(
        JSON.stringify({
          Namespace: 'Joinery',
          MetricData: batch.map(({ name, unit, dimensions, values: Values, counts }) => ({
            MetricName: name,
            Unit: unit,
            Timestamp: 1_793_606_400,
            Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
            Values,
            Counts: counts,
          })),
        }),
      ),
    );
    expect(batches.length).toBeGreaterThan(2);
    expect(Math.max(...bytes)).toBeLessThan(1_000_000);
    expect(Math.max(...bytes)).toBeGreaterThan(700_000);
  });
});

describe('the budget of series', () => {
  const count = (name: string, dimensions: Record<string, string>): Series => ({
    name,
    unit: 'Count',
    dimensions,
    values: [1],
  });
  const pools = Array.from({ length: 60 }, (_, index) => `pool-${index}`);
  const all = [
    ...pools.flatMap((NodePool) => [
      ...['consolidated', 'drifted', 'launched'].map((Reason) =>
        count(METRICS.scalingEvents, { Cluster: 'c', NodePool, Reason }),
      ),
      ...['launch', 'total'].map((Phase) =>
        count(METRICS.provisioning, { Cluster: 'c', NodePool, CapacityType: 'spot', Phase }),
      ),
      count(METRICS.nodes, { Cluster: 'c', NodePool, CapacityType: 'spot' }),
      count(METRICS.limitUsed, { Cluster: 'c', NodePool }),
      count(METRICS.provisioningFailures, { Cluster: 'c', NodePool, Reason: 'vanished' }),
    ]),
    count(METRICS.clustersUnreachable, { Cluster: 'c' }),
    count(METRICS.provisioning, { Cluster: 'c', Phase: 'launch' }),
  ];

  it('grows with the pools, up to what one call takes', () => {
    expect([0, 1, 5, 23, 24, 500].map(seriesBudget)).toEqual([60, 100, 260, 980, 1000, 1000]);
  });

  it('gives up in a known order: what is of the cluster as a whole stays longest', () => {
    const orderOf = (budget: number) => {
      const { kept, dropped } = withinBudget(all, budget);
      expect(kept.length + dropped).toBe(all.length);
      expect(kept.length).toBeLessThanOrEqual(budget);
      return [
        ...new Set(
          kept.map(
            ({ name, dimensions }) => `${name} ${dimensions['NodePool'] ? (dimensions['Phase'] ?? 'pool') : ''}`,
          ),
        ),
      ];
    };

    expect(orderOf(2)).toEqual(['ClustersUnreachable ', 'ProvisioningSeconds ']);
    expect(orderOf(62).slice(2)).toEqual(['ProvisioningFailures pool']);
    expect(orderOf(122).slice(3)).toEqual(['LimitUsed pool']);
    expect(orderOf(182).slice(4)).toEqual(['Nodes pool']);
    expect(orderOf(242).slice(5)).toEqual(['ProvisioningSeconds total']);
    expect(orderOf(302).slice(6)).toEqual(['ProvisioningSeconds launch']);
    expect(orderOf(1000).slice(7)).toEqual(['ScalingEvents pool']);
  });
});
