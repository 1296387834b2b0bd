import { describe, expect, it } from '@jest/globals';
import { type MakeReportDeps, makeReport } from '../../../../functions/cost-report/make-report.ts';
import type { TopicPublication } from '../../../../shared/aws/topics.ts';
import type { FleetFile } from '../../../../shared/fleet-file/schema.ts';
import { aCluster, aFleet, anInstance, somePrices } from '../../../support/cost-files.ts';

const REPORT = {
  key: 'daily/2026-11-02',
  from: '2026-11-02T00:00:00.000Z',
  to: '2026-11-03T00:00:00.000Z',
  needsFrom: '2026-11-01T00:00:00.000Z',
  execution: 'arn:1',
};
const at = (key: string) => ({ bucket: 'b', key, sha256: '' });
const PRICES = { ...somePrices(), eks: { 'eu-west-1': { perHour: '0.1', extendedSupportPerHour: '0.5' } } };

function aWorld(fleets: Readonly<Record<string, FleetFile>>, changes: Partial<MakeReportDeps> = {}) {
  const files = new Map<string, string>();
  const published: TopicPublication[] = [];
  const metrics: Record<string, unknown>[] = [];
  const claimed: string[] = [];
  const deps: MakeReportDeps = {
    clock: { now: () => Date.parse('2026-11-03T02:15:00Z') },
    get: async ({ key }) => (key === 'prices' ? PRICES : fleets[key]),
    store: async (_, cluster, list) => {
      for (const { name, body } of list) files.set(`${cluster ?? 'fleet'}/${name}`, Buffer.from(body).toString());
      return { changed: [], pointer: (name) => at(`${cluster ?? 'fleet'}/${name}`) };
    },
    monthlyBudget: async () => undefined,
    claimNotice: async ({ says }) => {
      const isNew = claimed.at(-1) !== says;
      claimed.push(says);
      return isNew;
    },
    noticeSent: async () => {},
    publish: async (message) => void published.push(message),
    writeLine: (line) => void metrics.push(JSON.parse(line)),
    ...changes,
  };
  const onCluster = (cluster: string, report = REPORT) =>
    makeReport(
      { scope: 'cluster', item: { cluster, fleet: at(cluster), prices: at('prices'), report, notes: [] } },
      deps,
    );
  const onFleet = (clusters: object[], more: { notes?: string[]; report?: typeof REPORT } = {}) =>
    makeReport({ scope: 'fleet', report: REPORT, prices: at('prices'), notes: [], ...more, clusters }, deps);
  return { files, published, metrics, onCluster, onFleet };
}

const fleetOf = (cluster: string, hours: number) =>
  aFleet({
    clusters: [aCluster({ cluster })],
    instances: [
      anInstance({
        cluster,
        instanceId: `i-0000000000000000${hours}`,
        launchedAt: '2026-11-02T00:00:00Z',
        endedAt: `2026-11-02T0${hours}:00:00Z`,
      }),
    ],
  });
const FLEETS = { banking: fleetOf('banking', 1), retail: fleetOf('retail', 2) };
const made = (cluster: string) => ({ cluster, fleet: at(cluster), made: true, notes: [] });

describe('a report on a cluster', () => {
  it('is in four files that say the same', async () => {
    const { files, onCluster } = aWorld(FLEETS);

    await onCluster('banking');

    // An hour of an m5.large and 24 of a control plane.
    const report = JSON.parse(files.get('banking/report.json') ?? '');
    expect([report.total, report.complete]).toEqual(['2.507000', true]);
    expect(files.get('banking/notice.txt')).toContain('2.51 USD');
    expect(files.get('banking/report.html')).toContain('2.51');
    const costs = (files.get('banking/report.csv') ?? '').split('\r\n').slice(1, -1);
    expect(costs.length).toBe(2);
  });

  it('counts as made where it was scheduled, and not where somebody asked for a window', async () => {
    const { metrics, onCluster } = aWorld(FLEETS);

    await onCluster('banking', { ...REPORT, key: 'window/1' });
    expect(metrics).toEqual([]);
    await onCluster('banking');
    expect(metrics).toMatchObject([{ ReportsMade: 1, Cluster: 'banking' }]);
  });

  it('compares the forecast of the month with the budget, where there is one', async () => {
    const { metrics, files, onCluster } = aWorld(FLEETS, { monthlyBudget: async () => 50 });

    await onCluster('banking');

    const { forecast } = JSON.parse(files.get('banking/report.json') ?? '');
    expect(metrics[1]).toMatchObject({ Cluster: 'banking', ForecastBudgetUsed: Number(forecast.total) * 2 });
  });

  it('says which rows of the ledger are wrong when they cannot be reported on', async () => {
    const broken = aFleet({ instances: [anInstance({ endedAt: '2026-11-01T00:00:00Z' })] });
    const { onCluster } = aWorld({ banking: broken });

    await expect(onCluster('banking')).rejects.toMatchObject({
      name: 'LedgerUnsound',
      message: expect.stringContaining('instances[0].endedAt'),
    });
  });
});

