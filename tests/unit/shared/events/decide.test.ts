import { describe, expect, it } from '@jest/globals';
import { decide } from '../../../../shared/events/decide.ts';
import type { DecisionFacts } from '../../../../shared/events/decision.ts';
import {
  ACCOUNT,
  aHealthEvent,
  aSpotWarning,
  aStateChange,
  decisionOn,
  NOW_MS,
  parsed,
  REGION,
  someFacts,
} from '../../../support/events.ts';

const ONE = 'i-0f3a9c1d2b4e5f607';
const TWO = 'i-0b17c2d3e4f5a6b78';
const THREE = 'i-09d8c7b6a5f4e3d21';

/** Each delivery in short: cluster, delay, decision and copy. */
function routes(body: string, facts: DecisionFacts) {
  return decisionOn(body, facts).deliveries.map(({ cluster, delaySeconds, attributes }) =>
    [cluster, delaySeconds, attributes['joinery-decision'], attributes['joinery-copy']].join(' '),
  );
}

const at = (ageSeconds: number) => new Date(NOW_MS - ageSeconds * 1000).toISOString();
const outcome = (body: string, facts = someFacts({ [ONE]: 'a' })) => {
  const { action, reason } = decisionOn(body, facts);
  return `${action} ${reason}`;
};

describe('an event whose owner is known', () => {
  it('goes to the queue of that cluster alone, at once and as it is', () => {
    const body = aSpotWarning();

    const decision = decisionOn(body, someFacts({ [ONE]: 'b' }));

    expect(decision).toMatchObject({ action: 'forward', reason: 'owner-known', instanceIds: [ONE] });
    expect(decision.deliveries).toEqual([
      {
        cluster: 'b',
        queueUrl: `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/joinery-b`,
        delaySeconds: 0,
        attributes: {
          'joinery-kind': 'spot-interruption',
          'joinery-decision': 'forward',
          'joinery-reason': 'owner-known',
          'joinery-copy': 'first',
          'joinery-event-id': '5d0c7a1e-3b7f-4f0e-9f2b-1a2b3c4d5e01',
        },
        body,
      },
    ]);
  });

  it.each([
    [89, ['a 0 forward first', 'a 20 forward second']],
    [90, ['a 0 forward first']],
    [-5, ['a 0 forward first', 'a 20 forward second']],
  ])('is sent twice when the instance is young: at %i s', (ageSeconds, expected) => {
    const facts = someFacts({ [ONE]: { cluster: 'a', launchedMs: NOW_MS - ageSeconds * 1000 } });

    expect(routes(aSpotWarning(), facts)).toEqual(expected);
  });

  it('is sent twice when nobody knows how old the instance is', () => {
    const facts = someFacts({ [ONE]: { cluster: 'a', launchedMs: null } });

    expect(routes(aSpotWarning(), facts)).toHaveLength(2);
  });

  it('waits ten seconds and is sent once when it is bulk, however young the instance', () => {
    const facts = someFacts({ [ONE]: { cluster: 'a', launchedMs: NOW_MS } });

    expect(routes(aStateChange('terminated'), facts)).toEqual(['a 10 forward first']);
  });

  it('is dropped when the owner is nobody, or a cluster that is not registered', () => {
    expect(outcome(aSpotWarning(), someFacts({ [ONE]: null }))).toBe('drop not-ours');
    expect(outcome(aSpotWarning(), someFacts({ [ONE]: 'stranger' }))).toBe('drop not-ours');
  });

  it('is not given to a cluster of the same name in another account or Region', () => {
    const queues = [
      { cluster: 'a', accountId: '444455556666', region: REGION, queueUrl: 'https://other-account' },
      { cluster: 'a', accountId: ACCOUNT, region: 'us-east-1', queueUrl: 'https://other-region' },
    ];

    expect(outcome(aSpotWarning(), someFacts({ [ONE]: 'a' }, { queues }))).toBe('drop not-ours');
  });
});

describe('an event whose owner is unknown', () => {
  it('goes to every queue of its account and Region, twice when it is urgent', () => {
    const { queues } = someFacts();
    const elsewhere = { cluster: 'd', accountId: '444455556666', region: REGION, queueUrl: 'https://elsewhere' };
    const twice = queues[0] ? [queues[0]] : [];
    const facts = someFacts({}, { queues: [...queues, elsewhere, ...twice] });

    expect(routes(aSpotWarning(), facts)).toEqual(
      ['a', 'b', 'c'].flatMap((cluster) => [`${cluster} 0 broadcast first`, `${cluster} 20 broadcast second`]),
    );
    expect(routes(aStateChange('stopped'), facts)).toEqual(['a', 'b', 'c'].map((name) => `${name} 10 broadcast first`));
  });

  it('says whether the lookup answered', () => {
    expect(outcome(aSpotWarning(), someFacts())).toBe('broadcast owner-unknown');
    expect(outcome(aSpotWarning(), someFacts({}, { lookupAnswered: false }))).toBe('broadcast lookup-failed');
  });
});

