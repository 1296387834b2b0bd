import { describe, expect, it } from '@jest/globals';
import {
  anError,
  aSpotWarning,
  aStateChange,
  batchOf,
  instance,
  NOW,
  queueOf,
  RouterWorld,
} from '../../../support/fakes/router-world.ts';

const TEN = Array.from({ length: 10 }, (_, index) => aSpotWarning({ id: `e${index}`, instanceId: instance(index) }));

function worldOfTen(): RouterWorld {
  const world = new RouterWorld();
  for (let index = 0; index < 10; index += 1) world.owns(index % 2 === 0 ? 'banking' : 'trading', index);
  return world;
}

describe('a send that fails', () => {
  it('is reported for exactly the items that it strikes, for every subset of a batch of ten', async () => {
    for (let subset = 0; subset < 1024; subset += 1) {
      const world = worldOfTen();
      const struck = (index: number) => (subset & (1 << index)) !== 0;
      world.onSend = ({ body }) => (struck(TEN.indexOf(body)) ? 'InternalError' : undefined);

      const failed = await world.failedIn(batchOf(TEN));

      const expected = TEN.flatMap((_, index) => (struck(index) ? [`m${index}`] : []));
      expect(failed).toEqual(expected);
      expect(world.sent.map(({ body }) => TEN.indexOf(body)).sort((a, b) => a - b)).toEqual(
        TEN.flatMap((_, index) => (struck(index) ? [] : [index])),
      );
      expect(world.hidden.map(({ receiptHandle }) => receiptHandle)).toEqual(
        expected.map((id) => id.replace('m', 'handle-')),
      );
    }
  });

  it('brings the item back when it strikes one of several clusters', async () => {
    const world = new RouterWorld();
    world.onSend = ({ queueUrl }) => (queueUrl === queueOf('trading').queueUrl ? 'InternalError' : undefined);

    expect(await world.failedIn(batchOf([aSpotWarning()]))).toEqual(['m0']);

    expect(world.sentTo('banking')).toHaveLength(2);
    expect(world.hidden).toHaveLength(1);
  });

  it('is tried three times at once before the item goes back', async () => {
    const world = new RouterWorld();
    world.owns('banking', 1);
    let left = 2;
    world.onSend = () => {
      left -= 1;
      if (left >= 0) throw anError('ServiceUnavailable');
      return undefined;
    };

    expect(await world.failedIn(batchOf([aSpotWarning()]))).toEqual([]);

    expect(world.sentTo('banking')).toHaveLength(1);
    expect(world.nowMs - NOW).toBe(200);
  });

  it('is not tried again when the time of the invocation does not allow it', async () => {
    const world = new RouterWorld();
    world.owns('banking', 1);
    let attempts = 0;
    world.onSend = () => {
      attempts += 1;
      world.nowMs += 1_500;
      throw anError('TimedOut');
    };

    await world.route(batchOf([aSpotWarning()]));

    expect(attempts).toBe(2);
    expect(world.nowMs - NOW).toBeLessThan(4_000);
  });

  it.each([
    [1, 2],
    [3, 6],
    [5, 10],
    [19, 10],
  ])('brings an urgent item back at receive %i after %i s', async (receives, seconds) => {
    const world = new RouterWorld();
    world.owns('banking', 1);
    world.onSend = () => 'InternalError';

    await world.route(batchOf([aSpotWarning()], { receives }));

    expect(world.hidden).toEqual([{ receiptHandle: 'handle-0', seconds }]);
  });

  it.each([
    [1, [2]],
    [4, [16]],
    [5, []],
    [20, []],
  ])('brings a bulk item back at receive %i after %j s, or with the visibility timeout', async (receives, seconds) => {
    const world = new RouterWorld();
    world.owns('banking', 1);
    world.onSend = () => 'InternalError';

    expect(await world.failedIn(batchOf([aStateChange()], { queue: 'bulk', receives }))).toEqual(['m0']);

    expect(world.hidden.map((hidden) => hidden.seconds)).toEqual(seconds);
    expect(world.deadLetters).toEqual([]);
  });

  it('is tried until the deadline, and then ends in the dead-letter queue as too late', async () => {
    const world = new RouterWorld();
    world.owns('banking', 1);
    world.onSend = ({ queueUrl }) => (queueUrl === queueOf('banking').queueUrl ? 'InternalError' : undefined);
    world.nowMs = NOW + 113_000;

    expect(await world.failedIn(batchOf([aSpotWarning()], { receives: 9 }))).toEqual(['m0']);
    expect(world.hidden).toEqual([{ receiptHandle: 'handle-0', seconds: 3 }]);
    expect(world.deadLetters).toEqual([]);
    world.nowMs = NOW + 117_000;
    expect(await world.failedIn(batchOf([aSpotWarning()], { receives: 10 }))).toEqual(['m0']);

    expect(world.deadLetters).toMatchObject([
      {
        body: aSpotWarning(),
        attributes: {
          'joinery-reason': 'too-late',
          'joinery-source-message-id': 'm0',
          'joinery-detail': expect.stringContaining('10 receives'),
        },
      },
    ]);
    expect(world.removed).toEqual(['handle-0']);
  });

  it('stays reported when its item cannot be brought back sooner', async () => {
    const world = new RouterWorld();
    world.owns('banking', 1);
    world.onSend = () => 'InternalError';
    world.onHide = () => {
      throw anError('InternalError');
    };

    expect(await world.failedIn(batchOf([aSpotWarning()]))).toEqual(['m0']);
  });
});

