import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { SQSEvent } from 'aws-lambda';
import {
  ACCOUNT,
  aSpotWarning,
  BULK_URL,
  batchOf,
  instance,
  REGION,
  RouterWorld,
  URGENT_URL,
} from '../../../support/fakes/router-world.ts';
import { ROOT } from '../../../support/source-graph.ts';

const EVENTS = `${ROOT}tests/fixtures/events`;
const read = (path: string) => readFileSync(`${EVENTS}/${path}`, 'utf8');
const entities = (count: number) => Array.from({ length: count }, (_, index) => ({ entityValue: instance(index) }));
const aHealthEvent = (count: number) => {
  const event = JSON.parse(read('health/scheduled-change.instance-retirement.json'));
  Object.assign(event, { region: REGION, account: ACCOUNT });
  Object.assign(event.detail, { eventRegion: REGION, affectedAccount: ACCOUNT, affectedEntities: entities(count) });
  return JSON.stringify(event);
};

const POISON: readonly (readonly [name: string, body: string])[] = [
  ['text', 'not json'],
  ['nothing', ''],
  ['a megabyte', aSpotWarning({ more: { padding: 'x'.repeat(1_000_000) } })],
  ['too many entities', aHealthEvent(1_001)],
  ...readdirSync(`${EVENTS}/malformed`)
    .filter((name) => name !== 'spot.proto-pollution.json')
    .map((name) => [name, read(`malformed/${name}`)] as const),
];
const DROPPED: readonly (readonly [name: string, body: string, reason: string])[] = [
  ['a foreign account', aSpotWarning().replace(ACCOUNT, '444455556666'), 'account'],
  ['a foreign Region', aSpotWarning().replace(REGION, 'us-gov-west-1'), 'region'],
];

describe('poison in a batch', () => {
  const good = [aSpotWarning({ id: 'good-1' }), aSpotWarning({ id: 'good-2', instanceId: instance(2) })];

  it.each(POISON)(
    '(%s) goes to the dead-letter queue at its first receive, with the reason, and blocks nothing',
    async (_, body) => {
      const world = new RouterWorld();
      world.owns('banking', 1, 2);

      const failed = await world.failedIn(batchOf([good[0] ?? '', body, good[1] ?? '']));

      expect(failed).toEqual(['m1']);
      expect(world.sentTo('banking').map((message) => message.body)).toEqual(good);
      expect(world.deadLetters.map((message) => message.body)).toEqual([body]);
      expect(world.deadLetters[0]?.attributes).toEqual({
        'joinery-reason': expect.stringMatching(/^[a-z-]+$/),
        'joinery-source-message-id': 'm1',
        'joinery-detail': expect.stringMatching(/^.{5,256}$/),
      });
      expect(world.removed).toEqual(['handle-1']);
      expect(world.hidden).toEqual([]);
    },
  );

  it.each(DROPPED)('(%s) is dropped with its reason', async (_, body, reason) => {
    const world = new RouterWorld();
    world.owns('banking', 1, 2);

    expect(await world.failedIn(batchOf([good[0] ?? '', body, good[1] ?? '']))).toEqual([]);

    expect(world.sentTo('banking').map((message) => message.body)).toEqual(good);
    expect(world.metric('DroppedEvents')).toEqual([{ value: 1, dimensions: { Reason: reason } }]);
  });

  it('of a thousand entities is one message for each owner', async () => {
    const world = new RouterWorld();
    world.owns('banking', ...Array.from({ length: 500 }, (_, index) => index));
    world.owns('trading', ...Array.from({ length: 500 }, (_, index) => 500 + index));

    expect(await world.failedIn(batchOf([aHealthEvent(1_000)]))).toEqual([]);

    expect([world.sentTo('banking'), world.sentTo('trading')].map((sent) => sent.length)).toEqual([1, 1]);
  });

  it('with keys that are meant to pollute prototypes is routed and pollutes none', async () => {
    const world = new RouterWorld();
    const body = read('malformed/spot.proto-pollution.json').replaceAll('us-west-2', REGION);

    expect(await world.failedIn(batchOf([body]))).toEqual([]);

    expect(world.sent.length).toBeGreaterThan(0);
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('the sample batch', () => {
  const sample = JSON.parse(read('envelopes/sqs-lambda-batch.mixed-with-poison.json')) as SQSEvent;
  const answer = JSON.parse(read('envelopes/lambda-batch-response.json')) as object;
  const place = (url: string) => url.replace(REGION, 'us-west-2');

  it('is answered as the sample says: the poison is reported, and is in the dead-letter queue once', async () => {
    const world = new RouterWorld();
    Object.assign(world.deps, {
      region: 'us-west-2',
      ingress: { urgentUrl: place(URGENT_URL), bulkUrl: place(BULK_URL) },
      queueList: { ...world.deps.queueList, region: 'us-west-2' },
    });
    world.ledger = new Map(
      ['i-0f3a9c1d2b4e5f607', 'i-0b17c2d3e4f5a6b78', 'i-09d8c7b6a5f4e3d21'].map((id) => [
        id,
        { cluster: 'banking', launchedMs: 0 },
      ]),
    );
    world.deps.queueList.memory.list = {
      source: 'registry',
      queues: [{ cluster: 'banking', accountId: ACCOUNT, region: 'us-west-2', queueUrl: 'https://queue/banking' }],
    };

    expect(await world.route(sample)).toEqual(answer);

    const bodies = sample.Records.map(({ body }) => body);
    expect(world.sent.filter(({ queueUrl }) => queueUrl === 'https://queue/banking').map(({ body }) => body)).toEqual(
      bodies.filter((_, index) => index !== 2),
    );
    expect(world.deadLetters.map(({ body }) => body)).toEqual([bodies[2]]);
    expect(world.removed).toEqual([sample.Records[2]?.receiptHandle]);
    const spot = world.metric('RoutedEvents').find(({ dimensions }) => dimensions['Kind'] === 'spot-interruption');
    expect(spot?.value).toBe(1);
    expect(world.metric('RouteLatency').every(({ value }) => [value].flat().every((one) => Number(one) >= 0))).toBe(
      true,
    );
  });
});
