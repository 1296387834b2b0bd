import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { NotSimulatedError, SimulatedAwsError } from '../../../../../../simulator/aws/errors.ts';
import { readInsights } from '../../../../../../simulator/aws/services/cloudwatch/insights/evaluate.ts';
import { parseInsights } from '../../../../../../simulator/aws/services/cloudwatch/insights/parse.ts';
import { type InsightsQuery, STATISTICS } from '../../../../../../simulator/aws/services/cloudwatch/insights/query.ts';
import { countMetric } from '../../../../../../simulator/aws/services/cloudwatch/store.ts';
import { Simulation } from '../../../../../../simulator/core/simulation.ts';

const quoted = (name: string) => `"${name.replaceAll(/["\\]/g, '\\$&')}"`;

/** A query as somebody might write it. */
function written({ statistic, metricName, namespace, schema, where, groupBy, orderBy, limit }: InsightsQuery): string {
  const source = schema ? `SCHEMA(${[namespace, ...schema].map(quoted).join(', ')})` : quoted(namespace);
  const conditions = where.map(
    ({ label, value, isEqual }) => `${quoted(label)} ${isEqual ? '=' : '!='} '${value.replaceAll(/['\\]/g, '\\$&')}'`,
  );
  return [
    `select ${statistic.toLowerCase()}(${quoted(metricName)}) From ${source}`,
    ...(conditions.length > 0 ? [`WHERE ${conditions.join(' AND ')}`] : []),
    ...(groupBy.length > 0 ? [`GROUP BY ${groupBy.map(quoted).join(',')}`] : []),
    ...(orderBy ? [`ORDER BY ${orderBy.statistic}() ${orderBy.isDescending ? 'DESC' : 'asc'}`] : []),
    ...(limit === undefined ? [] : [`LIMIT ${limit}`]),
  ].join('\n');
}

const name = fc.string({ minLength: 1, maxLength: 12 });
const statistic = fc.constantFrom(...STATISTICS);
const anyQuery: fc.Arbitrary<InsightsQuery> = fc
  .record({ labels: fc.uniqueArray(name, { minLength: 1, maxLength: 4 }), metricName: name, namespace: name })
  .chain(({ labels, metricName, namespace }) =>
    fc.record({
      statistic,
      metricName: fc.constant(metricName),
      namespace: fc.constant(namespace),
      schema: fc.constant(labels),
      where: fc.array(fc.record({ label: fc.constantFrom(...labels), value: fc.string(), isEqual: fc.boolean() }), {
        maxLength: 3,
      }),
      groupBy: fc.subarray(labels),
      orderBy: fc.option(fc.record({ statistic, isDescending: fc.boolean() }), { nil: undefined }),
      limit: fc.option(fc.integer({ min: 1, max: 500 }), { nil: undefined }),
    }),
  );

describe('a Metrics Insights query', () => {
  it('is read as it was meant, whatever its names and values hold', () => {
    fc.assert(
      fc.property(anyQuery, (query) => {
        expect(parseInsights(written(query))).toEqual(query);
      }),
    );
  });

  it('needs no quotes for plain names, and sorts upwards unless it says otherwise', () => {
    expect(
      parseInsights('SELECT MAX(LimitUsed) FROM SCHEMA("Joinery", Cluster) GROUP BY Cluster ORDER BY MAX()'),
    ).toEqual({
      statistic: 'MAX',
      metricName: 'LimitUsed',
      namespace: 'Joinery',
      schema: ['Cluster'],
      where: [],
      groupBy: ['Cluster'],
      orderBy: { statistic: 'MAX', isDescending: false },
      limit: undefined,
    });
  });

  it.each([
    ['a statistic that there is not', 'SELECT P90(x) FROM Joinery'],
    ['no metric', 'SELECT MAX() FROM Joinery'],
    ['a namespace with a slash and no quotes', 'SELECT MAX(x) FROM AWS/EC2'],
    ['a label that its SCHEMA has not', 'SELECT MAX(x) FROM SCHEMA(Joinery, Cluster) GROUP BY NodePool'],
    ['a value in double quotes', 'SELECT MAX(x) FROM SCHEMA(Joinery, Cluster) WHERE Cluster = "a"'],
    ['a keyword for a name', 'SELECT MAX(x) FROM SCHEMA(Joinery, Group) GROUP BY Group'],
    ['an order by nothing', 'SELECT MAX(x) FROM Joinery ORDER BY MAX'],
    ['a limit of 501', 'SELECT MAX(x) FROM Joinery LIMIT 501'],
    ['something after its end', 'SELECT MAX(x) FROM Joinery LIMIT 5 6'],
    ['a quote that does not end', 'SELECT MAX("x) FROM Joinery'],
  ])('is refused with %s', (_, text) => {
    expect(() => parseInsights(text)).toThrow(SimulatedAwsError);
  });

  it.each([
    ['OR', "SELECT MAX(x) FROM SCHEMA(Joinery, Cluster) WHERE Cluster = 'a' OR Cluster = 'b'"],
    ['LIKE', "SELECT MAX(x) FROM SCHEMA(Joinery, Cluster) WHERE Cluster LIKE 'a'"],
    ['tags', "SELECT MAX(x) FROM SCHEMA(Joinery, Cluster) WHERE tag.team = 'a'"],
    ['groups without a SCHEMA', 'SELECT MAX(x) FROM Joinery GROUP BY Cluster'],
  ])('is not simulated with %s', (_, text) => {
    expect(() => parseInsights(text)).toThrow(NotSimulatedError);
  });
});

