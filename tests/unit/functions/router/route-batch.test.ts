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

describe('a batch whose owners are known', () => {
  it('goes to the owners, byte for byte, and is acknowledged with an empty list', async () => {
    const world = new RouterWorld();
    world.owns('banking', 1, 2);
    world.owns('trading', 3);
    const bodies = [1, 2, 3].map((number) => aSpotWarning({ id: `e${number}`, instanceId: instance(number) }));

    expect(await world.route(batchOf(bodies))).toEqual({ batchItemFailures: [] });

    expect(world.sentTo('banking').map(({ body }) => body)).toEqual(bodies.slice(0, 2));
    expect(world.sentTo('trading').map(({ body }) => body)).toEqual(bodies.slice(2));
    expect(world.calls).toEqual(['ledger 3', 'registry', 'send 2', 'send 1']);
  });

  it('asks the ledger once for each instance in the life of a container', async () => {
    const world = new RouterWorld();
    world.owns('banking', 1);

    await world.route(batchOf([aSpotWarning({ id: 'a' }), aSpotWarning({ id: 'b' })]));
    await world.route(batchOf([aSpotWarning({ id: 'c' })]));

    expect(world.calls.filter((call) => call.startsWith('ledger'))).toEqual(['ledger 1']);
    expect(world.sentTo('banking')).toHaveLength(3);
  });

  it('asks nobody about events that are dropped whoever owns the instance', async () => {
    const world = new RouterWorld();

    const failed = await world.failedIn(
      batchOf([aSpotWarning({ at: '2026-11-21T08:00:00Z' }), aStateChange({ more: { state: 'running' } })]),
    );

    expect(failed).toEqual([]);
    expect(world.calls).not.toContain('ledger 1');
    expect(world.sent).toEqual([]);
    expect(world.metric('DroppedEvents').map(({ dimensions }) => dimensions)).toEqual([
      { Reason: 'stale' },
      { Reason: 'state' },
    ]);
  });

  it('sends no more than ten messages or a mebibyte in one call', async () => {
    const world = new RouterWorld();
    world.owns('banking', 1);
    const large = aSpotWarning({ more: { padding: 'x'.repeat(200_000) } });

    await world.route(batchOf(Array.from({ length: 10 }, () => large)));

    expect(world.sentTo('banking')).toHaveLength(10);
    expect(world.calls.filter((call) => call.startsWith('send'))).toEqual(['send 5', 'send 5']);
  });
});

describe('the lookup', () => {
  it('asks EC2 about what the ledger lacks, and keeps the answer after the sending', async () => {
    const world = new RouterWorld();
    world.owns('banking', 1);
    world.ec2 = new Map([
      [instance(2), { cluster: 'trading', launchedMs: NOW - 600_000 }],
      [instance(3), { cluster: null, launchedMs: null }],
    ]);
    const bodies = [1, 2, 3].map((number) => aSpotWarning({ id: `e${number}`, instanceId: instance(number) }));

    expect(await world.failedIn(batchOf(bodies))).toEqual([]);

    expect(world.calls).toEqual(['ledger 3', 'registry', 'ec2 2', 'send 1', 'send 1']);
    expect(world.sentTo('trading')).toHaveLength(1);
    expect(world.metric('DroppedEvents')).toEqual([{ value: 1, dimensions: { Reason: 'not-ours' } }]);
    expect(world.saved).toEqual([instance(2), instance(3)]);
  });

  it('broadcasts an urgent event at once when ledger and EC2 fail, with a second copy', async () => {
    const world = new RouterWorld();
    world.ledger = anError('InternalServerError');
    world.ec2 = anError('RequestLimitExceeded');

    expect(await world.failedIn(batchOf([aSpotWarning()]))).toEqual([]);

    for (const cluster of ['banking', 'trading'])
      expect(world.sentTo(cluster).map(({ delaySeconds }) => delaySeconds)).toEqual([0, 20]);
    expect(world.metric('BroadcastFallback')).toEqual([{ value: 1, dimensions: { Function: 'router' } }]);
    expect(world.metric('LookupFailures')).toHaveLength(1);
  });

  it('leaves a bulk event in its queue when the lookup fails, and broadcasts it at the last receive', async () => {
    const world = new RouterWorld();
    world.ledger = anError('InternalServerError');
    world.ec2 = anError('RequestLimitExceeded');

    expect(await world.failedIn(batchOf([aStateChange()], { queue: 'bulk', receives: 19 }))).toEqual(['m0']);
    expect(world.sent).toEqual([]);
    expect(world.hidden).toEqual([]);
    expect(await world.failedIn(batchOf([aStateChange()], { queue: 'bulk', receives: 20 }))).toEqual([]);
    expect(world.sent.map(({ delaySeconds }) => delaySeconds)).toEqual([10, 10]);
  });

  it('stops asking EC2 after its allowance, after two failures, and asks again later', async () => {
    const world = new RouterWorld();
    world.ec2 = anError('RequestLimitExceeded');
    const asked = () => world.calls.filter((call) => call.startsWith('ec2')).length;
    const event = (number: number) => batchOf([aSpotWarning({ id: `e${number}`, instanceId: instance(number) })]);

    for (let number = 1; number <= 20; number += 1) await world.route(event(number));
    expect(asked()).toBe(2);
    world.nowMs += 29_000;
    await world.route(event(21));
    expect(asked()).toBe(2);
    world.nowMs += 2_000;
    await world.route(event(22));
    await world.route(event(23));
    expect(asked()).toBe(3);
    world.nowMs += 31_000;
    world.ec2 = new Map([[instance(24), { cluster: 'banking', launchedMs: 0 }]]);
    await world.route(event(24));

    expect(asked()).toBe(4);
    expect(world.sentTo('trading').some(({ body }) => body.includes(instance(24)))).toBe(false);
    expect(world.sentTo('trading')).toHaveLength(46);
  });
});

