import type { GetMetricDataOutput, GetMetricStatisticsOutput, MetricDatum } from '@aws-sdk/client-cloudwatch';
import * as sdk from '@aws-sdk/client-cloudwatch';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { emfLines } from '../../../../../../shared/metrics/emf.ts';
import { emfFaults, ingestLogLine } from '../../../../../../simulator/aws/services/cloudwatch/embedded-metrics.ts';
import { cloudWatchService } from '../../../../../../simulator/aws/services/cloudwatch/service.ts';
import { countMetric } from '../../../../../../simulator/aws/services/cloudwatch/store.ts';
import type { AccessRequest } from '../../../../../../simulator/aws/types.ts';
import { TEST_CALLER } from '../../../../../support/simulated-client.ts';
import { startTestCloud, type TestCloud } from '../../../../../support/test-cloud.ts';

const MINUTE = 60_000;
const asked: AccessRequest[] = [];

describe('the simulated CloudWatch', () => {
  let world: TestCloud;
  const call = <O>(operation: string, input: object) =>
    world.simulation.runUntil(world.cloud.call('CloudWatch', operation, input, TEST_CALLER)) as Promise<O>;
  const put = (datum: object, namespace = 'Joinery') =>
    call('PutMetricData', { Namespace: namespace, MetricData: [{ MetricName: 'Latency', ...datum }] });
  const now = () => world.simulation.now();
  const last = (minutes: number) => ({
    StartTime: new Date(now() - minutes * MINUTE),
    EndTime: new Date(now() + MINUTE),
  });
  const statistics = async (names: readonly string[], dimensions: Record<string, string> = {}, name = 'Latency') => {
    const { Datapoints = [] } = await call<GetMetricStatisticsOutput>('GetMetricStatistics', {
      Namespace: 'Joinery',
      MetricName: name,
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      Statistics: names.filter((stat) => !stat.startsWith('p')),
      ExtendedStatistics: names.filter((stat) => stat.startsWith('p')),
      Period: 3600,
      ...last(60),
    });
    const [point] = Datapoints.filter(({ Timestamp }) => Timestamp !== undefined);
    return { ...point, ...point?.ExtendedStatistics } as Record<string, unknown>;
  };
  const emf = (more: object, directive: object = {}) => {
    const metrics = {
      Namespace: 'Joinery',
      Dimensions: [['Kind']],
      Metrics: [{ Name: 'Latency', Unit: 'Seconds' }],
      ...directive,
    };
    return JSON.stringify({
      Kind: 'health',
      Latency: 1,
      _aws: { Timestamp: now(), CloudWatchMetrics: [metrics] },
      ...more,
    });
  };

  beforeEach(() => {
    asked.length = 0;
    world = startTestCloud([{ service: cloudWatchService(async () => undefined), sdk }], {
      authorize: (request) => void asked.push(request),
    });
  });
  afterEach(() => world.simulation.close());

  it('gives every plain statistic and percentiles of what was published', async () => {
    await put({ Values: [1, 2, 100], Counts: [49, 50, 1] });

    const read = await statistics(['SampleCount', 'Sum', 'Average', 'Minimum', 'Maximum', 'p1', 'p50', 'p99', 'p99.9']);

    expect(read).toMatchObject({ SampleCount: 100, Sum: 249, Average: 2.49, Minimum: 1, Maximum: 100 });
    expect(read).toMatchObject({ p1: 1, p50: 2, p99: 2, 'p99.9': 100 });
  });

  it('has no percentiles of statistic sets', async () => {
    await put({ StatisticValues: { SampleCount: 2, Sum: 3, Minimum: 1, Maximum: 2 } });

    const read = await statistics(['Average', 'p50']);

    expect(read['Average']).toBe(1.5);
    expect(read['p50']).toBeUndefined();
  });

  it('keeps percentiles within two parts in a hundred however many values come', async () => {
    const values = fc.array(fc.double({ min: 0.001, max: 5000, noNaN: true }), { minLength: 1500, maxLength: 2000 });
    let round = 0;
    for (const sample of fc.sample(values, { numRuns: 5, seed: 7 })) {
      round += 1;
      const dimensions = { Round: String(round) };
      for (const value of sample)
        countMetric(world.simulation, { namespace: 'Joinery', name: 'Latency', dimensions, value });
      const sorted = sample.toSorted((a, b) => a - b);

      const read = await statistics(['p50', 'p99'], dimensions);

      for (const percent of [50, 99]) {
        const exact = sorted[Math.ceil((percent / 100) * sorted.length) - 1] ?? Number.NaN;
        expect(Math.abs(Number(read[`p${percent}`]) - exact) / exact).toBeLessThan(0.02);
      }
    }
    expect(JSON.stringify(world.simulation.snapshot().services['cloudwatch']).length).toBeLessThan(300_000);
  });

  it.each<[string, Partial<MetricDatum>]>([
    ['a value that is no number', { Value: Number.NaN }],
    ['an infinite value', { Value: Number.POSITIVE_INFINITY }],
    ['a value out of range', { Value: 2 ** 361 }],
    ['no value', {}],
    ['two kinds of values', { Value: 1, Values: [1] }],
    ['more than 150 values', { Values: Array.from({ length: 151 }, (_, index) => index) }],
    ['counts that do not fit', { Values: [1, 2], Counts: [1] }],
    ['a count of zero', { Values: [1], Counts: [0] }],
    ['31 dimensions', { Value: 1, Dimensions: Array.from({ length: 31 }, (_, n) => ({ Name: `D${n}`, Value: 'x' })) }],
    ['an empty dimension', { Value: 1, Dimensions: [{ Name: 'Kind', Value: '' }] }],
    [
      'a dimension twice',
      {
        Value: 1,
        Dimensions: [
          { Name: 'Kind', Value: 'a' },
          { Name: 'Kind', Value: 'b' },
        ],
      },
    ],
    ['an unknown unit', { Value: 1, Unit: 'Furlongs' as never }],
    ['a point of three weeks ago', { Value: 1, Timestamp: new Date('2026-10-12T08:00:00Z') }],
    ['a point of three hours ahead', { Value: 1, Timestamp: new Date('2026-11-02T11:00:01Z') }],
  ])('refuses %s', async (_, datum) => {
    await expect(put(datum)).rejects.toMatchObject({ name: expect.stringMatching(/^InvalidParameter/) });

    expect(await call('ListMetrics', {})).toEqual({ Metrics: [] });
  });

  it('refuses 1,001 metrics, a namespace of AWS, and none of the metrics is taken', async () => {
    const MetricData = Array.from({ length: 1001 }, () => ({ MetricName: 'Latency', Value: 1 }));

    await expect(call('PutMetricData', { Namespace: 'Joinery', MetricData })).rejects.toThrow('1000');
    await expect(put({ Value: 1 }, 'AWS/Lambda')).rejects.toThrow("AWS's own");
    await expect(
      call('PutMetricData', {
        Namespace: 'Joinery',
        MetricData: [MetricData[0], { MetricName: 'Latency', Value: Number.NaN }],
      }),
    ).rejects.toThrow('finite');
    expect(await call('ListMetrics', {})).toEqual({ Metrics: [] });
  });

  it('asks for the permission with the namespace as a condition', async () => {
    await put({ Value: 1 });

    expect(asked).toEqual([
      { action: 'cloudwatch:PutMetricData', resource: '*', context: { 'cloudwatch:namespace': 'Joinery' } },
    ]);
  });

  it('computes arithmetic of several series, with no point where an operand is missing', async () => {
    const count = (name: string, minutesAgo: number, value: number) =>
      countMetric(world.simulation, {
        namespace: 'Joinery',
        name,
        dimensions: {},
        value,
        atMs: now() - minutesAgo * MINUTE,
      });
    count('Calls', 3, 50);
    count('Errors', 3, 2);
    count('Calls', 2, 10);
    count('Calls', 1, 0);
    count('Errors', 1, 1);
    const stat = (Id: string, MetricName: string) => ({
      Id,
      ReturnData: false,
      MetricStat: { Metric: { Namespace: 'Joinery', MetricName }, Period: 60, Stat: 'Sum' },
    });

    const { MetricDataResults } = await call<GetMetricDataOutput>('GetMetricData', {
      MetricDataQueries: [
        stat('calls', 'Calls'),
        stat('errors', 'Errors'),
        { Id: 'rate', Expression: '100 * errors / (calls + 0)' },
      ],
      ...last(10),
    });

    expect(MetricDataResults).toMatchObject([{ Id: 'rate', Values: [4] }]);
  });

  it('does not simulate Metrics Insights in GetMetricData', async () => {
    const insights = { Id: 'e', Period: 60, Expression: 'SELECT MAX(Latency) FROM Joinery' };

    await expect(call('GetMetricData', { MetricDataQueries: [insights], ...last(5) })).rejects.toThrow('not simulated');
  });

  it('makes data points of what the functions write in the embedded metric format', async () => {
    const values = Array.from({ length: 250 }, (_, index) => index);
    const lines = emfLines({
      timestampMs: now(),
      dimensions: { Kind: 'health' },
      metrics: [
        { name: 'Latency', unit: 'Seconds', values },
        { name: 'Events', unit: 'Count', values: 7 },
      ],
      properties: { dropped: ['a'] },
    });

    for (const line of lines) ingestLogLine(world.simulation, '/aws/lambda/router', line);

    expect(lines).toHaveLength(3);
    expect(await statistics(['SampleCount', 'Maximum'], { Kind: 'health' })).toMatchObject({
      SampleCount: 250,
      Maximum: 249,
    });
    expect(await statistics(['Sum'], { Kind: 'health' }, 'Events')).toMatchObject({ Sum: 7 });
    expect(emfFaults(world.simulation)).toEqual([]);
  });

  it.each<[string, () => string]>([
    ['101 values', () => emf({ Latency: Array.from({ length: 101 }, () => 1) })],
    ['no values', () => emf({ Latency: [] })],
    ['a text for a value', () => emf({ Latency: '1' })],
    ['null for a value', () => emf({ Latency: null })],
    ['a metric without its member', () => emf({}, { Metrics: [{ Name: 'Other' }] })],
    ['101 metrics', () => emf({}, { Metrics: Array.from({ length: 101 }, () => ({ Name: 'Latency' })) })],
    ['a dimension without its member', () => emf({}, { Dimensions: [['Cluster']] })],
    ['a dimension that is a number', () => emf({ Kind: 1 })],
    ['an empty dimension', () => emf({ Kind: '' })],
    ['31 dimensions', () => emf({}, { Dimensions: [Array.from({ length: 31 }, (_, index) => `D${index}`)] })],
    ['no set of dimensions', () => emf({}, { Dimensions: [] })],
    ['an unknown unit', () => emf({}, { Metrics: [{ Name: 'Latency', Unit: 'Furlongs' }] })],
    ['no namespace', () => emf({}, { Namespace: undefined })],
    ['a time in seconds', () => emf({ _aws: { Timestamp: now() / 1000, CloudWatchMetrics: [] } })],
  ])('counts a document with %s as a fault and says so', async (_, line) => {
    ingestLogLine(world.simulation, '/aws/lambda/router', line());

    expect(emfFaults(world.simulation)).toMatchObject([{ logGroup: '/aws/lambda/router' }]);
    expect(await call('ListMetrics', {})).toMatchObject({ Metrics: [{ MetricName: 'EMFValidationErrors' }] });
  });

  it.each(['plain text', '{"level":"INFO"}', '{"_aws": 1}', '{"_aws"', '["_aws"]'])(
    'takes %s for no metric',
    async (line) => {
      ingestLogLine(world.simulation, '/aws/lambda/router', line);

      expect(await call('ListMetrics', {})).toEqual({ Metrics: [] });
      expect(emfFaults(world.simulation)).toEqual([]);
    },
  );

  it('puts old points together and drops those older than fifteen months', async () => {
    const day = 24 * 3600;
    const count = () => countMetric(world.simulation, { namespace: 'Joinery', name: 'Latency', dimensions: {} });
    count();
    await world.simulation.runFor(60);
    count();
    await world.simulation.runFor(16 * day);
    count();
    const widths = () =>
      Object.keys(
        (world.simulation.snapshot().services['cloudwatch'] as { series: Record<string, { buckets: object }> }).series[
          'Joinery\nLatency'
        ]?.buckets ?? {},
      );

    expect(widths()).toHaveLength(2);
    for (let days = 0; days < 460; days += 20) await world.simulation.runFor(20 * day);
    count();
    expect(widths()).toHaveLength(1);
  });
});