describe('the answer to a Metrics Insights query', () => {
  let simulation: Simulation;
  const put = (dimensions: Record<string, string>, value: number, metric = 'LimitUsed') =>
    countMetric(simulation, { namespace: 'Joinery', name: metric, dimensions, value });
  /** Three minutes that end with the present one. */
  const minutes = () => {
    const end = simulation.now() - (simulation.now() % 60_000) + 60_000;
    return [3, 2, 1].map((back) => ({ startMs: end - back * 60_000, endMs: end - (back - 1) * 60_000 }));
  };
  const read = (text: string) => readInsights(simulation, parseInsights(text), minutes());
  const points = (text: string) => read(text).series.map(({ label, points: found }) => [label, ...found]);

  beforeEach(async () => {
    simulation = new Simulation({ seed: 1, startAt: '2026-11-02T08:00:00Z' });
    put({ Cluster: 'a', NodePool: 'web' }, 10);
    put({ Cluster: 'b', NodePool: 'web' }, 30);
    await simulation.runFor(120);
    put({ Cluster: 'a', NodePool: 'web' }, 50);
    put({ Cluster: 'a', NodePool: 'gpu' }, 20);
    put({ Cluster: 'c' }, 99);
    put({ Cluster: 'a', NodePool: 'web' }, 1, 'Other');
  });
  afterEach(() => simulation.close());

  it('is a series for each group, with nothing where there was nothing', () => {
    expect(
      points('SELECT MAX(LimitUsed) FROM SCHEMA(Joinery, Cluster, NodePool) GROUP BY Cluster ORDER BY MAX() DESC'),
    ).toEqual([
      ['a', 10, undefined, 50],
      ['b', 30, undefined, undefined],
    ]);
  });

  it('takes only series with exactly the dimensions of the SCHEMA, in whatever order', () => {
    expect(points('SELECT SUM(LimitUsed) FROM SCHEMA(Joinery, Cluster)')).toEqual([
      ['LimitUsed', undefined, undefined, 99],
    ]);
    expect(points('SELECT SUM(LimitUsed) FROM SCHEMA(Joinery, NodePool, Cluster)')).toEqual([
      ['LimitUsed', 40, undefined, 70],
    ]);
    expect(points('SELECT COUNT(LimitUsed) FROM Joinery')).toEqual([['LimitUsed', 2, undefined, 3]]);
  });

  it('takes only what its conditions let through', () => {
    const where = (condition: string) =>
      points(`SELECT AVG(LimitUsed) FROM SCHEMA(Joinery, Cluster, NodePool) WHERE ${condition}`);

    expect(where("Cluster = 'a' AND NodePool != 'web'")).toEqual([['LimitUsed', undefined, undefined, 20]]);
    expect(where("Cluster != 'a'")).toEqual([['LimitUsed', 30, undefined, undefined]]);
  });

  it('comes in the order asked for, and no more than asked for', () => {
    const pools = 'SELECT MIN(LimitUsed) FROM SCHEMA(Joinery, Cluster, NodePool) GROUP BY Cluster, NodePool';

    expect(points(`${pools} ORDER BY MAX() DESC LIMIT 2`).map(([label]) => label)).toEqual(['a web', 'b web']);
    expect(points(`${pools} ORDER BY MIN()`).map(([label]) => label)).toEqual(['a web', 'a gpu', 'b web']);
  });

  it('leaves out series whose data is older, and says nothing of a metric that nobody sends', async () => {
    await simulation.runFor(300);

    expect(
      points('SELECT MAX(LimitUsed) FROM SCHEMA(Joinery, Cluster, NodePool) GROUP BY Cluster ORDER BY MAX()'),
    ).toEqual([]);
    expect(read('SELECT MAX(Nothing) FROM Joinery')).toEqual({ series: [], isPartial: false });
  });

  it('is partial beyond 500 series', () => {
    for (let count = 0; count < 501; count += 1) put({ Cluster: `c${count}` }, count, 'Many');

    const { series, isPartial } = read(
      'SELECT MAX(Many) FROM SCHEMA(Joinery, Cluster) GROUP BY Cluster ORDER BY MAX() DESC',
    );

    expect([series.length, series[0]?.label, isPartial]).toEqual([500, 'c500', true]);
  });
});