describe('the list of queues', () => {
  it('comes from a listing by name in a cold container while DynamoDB is away', async () => {
    const world = new RouterWorld();
    world.clusters = ['banking', 'Under_Score'];
    world.ledger = anError('InternalServerError');
    world.registry = anError('InternalServerError');
    world.ec2 = new Map([[instance(1), { cluster: 'Under_Score', launchedMs: 0 }]]);

    const known = await world.failedIn(batchOf([aSpotWarning()]));
    world.ec2 = anError('Unavailable');
    const unknown = await world.failedIn(batchOf([aSpotWarning({ id: 'e2', instanceId: instance(2) })]));

    expect([known, unknown]).toEqual([[], []]);
    expect(world.sentTo('Under_Score')).toHaveLength(3);
    expect(world.sentTo('banking')).toHaveLength(2);
  });

  it('takes no queue for a cluster that only looks like one', async () => {
    const world = new RouterWorld();
    world.registry = anError('InternalServerError');
    world.clusters = ['banking'];
    world.listing = [queueOf('banking').queueUrl.replace('-banking', '-UrgentIngress-1A2B3C')];

    await world.route(batchOf([aSpotWarning()]));

    expect(world.sent).toHaveLength(2);
    expect(world.sentTo('banking')).toHaveLength(2);
  });

  it('keeps an event whose owner has a queue of a foreign name until the registry answers', async () => {
    const world = new RouterWorld();
    world.registry = anError('InternalServerError');
    world.owns('attached', 1);

    expect(await world.failedIn(batchOf([aSpotWarning()]))).toEqual(['m0']);
    world.registry = undefined;
    world.clusters = ['attached'];
    world.nowMs += 6_000;
    expect(await world.failedIn(batchOf([aSpotWarning()], { receives: 2 }))).toEqual([]);

    expect(world.sentTo('attached')).toHaveLength(1);
  });

  it('of the registry is believed: what belongs to a cluster that is not there is dropped', async () => {
    const world = new RouterWorld();
    world.owns('elsewhere', 1);

    expect(await world.failedIn(batchOf([aSpotWarning()]))).toEqual([]);

    expect(world.sent).toEqual([]);
    expect(world.metric('DroppedEvents')).toEqual([{ value: 1, dimensions: { Reason: 'not-ours' } }]);
  });

  it('finds a cluster that was registered after the last reading', async () => {
    const world = new RouterWorld();
    world.owns('banking', 1);
    world.owns('new', 2);
    await world.route(batchOf([aSpotWarning()]));
    world.clusters = ['banking', 'new'];
    world.nowMs += 6_000;

    expect(await world.failedIn(batchOf([aSpotWarning({ id: 'e2', instanceId: instance(2) })]))).toEqual([]);

    expect(world.sentTo('new')).toHaveLength(1);
  });

  it('is read again each minute after the sending, and kept when that fails', async () => {
    const world = new RouterWorld();
    world.owns('banking', 1);
    await world.route(batchOf([aSpotWarning()]));
    world.nowMs += 61_000;
    world.registry = anError('InternalServerError');
    world.calls.length = 0;

    expect(await world.failedIn(batchOf([aSpotWarning({ id: 'e2' })]))).toEqual([]);

    expect(world.calls).toEqual(['send 1', 'registry']);
    expect(world.sentTo('banking')).toHaveLength(2);
  });

  it('is waited for when nobody gives one: urgent events come again soon, bulk ones later', async () => {
    const world = new RouterWorld();
    world.registry = anError('InternalServerError');
    world.listing = anError('Unavailable');

    const urgent = await world.failedIn(batchOf([aSpotWarning()]));
    const bulk = await world.failedIn(batchOf([aStateChange()], { queue: 'bulk' }));

    expect([urgent, bulk]).toEqual([['m0'], ['m0']]);
    expect(world.hidden).toEqual([{ receiptHandle: 'handle-0', seconds: 2 }]);
  });
});

