import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { instanceKey } from '../../shared/ledger/instances.ts';
import type { PriceCache } from '../../shared/prices-file/price-cache.ts';
import type { DocumentPointer } from '../../shared/runs/run.ts';
import { SimulatedAwsError } from '../../simulator/aws/errors.ts';
import { emfFaults } from '../../simulator/aws/services/cloudwatch/embedded-metrics.ts';
import type { World } from '../../simulator/core/simulation.ts';
import { aCostWorld } from '../support/cost-world.ts';
import { runToEnd } from '../support/simulated-run.ts';

type Row = { readonly key: string | null; readonly cost: string };
type Report = {
  readonly from: string;
  readonly to: string;
  readonly total: string;
  readonly complete: boolean;
  readonly hours: string;
  readonly by: Readonly<Record<string, readonly Row[]>>;
  readonly missingClusters: readonly { readonly cluster: string; readonly reason: string }[];
  readonly prices: { readonly source: string };
};

const micros = (decimal: string) => BigInt(decimal.replace('.', ''));
const sum = (rows: readonly { readonly cost: string }[]) => rows.reduce((total, { cost }) => total + micros(cost), 0n);

/** One world at the end of a month, in the order of its days. */
describe('the scheduled cost report', () => {
  let world: Awaited<ReturnType<typeof aCostWorld>>;
  let arePricesDown = false;
  const points: { state: string; world: World }[] = [];
  let isRecording = false;

  beforeAll(async () => {
    world = await aCostWorld({
      startAt: '2026-12-01T02:00:00Z',
      injectFault: ({ operation }) => {
        if (arePricesDown && ['GetProducts', 'DescribeSpotPriceHistory'].includes(operation))
          throw new SimulatedAwsError('AccessDeniedException', 'no prices today');
        return undefined;
      },
      hooks: {
        onStateEntered: ({ state }) => {
          if (isRecording) points.push({ state, world: world.account.simulation.snapshot() });
        },
      },
    });
  });
  afterAll(() => world.account.close());

  const report = (folder: string) => world.json(`reports/${folder}/report.json`) as Report;
  const run = (input: object) => runToEnd(world.account, 'cost-report', input);
  const contents = () =>
    world.keys().map((key) => [
      key,
      createHash('sha256')
        .update(world.text(key) ?? '')
        .digest('hex'),
    ]);
  const putCalls = () => world.account.cloud.trace.entries.filter(({ operation }) => operation === 'PutObject').length;

  it('is made of the day before when its schedule fires: the clusters sum to the fleet, in every cut', async () => {
    await world.account.simulation.runFor(1200);

    const [execution, ...others] = world.executions();
    expect([execution?.status, execution?.cause, others]).toEqual(['SUCCEEDED', undefined, []]);
    const fleet = report('daily/2026-11-30/fleet');
    expect([fleet.from, fleet.to, fleet.complete]).toEqual([
      '2026-11-30T00:00:00.000Z',
      '2026-12-01T00:00:00.000Z',
      true,
    ]);
    // Twice 6.5 hours on demand and three times 12 on spot; two control planes in extended support for a day are 28.80.
    expect(fleet.hours).toBe('49.000000');
    expect(Object.fromEntries(fleet.by['component']?.map(({ key, cost }) => [key, cost]) ?? [])).toMatchObject({
      'control-plane': '4.800000',
      'extended-support': '24.000000',
    });
    for (const rows of Object.values(fleet.by)) expect(sum(rows)).toBe(micros(fleet.total));
    // Each report is rounded for itself, so a row may be a millionth off the cluster's own total.
    for (const { key, cost } of fleet.by['cluster'] ?? [])
      expect(Number(micros(report(`daily/2026-11-30/clusters/${key}`).total) - micros(cost))).toBeLessThanOrEqual(1);
    expect(world.keys().filter((key) => key.startsWith('reports/daily/2026-11-30/fleet/'))).toHaveLength(4);
  });

  it('is told of once, and counted', () => {
    expect(world.notices().map(({ subject }) => subject)).toEqual([
      expect.stringMatching(/^Joinery: cost of daily\/2026-11-30: 32\.\d\d USD$/),
    ]);
    const made = world.lines.flatMap((line) => ('ReportsMade' in line ? [line['Cluster']] : []));
    expect(made.sort()).toEqual(['banking', 'retail', undefined]);
    expect(emfFaults(world.account.simulation)).toEqual([]);
  });

  it('made again changes nothing, writes nothing and tells nobody', async () => {
    const [before, puts] = [contents(), putCalls()];
    const { status, output } = await run({ period: 'daily', at: '2026-12-01T02:15:00Z' });

    expect(status).toBe('SUCCEEDED');
    expect(JSON.parse(output ?? '{}')).toMatchObject({ changed: 0, told: false });
    expect(contents()).toEqual(before);
    expect(putCalls()).toBe(puts);
    expect(world.notices()).toHaveLength(1);
  });

  it('comes to the same end when it is stopped at a state and started again (every third state)', async () => {
    const { account } = world;
    const input = { period: 'daily', at: '2026-11-30T02:15:00Z' };
    isRecording = true;
    expect((await run(input)).status).toBe('SUCCEEDED');
    isRecording = false;
    const [wanted, notices] = [contents(), world.notices().length];
    const end = account.simulation.snapshot();

    for (const point of points.filter((_, index) => index % 3 === 1)) {
      account.restore(point.world);
      for (const { executionArn, status } of world.executions())
        if (status === 'RUNNING') account.engine.abort(executionArn, 'Killed', 'by the test');
      expect([point.state, (await run(input)).status]).toEqual([point.state, 'SUCCEEDED']);
      expect([point.state, contents()]).toEqual([point.state, wanted]);
      expect([point.state, world.notices().length]).toEqual([point.state, notices]);
    }
    expect(points.length).toBeGreaterThan(8);
    account.restore(end);
  });

  it('goes without a cluster whose ledger cannot be read, and says which and why', async () => {
    const { account, table } = world;
    const key = instanceKey(`i-0${'2'.repeat(16)}`);
    const row = await account.simulation.runUntil(table.get(key));
    await account.simulation.runUntil(table.put(key, { evidence: 'lost' }));

    const { status } = await run({ period: 'daily', at: '2026-11-29T02:15:00Z' });
    if (row) await account.simulation.runUntil(table.put(key, row));

    expect(status).toBe('SUCCEEDED');
    const fleet = report('daily/2026-11-28/fleet');
    expect(fleet.missingClusters).toEqual([
      { cluster: 'retail', reason: expect.stringContaining('LedgerRowUnreadable: the ledger row INSTANCE#i-02222') },
    ]);
    expect([fleet.complete, fleet.by['cluster']?.map(({ key: cluster }) => cluster)]).toEqual([false, ['banking']]);
    expect(world.notices().at(-1)?.message).toContain('NOT IN IT: cluster retail');
  });

  it('is made of the month before on its first day', async () => {
    await world.account.simulation.runFor(3600);

    const { from, to, total } = report('monthly/2026-11/fleet');
    expect([from, to]).toEqual(['2026-11-01T00:00:00.000Z', '2026-12-01T00:00:00.000Z']);
    // 30 days of two control planes in extended support are 864 dollars, and the nodes come on top.
    expect(Number(total)).toBeGreaterThan(864);
    expect(world.executions().filter(({ input }) => input.includes('monthly'))).toHaveLength(1);
  });

  it('uses the last known prices when nobody gives new ones, and says so', async () => {
    await age(world, '2026-11-20T02:15:00.000Z');
    arePricesDown = true;
    const { status } = await run({ from: '2026-12-01T00:00:00Z', to: '2026-12-01T03:20:00Z' });
    arePricesDown = false;

    expect(status).toBe('SUCCEEDED');
    const { prices, total } = report('window/20261201T000000Z-20261201T032000Z/fleet');
    expect(prices.source).toMatch(
      /on-demand prices of eu-west-1 .*\(AccessDenied\): those of 2026-11-20T02:15.* are used/,
    );
    // The control planes were last seen at a quarter past two: at least twice two hours of them.
    expect(Number(total)).toBeGreaterThan(2.4);
    expect(world.notices().at(-1)?.message).toContain('spot prices of eu-west-1 could not be fetched (AccessDenied)');
  });
});

/** Makes the cached price list as old as that. */
async function age({ account, table, json }: Awaited<ReturnType<typeof aCostWorld>>, at: string): Promise<void> {
  const row = { pk: 'PRICES', sk: 'eu-west-1' };
  const { document } = (await account.simulation.runUntil(table.get(row))) as unknown as { document: DocumentPointer };
  const cache = json(document.key) as PriceCache;
  const listed = Object.entries(cache.listed).map(([kind, { prices }]) => [kind, { at, prices }]);
  const Body = JSON.stringify({ ...cache, listed: Object.fromEntries(listed) });
  const { bucket: Bucket, key: Key } = document;
  await account.simulation.runUntil(account.cloud.call('S3', 'PutObject', { Bucket, Key, Body }, account.deployer));
  const sha256 = createHash('sha256').update(Body).digest('hex');
  await account.simulation.runUntil(table.put(row, { document: { ...document, sha256 }, at }));
}
