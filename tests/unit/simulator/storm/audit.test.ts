import { describe, expect, it } from '@jest/globals';
import { Audit } from '../../../../simulator/storm/audit.ts';
import type { Truth } from '../../../../simulator/storm/truth.ts';

const AT = Date.parse('2026-11-21T09:00:00Z');
const aTruth = (more: Partial<Truth> = {}): Truth => ({
  owners: ['one'],
  mayBeDropped: [],
  mayBeQuarantined: [],
  emittedMs: AT,
  bornMs: AT,
  staleAfterSeconds: 600,
  noticeSeconds: 120,
  ...more,
});
const arrival = (cluster: string, more: { decision?: string; copy?: string; afterSeconds?: number } = {}) => ({
  cluster,
  atMs: AT + (more.afterSeconds ?? 1) * 1000,
  decision: more.decision ?? 'forward',
  copy: more.copy ?? 'first',
});

function audited(truths: Record<string, Truth>, see: (audit: Audit) => void) {
  const audit = new Audit((key) => truths[key]);
  for (const key of Object.keys(truths)) audit.accepted(key);
  see(audit);
  return { ...audit.close(), leadTimes: audit.leadTimesLeft() };
}

describe('the audit of a storm', () => {
  it('puts every accepted event into exactly one account', () => {
    const { conservation, findings } = audited(
      {
        delivered: aTruth(),
        everywhere: aTruth(),
        foreign: aTruth({ owners: [], mayBeDropped: ['not-ours'] }),
        poison: aTruth({ owners: [], mayBeQuarantined: ['not-json'] }),
        waiting: aTruth(),
        gone: aTruth(),
      },
      (audit) => {
        audit.arrived('delivered', arrival('one'));
        audit.arrived('everywhere', arrival('one', { decision: 'broadcast' }));
        audit.arrived('everywhere', arrival('two', { decision: 'broadcast' }));
        audit.dropped('foreign', 'not-ours', AT);
        audit.deadLettered('poison', 'not-json', AT);
        audit.inFlight('waiting');
      },
    );

    expect(conservation).toEqual({
      accepted: 6,
      delivered: 1,
      broadcast: 1,
      dropped: { 'not-ours': 1 },
      deadLettered: 1,
      inFlight: 1,
      lost: 1,
      misrouted: 0,
      deliveries: 3,
      duplicates: 0,
    });
    expect(findings).toEqual([{ key: 'gone', why: 'it never reached one' }]);
  });

  it('counts an event as lost that reached one of its two owners, or was dropped or quarantined without cause', () => {
    const { conservation, findings } = audited(
      {
        half: aTruth({ owners: ['one', 'two'] }),
        fresh: aTruth(),
        healthy: aTruth(),
        late: aTruth(),
      },
      (audit) => {
        audit.arrived('half', arrival('one'));
        audit.dropped('fresh', 'stale', AT + 599_000);
        audit.deadLettered('healthy', 'detail', AT);
        audit.dropped('late', 'stale', AT + 601_000);
      },
    );

    expect(conservation).toMatchObject({ delivered: 0, lost: 3, dropped: { stale: 1 } });
    expect(findings.map(({ key }) => key)).toEqual(['half', 'fresh', 'healthy']);
  });

  it('tells duplicates from second copies, and what was misrouted from a broadcast', () => {
    const { conservation } = audited({ event: aTruth() }, (audit) => {
      audit.arrived('event', arrival('one'));
      audit.arrived('event', arrival('one', { copy: 'second' }));
      audit.arrived('event', arrival('one'));
      audit.arrived('event', arrival('two'));
      audit.arrived('event', arrival('three', { decision: 'broadcast' }));
    });

    expect(conservation).toMatchObject({ deliveries: 5, duplicates: 1, misrouted: 1, lost: 0 });
  });

  it('finds a message that nobody emitted', () => {
    const { findings } = audited({}, (audit) => audit.arrived('invented', arrival('one')));

    expect(findings).toEqual([{ key: 'invented', why: 'nobody emitted it' }]);
  });

  it('measures how much of the notice was left at the first arrival', () => {
    const { leadTimes } = audited(
      { first: aTruth(), second: aTruth(), bulk: aTruth({ noticeSeconds: null }) },
      (audit) => {
        audit.arrived('first', arrival('one', { afterSeconds: 2 }));
        audit.arrived('first', arrival('one', { copy: 'second', afterSeconds: 22 }));
        audit.arrived('second', arrival('one', { afterSeconds: 0.5 }));
        audit.arrived('bulk', arrival('one'));
      },
    );

    expect(leadTimes).toEqual([118, 119.5]);
  });
});
