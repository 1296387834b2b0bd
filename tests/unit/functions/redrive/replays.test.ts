import { describe, expect, it } from '@jest/globals';
import { releaseAgain } from '../../../../functions/redrive/release-again.ts';
import { replayEvents } from '../../../../functions/redrive/replay-events.ts';
import { FLEET_KEPT_MS, NOTICE_KEPT_MS, sendBack } from '../../../../functions/redrive/send-back.ts';
import type { Letter } from '../../../../shared/aws/letters.ts';
import {
  anError,
  aSpotWarning,
  aStateChange,
  instance,
  NOW,
  queueOf,
  RouterWorld,
} from '../../../support/fakes/router-world.ts';

const lettersOf = (bodies: readonly string[], sentMs: number | undefined = NOW - 60_000): Letter[] =>
  bodies.map((body, index) => ({ messageId: `m${index}`, receiptHandle: `h${index}`, body, sentMs }));
const FOR_REAL = { dryRun: false };
const DRY = { dryRun: true };
const at = (secondsAgo: number) => new Date(NOW - secondsAgo * 1000).toISOString().replace('.000Z', 'Z');

describe('events of the interruption path', () => {
  const replayIn = (world: RouterWorld) => replayEvents({ ...world.deps, warn: () => undefined });

  it('go by the decision of the router: to the owner, dropped, or left where they are', async () => {
    const world = new RouterWorld();
    world.owns('banking', 1);
    world.owns(null, 2);
    const letters = lettersOf([
      aSpotWarning({ id: 'fresh', at: at(90) }),
      aSpotWarning({ id: 'stale', at: at(601) }),
      aSpotWarning({ id: 'other', instanceId: instance(2), at: at(90) }),
      aStateChange({ id: 'old-state', at: at(16 * 60) }),
      '{',
    ]);

    const fates = await replayIn(world)(letters, FOR_REAL);

    expect(fates).toEqual([
      { state: 'redriven' },
      { state: 'dropped', reason: 'stale' },
      { state: 'dropped', reason: 'not-ours' },
      { state: 'dropped', reason: 'stale' },
      { state: 'kept', reason: 'not-json' },
    ]);
    expect(world.sent.map(({ queueUrl, attributes }) => [queueUrl, attributes['joinery-event-id']])).toEqual([
      [queueOf('banking').queueUrl, 'fresh'],
    ]);
    expect(world.records).toMatchObject([{ eventId: 'fresh', cluster: 'banking', receivedMs: NOW - 60_000 }]);
    expect([world.hidden, world.removed, world.lines]).toEqual([[], [], []]);
  });

  it('are judged the same in a dry run, which sends and records nothing', async () => {
    const world = new RouterWorld();
    world.owns('banking', 1);

    const fates = await replayIn(world)(
      lettersOf([aSpotWarning({ at: at(90) }), '{', aSpotWarning({ at: at(900) })]),
      DRY,
    );

    expect(fates.map(({ state }) => state)).toEqual(['redriven', 'kept', 'dropped']);
    expect([world.sent, world.records]).toEqual([[], []]);
  });

  it('stay when the queue does not take them, when it is gone, and when nobody says whose the instance of a bulk event is', async () => {
    const world = new RouterWorld();
    world.owns('banking', 1);
    world.owns('trading', 2);
    world.onSend = ({ queueUrl }) =>
      queueUrl === queueOf('banking').queueUrl ? 'InternalError' : 'AWS.SimpleQueueService.NonExistentQueue';
    const sends = await replayIn(world)(
      lettersOf([aSpotWarning({ at: at(30) }), aSpotWarning({ instanceId: instance(2), at: at(30) })]),
      FOR_REAL,
    );
    const dark = new RouterWorld();
    dark.ledger = anError('ServiceUnavailable');
    dark.ec2 = anError('ServiceUnavailable');
    const lookups = await replayIn(dark)(lettersOf([aStateChange({ at: at(30) })]), FOR_REAL);

    expect(sends).toEqual([
      { state: 'kept', reason: 'send-failed' },
      { state: 'kept', reason: 'queue-gone' },
    ]);
    expect(lookups).toEqual([{ state: 'kept', reason: 'lookup-failed' }]);
  });

  it('are delivered although they could not be recorded', async () => {
    const world = new RouterWorld();
    world.owns('banking', 1);
    world.onRecord = () => {
      throw anError('ThrottlingException');
    };

    expect(await replayIn(world)(lettersOf([aSpotWarning({ at: at(30) })]), FOR_REAL)).toEqual([{ state: 'redriven' }]);
  });
});

describe('messages for a queue of ours', () => {
  it('go back to it as they were, unless they are too old to matter', async () => {
    const world = new RouterWorld();
    const replay = sendBack({ queueUrl: 'notices', olderThanMs: NOTICE_KEPT_MS }, world.deps);
    const letters = [
      ...lettersOf(['old'], NOW - NOTICE_KEPT_MS - 1),
      ...lettersOf(['young'], NOW - NOTICE_KEPT_MS),
      ...lettersOf(['of an unknown age'], undefined),
    ];

    const fates = await replay(letters, FOR_REAL);

    expect(fates).toEqual([{ state: 'dropped', reason: 'too-old' }, { state: 'redriven' }, { state: 'redriven' }]);
    expect(
      world.sent.map(({ queueUrl, body, delaySeconds, attributes }) => [queueUrl, body, delaySeconds, attributes]),
    ).toEqual([
      ['notices', 'young', 0, {}],
      ['notices', 'of an unknown age', 0, {}],
    ]);
  });

  it('stay when it does not take them, and are not sent in a dry run', async () => {
    const world = new RouterWorld();
    world.onSend = () => 'AccessDenied';
    const replay = sendBack({ queueUrl: 'fleet', olderThanMs: FLEET_KEPT_MS }, world.deps);

    expect(await replay(lettersOf(['x']), FOR_REAL)).toEqual([{ state: 'kept', reason: 'AccessDenied' }]);
    expect(await replay(lettersOf(['x']), DRY)).toEqual([{ state: 'redriven' }]);
    expect(world.calls.filter((call) => call.startsWith('send'))).toHaveLength(1);
  });
});

describe('ends of executions', () => {
  const ended = { 'detail-type': 'Step Functions Execution Status Change', detail: { status: 'ABORTED' } };
  const record = { version: '1.0', requestContext: {}, requestPayload: ended };

  it('are handed again to the function that releases leases, from what Lambda kept and from what the rule kept', async () => {
    const invoked: object[] = [];
    const replay = releaseAgain({ invoke: async (event) => void invoked.push(event) });

    const fates = await replay(lettersOf([JSON.stringify(record), JSON.stringify(ended)]), FOR_REAL);

    expect(fates).toEqual([{ state: 'redriven' }, { state: 'redriven' }]);
    expect(invoked).toEqual([ended, ended]);
  });

  it('stay when they are not readable or the function is not reached', async () => {
    const replay = releaseAgain({
      invoke: async () => {
        throw anError('Throttled');
      },
    });

    const fates = await replay(
      lettersOf(['{', '[]', '{"requestPayload": 7}', '{"detail-type": "x", "detail": {}}', JSON.stringify(ended)]),
      FOR_REAL,
    );

    expect(fates.map((fate) => ('reason' in fate ? fate.reason : fate.state))).toEqual([
      'unreadable',
      'unreadable',
      'unreadable',
      'unreadable',
      'Throttled',
    ]);
  });
});