describe('a queue that is gone', () => {
  it.each(['QueueDoesNotExist', 'AccessDenied'])(
    'takes its own events to the dead-letter queue alone: %s',
    async (code) => {
      const world = worldOfTen();
      world.onSend = ({ queueUrl }) => {
        if (queueUrl === queueOf('trading').queueUrl) throw anError(code);
        return undefined;
      };

      const failed = await world.failedIn(batchOf(TEN));

      expect(failed).toEqual(['m1', 'm3', 'm5', 'm7', 'm9']);
      expect(world.sentTo('banking')).toHaveLength(5);
      expect(world.calls.filter((call) => call.startsWith('send'))).toEqual(['send 5', 'send 5', 'send 5']);
      expect(world.deadLetters.map(({ body }) => body)).toEqual(TEN.filter((_, index) => index % 2 === 1));
      expect(world.deadLetters[0]?.attributes).toMatchObject({
        'joinery-reason': 'queue-gone',
        'joinery-detail': `refused by the queue of trading (${code})`,
      });
      expect(world.metric('QuarantinedEvents')).toEqual([{ value: 5, dimensions: { Reason: 'queue-gone' } }]);
      expect(world.hidden).toEqual([]);
    },
  );

  it('keeps a broadcast from no other cluster, and the event is kept as well', async () => {
    const world = new RouterWorld();
    world.onSend = ({ queueUrl }) => (queueUrl === queueOf('trading').queueUrl ? 'QueueDoesNotExist' : undefined);

    await world.route(batchOf([aSpotWarning()]));

    expect(world.sentTo('banking')).toHaveLength(2);
    expect(world.deadLetters).toHaveLength(1);
  });
});

describe('the dead-letter queue', () => {
  it('that does not answer keeps the poison where it is, and is tried again', async () => {
    const world = new RouterWorld();
    world.onSend = () => 'InternalError';

    expect(await world.failedIn(batchOf(['not json']))).toEqual(['m0']);

    expect(world.removed).toEqual([]);
    expect(world.metric('QuarantinedEvents')).toEqual([]);
    expect(JSON.parse(world.lines[0] ?? '')).toMatchObject({ postponed: [['m0', '', 'dead-letter-failed']] });
  });

  it('gets a body that leaves no room for words without them', async () => {
    const world = new RouterWorld();
    const body = 'x'.repeat(1_048_576 - 60);

    expect(await world.failedIn(batchOf([body]))).toEqual(['m0']);

    expect(world.deadLetters).toMatchObject([{ body, attributes: { 'joinery-reason': 'too-large' } }]);
  });
});