describe('an event of several instances', () => {
  it('is sent once to each owner, however many of them each owns', () => {
    const body = aHealthEvent([ONE, TWO, THREE, ONE]);
    const facts = someFacts({ [ONE]: 'c', [TWO]: 'a', [THREE]: 'c' });

    expect(routes(body, facts)).toEqual(['a 0 forward first', 'c 0 forward first']);
    expect(decisionOn(body, facts).instanceIds).toEqual([ONE, TWO, THREE]);
  });

  it('is forwarded to the known owners and broadcast to the others where one is unknown, no queue getting it twice', () => {
    const facts = someFacts({ [ONE]: 'b', [TWO]: null });

    const decision = decisionOn(aHealthEvent([ONE, TWO, THREE]), facts);

    expect(decision).toMatchObject({ action: 'broadcast', reason: 'owner-unknown' });
    expect(routes(aHealthEvent([ONE, TWO, THREE]), facts)).toEqual([
      'b 0 forward first',
      'b 20 forward second',
      'a 0 broadcast first',
      'a 20 broadcast second',
      'c 0 broadcast first',
      'c 20 broadcast second',
    ]);
  });

  it('is sent twice to an owner of which any instance is young, wherever that one stands', () => {
    const young = { cluster: 'a', launchedMs: NOW_MS };

    for (const body of [aHealthEvent([ONE, TWO]), aHealthEvent([TWO, ONE])]) {
      expect(routes(body, someFacts({ [ONE]: young, [TWO]: 'a' }))).toEqual([
        'a 0 forward first',
        'a 20 forward second',
      ]);
    }
  });

  it('leaves out the instances of nobody', () => {
    expect(routes(aHealthEvent([ONE, TWO]), someFacts({ [ONE]: 'a', [TWO]: null }))).toEqual(['a 0 forward first']);
    expect(outcome(aHealthEvent([ONE, TWO]), someFacts({ [ONE]: null, [TWO]: null }))).toBe('drop not-ours');
  });
});

describe('an event of another place', () => {
  it.each([
    ['region', { region: 'eu-central-1' }],
    ['account', { account: '444455556666' }],
  ])('is dropped with reason %s', (reason, envelope) => {
    expect(outcome(aSpotWarning(envelope))).toBe(`drop ${reason}`);
  });

  it.each([
    ['drop region', { eventRegion: 'eu-central-1' }, {}],
    ['drop account', { affectedAccount: '444455556666' }, {}],
    ['drop account', {}, { account: '444455556666' }],
    ['forward owner-known', { affectedAccount: undefined, eventRegion: undefined }, {}],
  ])('is judged by what a Health event is about: %s', (expected, detail, envelope) => {
    expect(outcome(aHealthEvent([ONE], detail, envelope))).toBe(expected);
  });
});

describe('the age of an event', () => {
  const spotOf = (ageSeconds: number) => aSpotWarning({ time: at(ageSeconds) });
  const rebalanceOf = (ageSeconds: number) =>
    aSpotWarning({ time: at(ageSeconds), 'detail-type': 'EC2 Instance Rebalance Recommendation' });
  const reservationOf = (ageSeconds: number) =>
    aSpotWarning({ time: at(ageSeconds), 'detail-type': 'EC2 Capacity Reservation Instance Interruption Warning' });
  const stopOf = (ageSeconds: number) => aStateChange('stopped', { time: at(ageSeconds) });
  const canaryOf = (ageSeconds: number) =>
    aSpotWarning({ time: at(ageSeconds), source: 'joinery.canary', 'detail-type': 'Joinery Canary' });

  it.each([
    ['spot', 10, spotOf],
    ['capacity reservation', 10, reservationOf],
    ['canary', 10, canaryOf],
    ['state change', 15, stopOf],
    ['rebalance', 30, rebalanceOf],
  ])('makes a %s event stale after %i minutes', (_, minutes, body) => {
    expect(outcome(body(minutes * 60))).not.toBe('drop stale');
    expect(outcome(body(minutes * 60 + 1))).toBe('drop stale');
  });

  it('matters neither to Health events nor where there is no time', () => {
    expect(outcome(aHealthEvent([ONE], {}, { time: '2020-01-01T00:00:00Z' }))).toBe('forward owner-known');
    for (const time of [undefined, null, '0001-01-01T00:00:00Z', '1970-01-01T00:00:00Z']) {
      expect(outcome(aSpotWarning({ time }))).toBe('forward owner-known');
      expect(decisionOn(aSpotWarning({ time })).deadline).toBeNull();
    }
  });

  it('may be below zero, since clocks differ', () => {
    expect(outcome(spotOf(-3600))).toBe('forward owner-known');
  });
});

describe('the deadline', () => {
  it.each([
    ['2026-11-21T09:16:07.000Z', aSpotWarning()],
    ['2026-11-21T09:16:07.000Z', aSpotWarning({}, { 'instance-action': 'stop' })],
    ['2026-11-21T09:16:07.000Z', aSpotWarning({ time: '2026-11-21T10:14:07+01:00' })],
    [null, aSpotWarning({}, { 'instance-action': 'hibernate' })],
    [null, aStateChange('terminated')],
    [null, aHealthEvent([ONE])],
  ])('is %s', (deadline, body) => {
    expect(decide(parsed(body), someFacts({ [ONE]: 'a' })).deadline).toBe(deadline);
  });
});

describe('a canary', () => {
  const canary = (detail: Record<string, unknown>) =>
    aSpotWarning(
      { source: 'joinery.canary', 'detail-type': 'Joinery Canary' },
      { 'instance-id': undefined, 'instance-action': undefined, ...detail },
    );

  it('goes to the cluster that it names, or to all of them, once', () => {
    expect(routes(canary({ cluster: 'b' }), someFacts())).toEqual(['b 0 forward first']);
    expect(routes(canary({}), someFacts())).toEqual(['a', 'b', 'c'].map((name) => `${name} 0 broadcast first`));
  });

  it('is dropped when its cluster is not registered, and is poison when that is no name', () => {
    expect(outcome(canary({ cluster: 'stranger' }))).toBe('drop not-ours');
    expect(outcome(canary({ cluster: '../b' }))).toBe('quarantine detail');
    expect(outcome(canary({ cluster: 7 }))).toBe('quarantine detail');
  });
});
