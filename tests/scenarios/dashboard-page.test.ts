import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { headlessChromium } from '../../scripts/headless-chromium.ts';
import { QUEUE_PREFIX } from '../../shared/clusters/names.ts';
import { countExecution } from '../../simulator/aws/services/cloudwatch/counters.ts';
import type { Account } from '../../simulator/boot/account.ts';
import { cloudWatchOf } from '../../simulator/dashboard-page/cloud-watch.ts';
import { dashboardNameOf, serveAccount } from '../../simulator/dashboard-page/serve-account.ts';
import { type DashboardView, readView } from '../../simulator/dashboard-page/view.ts';
import { seedMetrics } from '../support/seeded-metrics.ts';
import { anAccount } from '../support/simulated-run.ts';
import { type Seen, visitPage } from '../support/visit-page.ts';

const LOOKS = [
  { theme: 'light', width: 1400, height: 900 },
  { theme: 'dark', width: 390, height: 844 },
] as const;

const started = await headlessChromium();
if ('browser' in started) await started.browser.close();
/** Where no browser starts, the name of the test says why. */
const look = 'browser' in started ? it : it.skip;
const why = 'reason' in started ? ` (skipped: ${started.reason})` : '';

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

  const looks = (): readonly Seen[] => {
    if (typeof seen === 'string') throw new Error(seen);
    return seen;
  };

  it('lets the stack’s dashboard show every alarm of the stack', () => {
    const [alarms] = view.widgets.flatMap(({ widget }) => (widget.type === 'alarm' ? [widget.properties.alarms] : []));

    expect([...(alarms ?? [])].sort()).toEqual(view.alarms.map(({ arn }) => arn).sort());
  });

  it('offers the clusters that the collector has seen', () => {
    expect(view.variables).toMatchObject([{ id: 'cluster', values: ['banking-prod', 'batch-prod'] }]);
    expect(view.widgets.flatMap(({ fault }) => fault ?? [])).toEqual([]);
  });

  look(`draws every widget in a browser, without a complaint and without a request to elsewhere${why}`, () => {
    expect(looks().length).toBe(LOOKS.length);
    for (const { complaints, widgets, alarms } of looks()) {
      expect(complaints).toEqual([]);
      expect(alarms).toBe(view.alarms.length);
      expect(widgets.length).toBe(view.widgets.length);
      const graphs = widgets.filter(({ type, title }) => type === 'metric' && title !== 'Now');
      expect(graphs.flatMap(({ title, isDrawn }) => (isDrawn ? [] : [title]))).toEqual([]);
      const says = widgets.find(({ title }) => title === 'From decision to launch')?.text;
      expect(says).toMatch(/seconds\s+median\s+[\d.]+\s+p90\s+[\d.]+\s+p99\s+[\d.]+/);
    }
  });

  look(`has a light and a dark theme, and needs no sideways scrolling on a phone${why}`, () => {
    const backgrounds = looks().map(({ background }) => background);

    expect(new Set(backgrounds).size).toBe(LOOKS.length);
    expect(looks().map(({ scrollWidth }) => scrollWidth)).toEqual(LOOKS.map(({ width }) => width));
  });
});