describe('the report on the fleet', () => {
  it('sums what the clusters cost, and tells people where it is', async () => {
    const { files, published, metrics, onFleet } = aWorld(FLEETS);

    const answer = await onFleet([made('banking'), made('retail')]);

    const report = JSON.parse(files.get('fleet/report.json') ?? '');
    expect(report.by.cluster.map(({ key, cost }: { key: string; cost: string }) => [key, cost])).toEqual([
      ['banking', '2.507000'],
      ['retail', '2.614000'],
    ]);
    expect(answer).toMatchObject({ total: '5.121000', complete: true, clusters: 2, missing: [], told: true });
    expect(published).toHaveLength(1);
    expect(published[0]?.subject).toBe('Joinery: cost of daily/2026-11-02: 5.12 USD');
    expect(published[0]?.text).toContain('s3://b/fleet/report.html');
    expect(metrics).toMatchObject([{ ReportsMade: 1 }]);
  });

  it('made again tells nobody anything, unless the dollars are others', async () => {
    const { published, onFleet } = aWorld(FLEETS);
    await onFleet([made('banking'), made('retail')]);

    expect(await onFleet([made('banking'), made('retail')])).toMatchObject({ told: false });
    expect(await onFleet([made('banking')])).toMatchObject({ told: true });
    expect(published).toHaveLength(2);
  });

  it('goes without a cluster that failed, and says which and why in every form', async () => {
    const { files, published, metrics, onFleet } = aWorld(FLEETS);
    const Cause = JSON.stringify({ errorType: 'LedgerRowUnreadable', errorMessage: 'the row INSTANCE#i-1 is broken' });
    const failed = { cluster: 'retail', fleet: at('retail'), failure: { Error: 'LedgerRowUnreadable', Cause } };

    const answer = await onFleet([made('banking'), failed]);

    const reason = 'LedgerRowUnreadable: the row INSTANCE#i-1 is broken';
    expect(answer).toMatchObject({ complete: false, clusters: 1, missing: [{ cluster: 'retail', reason }] });
    const report = JSON.parse(files.get('fleet/report.json') ?? '');
    expect([report.total, report.complete, report.missingClusters]).toEqual([
      '2.507000',
      false,
      [{ cluster: 'retail', reason }],
    ]);
    expect(published[0]?.subject).toContain('(incomplete)');
    for (const text of [published[0]?.text, files.get('fleet/notice.txt'), files.get('fleet/report.html')])
      expect(text).toContain(`NOT IN IT: cluster retail: ${reason}`);
    expect(metrics).toMatchObject([{ ReportsMade: 1 }, { ReportsFailed: 1, Cluster: 'retail' }]);
  });

  it('says what stands in for prices that could not be fetched', async () => {
    const { files, onFleet } = aWorld(FLEETS);
    const note = 'prices of EKS of eu-west-1 could not be fetched (AccessDenied): those of 2026-10-30 are used';

    await onFleet([made('banking')], { notes: [note] });

    for (const name of ['notice.txt', 'report.html']) expect(files.get(`fleet/${name}`)).toContain(note);
  });

  it('of no cluster at all is empty, and no error', async () => {
    expect(await aWorld({}).onFleet([])).toMatchObject({ total: '0.000000', complete: true, clusters: 0 });
  });
});
