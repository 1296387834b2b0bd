import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { QUEUE_PREFIX } from '../../shared/clusters/names.ts';
import { countExecution } from '../../simulator/aws/services/cloudwatch/counters.ts';
import type { Account } from '../../simulator/boot/account.ts';
import { cloudWatchOf } from '../../simulator/dashboard-page/cloud-watch.ts';
import { dashboardNameOf, serveAccount } from '../../simulator/dashboard-page/serve-account.ts';
import { type DashboardView, readView } from '../../simulator/dashboard-page/view.ts';
import { seedMetrics } from '../support/seeded-metrics.ts';
import { anAccount } from '../support/simulated-run.ts';
import { type Seen, visitPage } from '../support/visit-page.ts';

jest.setTimeout(120_000);

const LOOKS = [
  { theme: 'light', width: 1400, height: 900 },
  { theme: 'dark', width: 390, height: 844 },
] as const;

describe('the dashboard’s page', () => {
  let account: Account;
  let view: DashboardView;
  let seen: readonly Seen[] | string;

  beforeAll(async () => {
    account = await anAccount();
    const call = (operation: string, input: object) => account.cloud.call('SQS', operation, input, account.deployer);
    await account.simulation.runUntil(call('CreateQueue', { QueueName: `${QUEUE_PREFIX}banking-prod` }));
    await account.simulation.runFor(600);
    seedMetrics(account.simulation, ['banking-prod', 'batch-prod']);
    const stateMachineArn = account.stack.resources['SmokeTestStateMachine']?.physicalId ?? '';
    for (const status of ['RUNNING', 'SUCCEEDED']) countExecution(account.simulation, { stateMachineArn, status });
    view = await account.simulation.runUntil(readView(dashboardNameOf(account), {}, cloudWatchOf(account)));
    const page = await serveAccount(account);
    seen = await account.simulation.runUntil(visitPage(page.url, LOOKS)).finally(() => page.close());
  });
  afterAll(() => account.close());

  /** What the browser saw; undefined, and said, where none can start. */
  const looks = (): readonly Seen[] | undefined => {
    if (typeof seen !== 'string') return seen;
    process.stderr.write(`No browser can start here, the page was not looked at: ${seen}\n`);
    return undefined;
  };

  it('lets the stack’s dashboard show every alarm of the stack', () => {
    const [alarms] = view.widgets.flatMap(({ widget }) => (widget.type === 'alarm' ? [widget.properties.alarms] : []));

    expect([...(alarms ?? [])].sort()).toEqual(view.alarms.map(({ arn }) => arn).sort());
  });

  it('offers the clusters that the collector has seen', () => {
    expect(view.variables).toMatchObject([{ id: 'cluster', values: ['banking-prod', 'batch-prod'] }]);
    expect(view.widgets.flatMap(({ fault }) => fault ?? [])).toEqual([]);
  });

  it('draws every widget in a browser, without a complaint and without a request to elsewhere', () => {
    for (const { complaints, widgets, alarms } of looks() ?? []) {
      expect(complaints).toEqual([]);
      expect(alarms).toBe(view.alarms.length);
      expect(widgets.length).toBe(view.widgets.length);
      const graphs = widgets.filter(({ type, title }) => type === 'metric' && title !== 'Now');
      expect(graphs.flatMap(({ title, isDrawn }) => (isDrawn ? [] : [title]))).toEqual([]);
      const says = widgets.find(({ title }) => title === 'From decision to launch')?.text;
      expect(says).toMatch(/seconds\s+median\s+[\d.]+\s+p90\s+[\d.]+\s+p99\s+[\d.]+/);
    }
  });

  it('has a light and a dark theme, and needs no sideways scrolling on a phone', () => {
    const [light, dark] = looks() ?? [];
    if (!light || !dark) return;
    expect(light.background).not.toBe(dark.background);
    expect([light.scrollWidth, dark.scrollWidth]).toEqual([light.width, dark.width]);
  });
});
