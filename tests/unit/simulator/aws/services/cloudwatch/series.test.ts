import type { GetMetricDataOutput, MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import * as sdk from '@aws-sdk/client-cloudwatch';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { cloudWatchService } from '../../../../../../simulator/aws/services/cloudwatch/service.ts';
import { countMetric } from '../../../../../../simulator/aws/services/cloudwatch/store.ts';
import { TEST_CALLER } from '../../../../../support/simulated-client.ts';
import { startTestCloud, type TestCloud } from '../../../../../support/test-cloud.ts';

const MINUTE = 60_000;

describe('time series of the simulated CloudWatch', () => {
  let world: TestCloud;
  const count = (name: string, dimensions: Record<string, string>, minutesAgo: number, value: number) =>
    countMetric(world.simulation, {
      namespace: 'Joinery',
      name,
      dimensions,
      value,
      atMs: world.simulation.now() - minutesAgo * MINUTE,
    });
  const ask = async (queries: readonly MetricDataQuery[], minutes = 3) => {
    const now = world.simulation.now();
    const { MetricDataResults = [] } = (await world.simulation.runUntil(
      world.cloud.call(
        'CloudWatch',
        'GetMetricData',
        {
          MetricDataQueries: queries,
          StartTime: new Date(now - minutes * MINUTE),
          EndTime: new Date(now),
          ScanBy: 'TimestampAscending',
        },
        TEST_CALLER,
      ),
    )) as GetMetricDataOutput;
    return MetricDataResults;
  };
  const values = async (Expression: string) =>
    (await ask([...metrics, { Id: 'result', Expression }])).map(({ Values }) => Values);
  const stat = (Id: string, Cluster: string): MetricDataQuery => ({
    Id,
    ReturnData: false,
    MetricStat: {
      Metric: { Namespace: 'Joinery', MetricName: 'Nodes', Dimensions: [{ Name: 'Cluster', Value: Cluster }] },
      Period: 60,
      Stat: 'Sum',
    },
  });
  const metrics = [stat('east', 'east'), stat('west', 'west')];

  beforeEach(() => {
    world = startTestCloud([{ service: cloudWatchService(async () => undefined), sdk }]);
    for (const [minute, value] of [
      [3, 1],
      [1, 3],
    ] as const)
      count('Nodes', { Cluster: 'east' }, minute, value);
    for (const minute of [3, 2, 1]) count('Nodes', { Cluster: 'west' }, minute, 10 * minute);
  });
  afterEach(() => world.simulation.close());

  it('gives one value for each period, oldest first, and none where there was nothing', async () => {
    const [result] = await ask([{ ...stat('east', 'east'), ReturnData: true }]);

    expect(result?.Values).toEqual([1, 3]);
    const [first, last] = result?.Timestamps ?? [];
    expect(Number(last) - Number(first)).toBe(2 * MINUTE);
  });

  it.each([
    ['SUM(METRICS())', [[31, 20, 13]]],
    ['SUM(METRICS("ast"))', [[1, 3]]],
    ['MAX([east, west])', [[30, 20, 10]]],
    ['MIN(METRICS())', [[1, 20, 3]]],
    ['AVG(METRICS())', [[15.5, 20, 6.5]]],
    ['FILL(east, 0)', [[1, 0, 3]]],
    ['FILL(east, REPEAT)', [[1, 1, 3]]],
    ['west - MIN(west)', [[20, 10, 0]]],
    ['2 * (east + west) / 2', [[31, 13]]],
    [
      'METRICS() * 2',
      [
        [2, 6],
        [60, 40, 20],
      ],
    ],
    ['SORT(METRICS(), MAX, DESC, 1)', [[30, 20, 10]]],
    [
      'SORT(METRICS(), SUM, ASC)',
      [
        [1, 3],
        [30, 20, 10],
      ],
    ],
    [
      "SEARCH('{Joinery,Cluster} MetricName=\"Nodes\"', 'Sum', 60)",
      [
        [1, 3],
        [30, 20, 10],
      ],
    ],
    [
      'SUM(SEARCH(\'{Joinery,Cluster} MetricName="Nodes" Cluster=("west" OR "north")\', \'Sum\', 60)) / 10',
      [[3, 2, 1]],
    ],
    ["SEARCH('{Joinery,Cluster} MetricName=\"Pods\"', 'Sum', 60)", []],
  ])('works out %s', async (expression, expected) => {
    expect(await values(expression)).toEqual(expected);
  });

  it('finds only metrics with exactly the dimensions of the schema', async () => {
    count('Nodes', { Cluster: 'east', NodePool: 'default' }, 1, 7);

    expect(await values("SEARCH('{Joinery,Cluster,NodePool} MetricName=\"Nodes\"', 'Sum', 60)")).toEqual([[7]]);
    expect(await values("SEARCH('{Joinery,NodePool} MetricName=\"Nodes\"', 'Sum', 60)")).toEqual([]);
  });

  it('calls each series that a search finds after its dimensions', async () => {
    const results = await ask([
      {
        Id: 'all',
        Expression: "SEARCH('{Joinery,Cluster} MetricName=\"Nodes\"', 'Sum', 60)",
        Label: "nodes of ${PROP('Dim.Cluster')}",
      },
    ]);

    expect(results.map(({ Label }) => Label)).toEqual(['nodes of east', 'nodes of west']);
  });

  it('keeps the names of sorted metrics', async () => {
    const named = metrics.map((query) => ({ ...query, Label: `the ${query.Id}` }));
    const results = await ask([...named, { Id: 'worst', Expression: 'SORT(METRICS(), MAX, DESC, 1)' }]);

    expect(results.map(({ Label }) => Label)).toEqual(['the west']);
  });

  it('measures percentiles over a search', async () => {
    for (let value = 1; value <= 100; value += 1) count('Seconds', { Cluster: 'east' }, 1, value);

    expect(await values("SEARCH('{Joinery,Cluster} MetricName=\"Seconds\"', 'p90', 60)")).toEqual([[90]]);
  });

  it.each([
    ['SUM(east', 'expected'],
    ['MAX(METRICS()) MAX', 'too much'],
    ['north + 1', 'there is no north'],
    ['METRICS() + METRICS()', 'two arrays'],
    ['SUM(east)', 'a number and no series'],
    ['result + 1', 'refers to itself'],
    ["SEARCH('{Joinery,Cluster} Nodes', 'Sum', 60)", 'not simulated'],
    ["SEARCH('{Joinery,Cluster} NodePool=\"a\"', 'Sum', 60)", 'does not have'],
    ["SEARCH('{Joinery,Cluster} MetricName=\"Nodes\"', 'Sum', 300)", 'several periods'],
    ["SEARCH('{Joinery,Cluster} MetricName=\"Nodes\"', 'Most', 60)", 'not valid'],
    ['ANOMALY_DETECTION_BAND(east)', 'not simulated'],
    ['east > 1', 'not valid'],
  ])('refuses %s', async (expression, reason) => {
    await expect(values(expression)).rejects.toThrow(reason);
  });
});
