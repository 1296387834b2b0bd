import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { reportFiles } from '../../../../shared/aws/report-files.ts';
import { claimNotice, noticeSent, readReportFiles } from '../../../../shared/ledger/cost-reports.ts';
import { aLedgerWorld } from '../../../support/ledger-world.ts';

const REPORT = { key: 'daily/2026-11-01', from: '', to: '', needsFrom: '', execution: 'arn:1' };

describe('what the ledger keeps of reports', () => {
  let world: ReturnType<typeof aLedgerWorld>;
  beforeEach(() => {
    world = aLedgerWorld();
  });
  afterEach(() => world.close());

  const claim = (says: string, execution: string) =>
    world.run(() => claimNotice(world, { report: REPORT.key, says, execution }));
  const sent = () => world.run(() => noticeSent(world, { report: REPORT.key }));

  it('lets one execution tell people what a report says, and another only what is new', async () => {
    expect(await claim('12 dollars', 'a')).toBe(true);
    expect(await claim('12 dollars', 'b')).toBe(false);
    await sent();
    expect(await claim('12 dollars', 'b')).toBe(false);
    expect(await claim('13 dollars', 'b')).toBe(true);
  });

  it('lets an execution that fell before it said that it was done tell them again, and after that not', async () => {
    await claim('12 dollars', 'a');
    expect(await claim('12 dollars', 'a')).toBe(true);
    await sent();
    expect(await claim('12 dollars', 'a')).toBe(false);
  });

  it('lets another take over from an execution that is gone', async () => {
    await claim('12 dollars', 'a');
    await world.simulation.runFor(601);
    expect(await claim('12 dollars', 'b')).toBe(true);
  });

  it('lets no file be written twice with the same content, and keeps what else was written', async () => {
    const written: string[] = [];
    const s3 = { send: async ({ input }: { input: { Key: string } }) => void written.push(input.Key) };
    const store = reportFiles({ ...world, s3: s3 as never, bucket: 'b' });
    const put = (cluster: string | undefined, files: Record<string, string>) =>
      world.run(() =>
        store(
          REPORT,
          cluster,
          Object.entries(files).map(([name, body]) => ({ name, body })),
        ),
      );

    await put('banking', { 'fleet.json': '{}' });
    const first = await put('banking', { 'report.json': 'a', 'report.html': 'b' });
    const second = await put('banking', { 'report.json': 'a', 'report.html': 'c' });
    await put(undefined, { 'report.json': 'a' });

    expect([first.changed, second.changed]).toEqual([['report.json', 'report.html'], ['report.html']]);
    expect(written).toEqual([
      'reports/daily/2026-11-01/clusters/banking/fleet.json',
      'reports/daily/2026-11-01/clusters/banking/report.json',
      'reports/daily/2026-11-01/clusters/banking/report.html',
      'reports/daily/2026-11-01/clusters/banking/report.html',
      'reports/daily/2026-11-01/fleet/report.json',
    ]);
    const kept = await world.run(() => readReportFiles(world.table, REPORT.key, 'CLUSTER#banking'));
    expect(Object.keys(kept).sort()).toEqual(['fleet.json', 'report.html', 'report.json']);
    expect(second.pointer('report.json')).toEqual(first.pointer('report.json'));
  });
});
