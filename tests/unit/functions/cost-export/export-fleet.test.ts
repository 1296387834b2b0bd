import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type ExportDeps, exportFleet } from '../../../../functions/cost-export/export-fleet.ts';
import { planReport } from '../../../../functions/cost-plan/plan-report.ts';
import type { ReportFile } from '../../../../shared/aws/report-files.ts';
import { readFleetFile } from '../../../../shared/cost/read-inputs.ts';
import type { PoolLook } from '../../../../shared/fleet/pool-holds.ts';
import type { FleetFile } from '../../../../shared/fleet-file/schema.ts';
import { listClusterHistories } from '../../../../shared/ledger/cluster-history.ts';
import { recordHour } from '../../../../shared/ledger/hourly-looks.ts';
import { recordInstances } from '../../../../shared/ledger/instance-records.ts';
import { recordReconciliation } from '../../../../shared/ledger/reconciliation.ts';
import { aLedgerWorld } from '../../../support/ledger-world.ts';
import { evidenceOf } from '../../../support/past-instance.ts';

/** The simulated day begins at 2026-11-02T08:00. */
const REPORT = {
  key: 'daily/2026-11-01',
  from: '2026-11-01T00:00:00.000Z',
  to: '2026-11-02T00:00:00.000Z',
  needsFrom: '2026-10-31T00:00:00.000Z',
  execution: 'arn:1',
};
const FACTS = {
  accountId: '111122223333',
  region: 'eu-west-1',
  createdAt: '2026-10-01T00:00:00.000Z',
  version: '1.34',
  supportType: 'EXTENDED',
} as const;

describe('what the ledger gives a report', () => {
  let world: ReturnType<typeof aLedgerWorld>;
  let stored: ReportFile[];
  beforeEach(() => {
    world = aLedgerWorld();
    stored = [];
  });
  afterEach(() => world.close());

  const deps = (changes: Partial<ExportDeps> = {}): ExportDeps => ({
    ...world,
    clusterFacts: async () => FACTS,
    supportDates: async () => new Map([['1.34', '2026-12-02T00:00:00.000Z']]),
    store: async (_, cluster, files) => {
      stored.push(...files);
      return { changed: [], pointer: (name) => ({ bucket: 'b', key: `${cluster}/${name}`, sha256: '' }) };
    },
    ...changes,
  });
  const fleet = () => JSON.parse(String(stored.at(-1)?.body)) as FleetFile;
  const exported = (report = REPORT, changes: Partial<ExportDeps> = {}) =>
    world.run(() => exportFleet({ cluster: 'banking', report }, deps(changes)));
  const record = (lives: Readonly<Record<string, readonly [from: string, to: string | null]>>) =>
    world.run(() =>
      recordInstances(
        world,
        new Map(
          Object.entries(lives).map(([id, [from, to]]) => [id, evidenceOf({ cluster: 'banking', from, to })] as const),
        ),
      ),
    );
  const plan = () => world.run(() => planReport({ execution: 'arn:1', input: { period: 'daily' } }, world));

  it('is a sound fleet file with the instances that ran since the report needs them, each once', async () => {
    await record({
      'i-00000000000000001': ['2026-10-20T00:00:00.000Z', '2026-10-30T00:00:00.000Z'],
      'i-00000000000000002': ['2026-10-20T00:00:00.000Z', '2026-11-01T05:00:00.000Z'],
      'i-00000000000000003': ['2026-11-01T05:00:00.000Z', null],
      'i-00000000000000004': ['2026-11-02T05:00:00.000Z', null],
    });

    const { instances, notes } = await exported();

    expect(readFleetFile(fleet())).toMatchObject({ ok: true });
    expect(fleet().instances.map(({ instanceId }) => instanceId.slice(-1))).toEqual(['2', '3']);
    expect([instances, notes]).toEqual([2, []]);
    expect(fleet().exportedAt).toBeUndefined();
    expect(fleet().clusters).toEqual([
      {
        cluster: 'banking',
        accountId: '111122223333',
        region: 'eu-west-1',
        createdAt: '2026-10-01T00:00:00.000Z',
        deletedAt: null,
        supportType: 'EXTENDED',
        versions: [
          { version: '1.34', from: '2026-10-01T00:00:00.000Z', endOfStandardSupport: '2026-12-02T00:00:00.000Z' },
        ],
      },
    ]);
  });

  it('has what was seen of the pools in the hours of the period, and of no other', async () => {
    const seen = (nodes: number, cpu: string): PoolLook[] => [
      { nodePool: 'general', limits: { cpu }, holds: [{ kind: 'disruption-budget', name: 'nodes: "0"', nodes }] },
    ];
    const hours = [
      ['2026-10-31T23:59:00Z', 90, '1'],
      ['2026-11-01T00:01:00Z', 2, '2'],
      ['2026-11-01T00:59:00Z', 90, '3'],
      ['2026-11-01T23:00:00Z', 4, '4'],
      ['2026-11-02T00:00:00Z', 90, '5'],
    ] as const;
    for (const [at, nodes, cpu] of hours)
      await world.run(() =>
        recordHour(world.table, 'banking', { atMs: Date.parse(at), pools: seen(nodes, cpu), reservations: [] }),
      );

    await exported();

    expect(readFleetFile(fleet())).toMatchObject({ ok: true });
    expect(fleet().nodePools).toMatchObject([{ nodePool: 'general', limits: { cpu: '4' }, blockers: [{ nodes: 3 }] }]);
  });

  it('says until when the ledger was read where the period is not over', async () => {
    await exported({ ...REPORT, to: '2026-11-03T00:00:00.000Z' });

    expect(fleet().exportedAt).toMatch(/^2026-11-02T08:00:0/);
  });

  it('has no control plane of a cluster that EKS does not know and nobody remembers, and says so', async () => {
    const { notes } = await exported(REPORT, { clusterFacts: async () => undefined });

    expect(fleet().clusters).toEqual([]);
    expect(notes).toEqual(['EKS has no cluster banking: its control plane is not in the report']);
  });

  it('is planned for clusters that are registered, had instances, or are remembered, until their end is out of sight', async () => {
    await world.run(() => recordReconciliation(world.table, { at: '2026-11-02T07:00:00.000Z', clusters: ['lonely'] }));
    await exported();
    await exported(REPORT, { clusterFacts: async () => undefined });

    expect((await plan()).clusters.map(({ cluster }) => cluster)).toEqual(['banking', 'lonely']);
    const [history] = await world.run(() => listClusterHistories(world.table));
    expect(history?.deletedAt).toMatch(/^2026-11-02T08:00:0/);
    // A timer is at most 24 days long.
    for (let third = 0; third < 3; third += 1) await world.simulation.runFor(21 * 86_400);
    expect((await plan()).clusters.map(({ cluster }) => cluster)).toEqual(['lonely']);
  });
});