describe('what is kept of a batch', () => {
  it('is one row for each owner, with the times and the lead time', async () => {
    const world = new RouterWorld();
    world.owns('banking', 1);

    await world.route(batchOf([aSpotWarning()]));

    expect(world.records).toEqual([
      {
        eventId: 'spot-1',
        cluster: 'banking',
        kind: 'spot-interruption',
        reason: 'owner-known',
        instanceIds: [instance(1)],
        emittedMs: NOW - 3_000,
        receivedMs: NOW - 500,
        handedOverMs: NOW,
        leadTimeLeftSeconds: 117,
      },
    ]);
  });

  it('is one row for a broadcast', async () => {
    const world = new RouterWorld();

    await world.route(batchOf([aSpotWarning()]));

    expect(world.records.map(({ cluster }) => cluster)).toEqual(['*']);
  });

  it('counts an event once that comes twice, and forwards it twice', async () => {
    const world = new RouterWorld();
    world.owns('banking', 1);

    await world.route(batchOf([aSpotWarning(), aSpotWarning()]));
    await world.route(batchOf([aSpotWarning()]));

    expect(world.sentTo('banking')).toHaveLength(3);
    expect(world.metric('RoutedEvents')).toEqual([
      { value: 1, dimensions: { Kind: 'spot-interruption', Action: 'forward' } },
    ]);
  });

  it('measures hibernation apart, and clamps what clocks make negative', async () => {
    const world = new RouterWorld();
    world.owns('banking', 1);
    world.nowMs = NOW - 60_000;

    await world.route(batchOf([aSpotWarning({ more: { 'instance-action': 'hibernate' } })]));

    expect(world.metric('RouteLatency')).toEqual([{ value: 0, dimensions: { Kind: 'spot-hibernation' } }]);
    expect(world.metric('IngressLatency')[0]?.value).toBe(0);
    expect(world.metric('LeadTimeLeft')).toEqual([]);
  });

  it('fails no item when it cannot be kept', async () => {
    const world = new RouterWorld();
    world.owns('banking', 1);
    world.onRecord = () => {
      throw anError('InternalServerError');
    };

    expect(await world.failedIn(batchOf([aSpotWarning()]))).toEqual([]);

    expect(world.metric('RecordFailures')).toEqual([{ value: 1, dimensions: { Function: 'router' } }]);
    expect(JSON.parse(world.lines[0] ?? '')).toMatchObject({ faults: [expect.stringContaining('recording')] });
  });

  it('names what was dropped by event id and reason', async () => {
    const world = new RouterWorld();

    await world.route(batchOf([aStateChange({ more: { state: 'pending' } }), '{}']));

    expect(JSON.parse(world.lines[0] ?? '')).toMatchObject({
      dropped: [['m0', 'state-1', 'state']],
      quarantined: [['m1', '', 'not-an-event']],
    });
  });
});
