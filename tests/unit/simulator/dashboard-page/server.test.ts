import { once } from 'node:events';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CloudWatch } from '../../../../simulator/dashboard-page/cloud-watch.ts';
import { type DashboardPage, serveDashboard } from '../../../../simulator/dashboard-page/server.ts';
import type { DashboardView } from '../../../../simulator/dashboard-page/view.ts';

const NOW = Date.parse('2026-11-02T08:30:00Z');
const graph = (metrics: unknown) => ({
  type: 'metric',
  properties: { region: 'eu-west-1', period: 60, title: 'T', metrics },
});
const BODY = {
  variables: [
    {
      type: 'pattern',
      pattern: '__CLUSTER__',
      inputType: 'select',
      id: 'cluster',
      search: '{Joinery,Cluster} MetricName="CollectorRuns"',
      populateFrom: 'Cluster',
      defaultValue: '__FIRST',
    },
  ],
  widgets: [graph([['Joinery', 'Nodes', 'Cluster', '__CLUSTER__', { color: '#ff0000', stat: 'p90', label: 'nodes' }]])],
};

/** A CloudWatch with two clusters that answers every other query with its own dimensions as the label. */
const cloudWatch: CloudWatch = {
  now: () => NOW,
  getDashboard: async () => ({ DashboardBody: JSON.stringify(BODY) }),
  describeAlarms: async () => ({ MetricAlarms: [{ AlarmName: 'a', StateValue: 'OK' }] }),
  getMetricData: async ({ MetricDataQueries = [] }) => ({
    MetricDataResults: MetricDataQueries.flatMap(({ Id, Expression, MetricStat }) => {
      if (Expression !== undefined) return ['two', 'one'].map((Label) => ({ Id, Label, Timestamps: [], Values: [] }));
      const asked = `${MetricStat?.Stat} of ${MetricStat?.Metric?.Dimensions?.[0]?.Value}`;
      return [{ Id, Label: asked, Timestamps: [new Date(NOW)], Values: [4] }];
    }),
  }),
};

describe('the dashboard’s page', () => {
  let page: DashboardPage;
  const get = async (path: string, options: { method?: string; headers?: Record<string, string> } = {}) => {
    const asked = request(new URL(path, page.url), options).end();
    const [response] = await once(asked, 'response');
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    return { status: response.statusCode, headers: response.headers, text: Buffer.concat(chunks).toString('utf8') };
  };
  const view = async (query = '') => JSON.parse((await get(`/api/view${query}`)).text) as DashboardView;

  beforeAll(async () => {
    page = await serveDashboard('fleet', cloudWatch);
  });
  afterAll(() => page.close());

  it('is served on this machine’s own address, and only what belongs to it', async () => {
    expect(page.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    for (const path of [
      '/',
      '/page.css',
      '/page.js',
      '/widgets.js',
      '/charts.js',
      '/alarms.js',
      '/theme.js',
      '/chart.js',
    ])
      expect([path, (await get(path)).status]).toEqual([path, 200]);
    for (const path of ['/server.ts', '/../server.ts', '/%2e%2e/server.ts', '/package.json', '/constructor'])
      expect([path, (await get(path)).status]).toEqual([path, 404]);
    expect((await get('/', { method: 'POST' })).status).toBe(405);
  });

  it('is not for pages whose name was made to point here', async () => {
    expect((await get('/api/view', { headers: { host: 'evil.example' } })).status).toBe(421);
  });

  it('may load nothing from elsewhere', async () => {
    const { headers } = await get('/');

    expect(headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self'/);
    expect(headers['content-security-policy']).not.toMatch(/unsafe|https?:|\*/);
  });

  it('offers the clusters that the variable’s search finds, and asks for the first one or the chosen one', async () => {
    const first = await view();
    const chosen = await view('?cluster=two');
    const invented = await view('?cluster=%22three');

    expect(first.variables).toMatchObject([{ id: 'cluster', values: ['one', 'two'], value: 'one' }]);
    expect(first.widgets[0]?.series).toEqual([
      { label: 'p90 of one', color: '#ff0000', yAxis: 'left', points: [[NOW, 4]] },
    ]);
    expect(chosen.widgets[0]?.series[0]?.label).toBe('p90 of two');
    expect(invented.variables[0]?.value).toBe('one');
  });

  it('says in a widget why it cannot be read', async () => {
    const broken = await serveDashboard('fleet', {
      ...cloudWatch,
      getMetricData: async (input) =>
        input.MetricDataQueries?.[0]?.MetricStat
          ? Promise.reject(new Error('no such thing'))
          : cloudWatch.getMetricData(input),
    });
    const answered = await fetch(`${broken.url}api/view`);

    expect(await answered.json()).toMatchObject({ widgets: [{ series: [], fault: 'no such thing' }] });
    await broken.close();
  });
});
