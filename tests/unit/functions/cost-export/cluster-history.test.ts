import { describe, expect, it } from '@jest/globals';
import { historyAfter } from '../../../../functions/cost-export/cluster-history.ts';
import type { ClusterFacts } from '../../../../shared/aws/cluster-support.ts';

const DATES = new Map([
  ['1.33', '2026-07-29T00:00:00.000Z'],
  ['1.34', '2026-12-02T00:00:00.000Z'],
]);
const FACTS: ClusterFacts = {
  accountId: '111122223333',
  region: 'eu-west-1',
  createdAt: '2026-10-01T00:00:00.000Z',
  version: '1.33',
  supportType: 'EXTENDED',
};
const look = (facts: ClusterFacts | undefined, now = '2026-11-20T02:15:00.000Z') => ({
  cluster: 'banking',
  facts,
  supportDates: DATES,
  now,
});
const known = () => {
  const history = historyAfter(undefined, look(FACTS));
  if (!history) throw new Error('no history');
  return history;
};

describe('what is remembered of a cluster', () => {
  it('begins with its creation, in the version that it runs', () => {
    expect(known()).toEqual({
      cluster: 'banking',
      accountId: '111122223333',
      region: 'eu-west-1',
      createdAt: '2026-10-01T00:00:00.000Z',
      deletedAt: null,
      supportType: 'EXTENDED',
      versions: [
        { version: '1.33', from: '2026-10-01T00:00:00.000Z', endOfStandardSupport: '2026-07-29T00:00:00.000Z' },
      ],
    });
  });

  it('changes nothing when nothing changed', () => {
    expect(historyAfter(known(), look(FACTS, '2026-11-21T02:15:00.000Z'))).toEqual(known());
  });

  it('has an upgrade from when it was noticed, and keeps the version before', () => {
    const after = historyAfter(known(), look({ ...FACTS, version: '1.34' }));

    expect(after?.versions.map(({ version, from }) => [version, from])).toEqual([
      ['1.33', '2026-10-01T00:00:00.000Z'],
      ['1.34', '2026-11-20T02:15:00.000Z'],
    ]);
  });

  it('takes the dates of support that EKS has now, and keeps those of versions that it no longer lists', () => {
    const moved = new Map([['1.34', '2027-01-01T00:00:00.000Z']]);

    expect(historyAfter(known(), { ...look(FACTS), supportDates: moved })?.versions[0]?.endOfStandardSupport).toBe(
      '2026-07-29T00:00:00.000Z',
    );
    expect(() => historyAfter(undefined, { ...look(FACTS), supportDates: moved })).toThrow(
      'standard support of Kubernetes 1.33',
    );
  });

  it('ends when the cluster is first missed, and does not end later each day', () => {
    const gone = historyAfter(known(), look(undefined));

    expect(gone?.deletedAt).toBe('2026-11-20T02:15:00.000Z');
    expect(historyAfter(gone, look(undefined, '2026-11-21T02:15:00.000Z'))?.deletedAt).toBe('2026-11-20T02:15:00.000Z');
  });

  it('begins anew with a cluster of the same name that was made later', () => {
    const gone = historyAfter(known(), look(undefined));
    const again = historyAfter(gone, look({ ...FACTS, createdAt: '2026-11-21T00:00:00.000Z' }));

    expect(again).toMatchObject({ createdAt: '2026-11-21T00:00:00.000Z', deletedAt: null });
    expect(again?.versions).toHaveLength(1);
  });

  it('is nothing of what EKS does not know and nobody remembers', () => {
    expect(historyAfter(undefined, look(undefined))).toBeUndefined();
  });
});
