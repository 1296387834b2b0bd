import * as sdkS3 from '@aws-sdk/client-s3';
import * as sdkSqs from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type DeadLetters, redrive } from '../../../../functions/redrive/redrive.ts';
import { replayEvents } from '../../../../functions/redrive/replay-events.ts';
import { archiveIn } from '../../../../shared/aws/documents.ts';
import { receiveLetters } from '../../../../shared/aws/letters.ts';
import { queues } from '../../../../shared/aws/queues.ts';
import { createBucket } from '../../../../simulator/aws/services/s3/buckets.ts';
import { s3 } from '../../../../simulator/aws/services/s3/service.ts';
import { sqs } from '../../../../simulator/aws/services/sqs/service.ts';
import { aSpotWarning, instance, queueOf, RouterWorld } from '../../../support/fakes/router-world.ts';
import { simulatedClient } from '../../../support/simulated-client.ts';
import { startTestCloud, type TestCloud } from '../../../support/test-cloud.ts';

const LETTERS = 10_000;
const BUCKET = 'documents';

/** Of each ten: six notices of two clusters, two that are stale, one of an instance that is nobody's, one that is broken. */
function bodyOf(index: number, nowMs: number): string {
  const kind = index % 10;
  if (kind === 9) return '{';
  const at = (secondsAgo: number) => new Date(nowMs - secondsAgo * 1000).toISOString().replace('.000Z', 'Z');
  const instanceId = instance(kind === 8 ? 3 : 1 + (index % 2));
  return aSpotWarning({ id: `event-${index}`, instanceId, at: at(kind === 6 || kind === 7 ? 1_200 : 60) });
}

describe('ten thousand dead letters', () => {
  let world: TestCloud;
  let sqsClient: Pick<sdkSqs.SQSClient, 'send'>;
  let deadLetters: string;
  const urls = new Map<string, string>();
  const run = <T>(promise: Promise<T>) => world.simulation.runUntil(promise);

  beforeAll(async () => {
    world = startTestCloud([
      { service: sqs, sdk: sdkSqs },
      { service: s3, sdk: sdkS3 },
    ]);
    sqsClient = simulatedClient<sdkSqs.SQSClient>(world.cloud, 'SQS');
    createBucket(world.simulation, { name: BUCKET });
    deadLetters = await create('dead-letters');
    for (const cluster of ['banking', 'trading'])
      urls.set(queueOf(cluster).queueUrl, await create(`joinery-cluster-${cluster}`));
    const nowMs = world.simulation.now();
    const calls = Array.from({ length: LETTERS / 10 }, (_, call) =>
      sqsClient.send(
        new sdkSqs.SendMessageBatchCommand({
          QueueUrl: deadLetters,
          Entries: Array.from({ length: 10 }, (_, entry) => ({
            Id: String(entry),
            MessageBody: bodyOf(call * 10 + entry, nowMs),
          })),
        }),
      ),
    );
    await run(Promise.all(calls));
  });
  afterAll(() => world.simulation.close());

  async function create(QueueName: string): Promise<string> {
    return (await run(sqsClient.send(new sdkSqs.CreateQueueCommand({ QueueName })))).QueueUrl ?? '';
  }

  async function countIn(QueueUrl: string): Promise<number> {
    const AttributeNames: sdkSqs.QueueAttributeName[] = ['ApproximateNumberOfMessages'];
    const answer = await run(sqsClient.send(new sdkSqs.GetQueueAttributesCommand({ QueueUrl, AttributeNames })));
    return Number(answer.Attributes?.['ApproximateNumberOfMessages']);
  }

  /** The real adapters over the simulated SQS and S3; owners and registry are fakes. */
  function redriveFor(seconds: number) {
    const router = new RouterWorld();
    router.ledger = new Map(
      ['banking', 'trading', null].map((cluster, index) => [instance(index + 1), { cluster, launchedMs: 0 }]),
    );
    const clock = { now: () => world.simulation.now() };
    const real = queues(sqsClient);
    const s3Client = simulatedClient<sdkS3.S3Client>(world.cloud, 'S3');
    const archive = archiveIn({ s3: s3Client, bucket: BUCKET, folder: 'redrives' });
    const replay = replayEvents({
      ...router.deps,
      clock,
      send: (url, messages) => real.send(urls.get(url) ?? url, messages),
      warn: () => undefined,
    });
    const source: DeadLetters = { queue: 'ingress', name: 'IngressDeadLetters', url: deadLetters, replay };
    const endMs = clock.now() + seconds * 1000;
    return run(
      redrive({ queues: ['ingress'], dryRun: false, limit: Infinity }, [source], {
        remainingMs: () => endMs - clock.now(),
        receive: (url, options) => receiveLetters(sqsClient, url, options),
        remove: real.remove,
        hide: real.hide,
        archive: archive(clock.now()),
        warn: () => undefined,
      }),
    );
  }

  it('are redriven in several runs, none lost: sent once, archived or left, by what each is', async () => {
    const first = await redriveFor(42);
    const second = await redriveFor(300);
    const third = await redriveFor(300);

    const sumOf = (pick: (report: (typeof first.reports)[number]) => number) =>
      [first, second].reduce((sum, { reports }) => sum + reports.reduce((total, report) => total + pick(report), 0), 0);
    expect([first.more, second.more]).toEqual([true, false]);
    expect(sumOf(({ redriven }) => redriven)).toBe(6_000);
    expect(sumOf(({ dropped }) => dropped['stale'] ?? 0)).toBe(2_000);
    expect(sumOf(({ dropped }) => dropped['not-ours'] ?? 0)).toBe(1_000);
    expect(third.reports).toMatchObject([{ looked: 1_000, redriven: 0, dropped: {}, kept: { 'not-json': 1_000 } }]);
    expect(await countIn(urls.get(queueOf('banking').queueUrl) ?? '')).toBe(3_000);
    expect(await countIn(urls.get(queueOf('trading').queueUrl) ?? '')).toBe(3_000);
    expect(await countIn(deadLetters)).toBe(1_000);
  });

  it('are in the archive where they were dropped', async () => {
    const s3Client = simulatedClient<sdkS3.S3Client>(world.cloud, 'S3');
    const { Contents = [] } = await run(
      s3Client.send(new sdkS3.ListObjectsV2Command({ Bucket: BUCKET, Prefix: 'redrives/' })),
    );
    const ids = new Set<string>();
    for (const { Key } of Contents) {
      const { Body } = await run(s3Client.send(new sdkS3.GetObjectCommand({ Bucket: BUCKET, Key })));
      const lines = ((await Body?.transformToString()) ?? '').trimEnd().split('\n');
      for (const line of lines) ids.add((JSON.parse((JSON.parse(line) as { body: string }).body) as { id: string }).id);
    }

    expect(ids.size).toBe(3_000);
  });
});
