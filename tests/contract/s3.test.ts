import * as sdk from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { getDocument, putDocument } from '../../shared/aws/documents.ts';
import { createBucket } from '../../simulator/aws/services/s3/buckets.ts';
import { s3 } from '../../simulator/aws/services/s3/service.ts';
import { type ContractTarget, type ContractTargets, loopbackConfig } from '../support/contract-target.ts';
import { startFauxqsOnLoopback } from '../support/fauxqs.ts';
import { simulatedClient } from '../support/simulated-client.ts';
import { startTestCloud } from '../support/test-cloud.ts';

type Client = Pick<sdk.S3Client, 'send'>;
const Bucket = 'joinery-documents';

const targets: ContractTargets<Client> = [
  [
    'the simulated S3',
    async () => {
      const { simulation, cloud } = startTestCloud([{ service: s3, sdk }]);
      createBucket(simulation, { name: Bucket });
      return {
        client: simulatedClient<sdk.S3Client>(cloud, 'S3'),
        run: (work) => simulation.runUntil(work()),
        close: async () => simulation.close(),
      };
    },
  ],
  [
    'fauxqs',
    async () => {
      const server = await startFauxqsOnLoopback();
      const client = new sdk.S3Client({ ...loopbackConfig(server.endpoint), forcePathStyle: true });
      await client.send(new sdk.CreateBucketCommand({ Bucket }));
      return {
        client,
        run: (work) => work(),
        close: async () => {
          client.destroy();
          await server.close();
        },
      };
    },
  ],
];

describe.each(targets)('S3 as %s', (_, start) => {
  let target: ContractTarget<Client>;
  beforeAll(async () => {
    target = await start();
  });
  afterAll(() => target.close());

  it('gives back the document that a pointer names', () =>
    target.run(async () => {
      const value = { metadata: { name: 'bänking' }, list: [1, 2] };

      const pointer = await putDocument({ s3: target.client, bucket: Bucket }, 'runs/a/spec.json', value);

      expect(pointer).toMatchObject({ bucket: Bucket, key: 'runs/a/spec.json' });
      expect(await getDocument(target.client, pointer)).toEqual(value);
    }));

  it('refuses a document that was overwritten since, and one that is missing', () =>
    target.run(async () => {
      const store = { s3: target.client, bucket: Bucket };
      const pointer = await putDocument(store, 'runs/b/spec.json', { version: 1 });
      await putDocument(store, 'runs/b/spec.json', { version: 2 });

      const overwritten = getDocument(target.client, pointer);
      const missing = getDocument(target.client, { ...pointer, key: 'runs/b/plan.json' });

      await expect(overwritten).rejects.toMatchObject({ name: 'DocumentChanged' });
      await expect(missing).rejects.toMatchObject({ name: 'DocumentMissing' });
    }));

  it('tells the facts of an object without its body, and NotFound of none', () =>
    target.run(async () => {
      const put = new sdk.PutObjectCommand({
        Bucket,
        Key: 'facts',
        Body: 'four',
        ContentType: 'text/plain',
        Metadata: { run: 'a' },
      });
      await target.client.send(put);

      const facts = await target.client.send(new sdk.HeadObjectCommand({ Bucket, Key: 'facts' }));
      const missing = target.client.send(new sdk.HeadObjectCommand({ Bucket, Key: 'no-facts' }));

      expect(facts).toMatchObject({
        ContentLength: 4,
        ContentType: 'text/plain',
        Metadata: { run: 'a' },
        ETag: '"8cbad96aced40b3838dd9f07f6ef5772"',
      });
      await expect(missing).rejects.toMatchObject({ name: 'NotFound' });
    }));

  it('lists keys page by page, folded at a delimiter', () =>
    target.run(async () => {
      for (const Key of ['l/b/2', 'l/a', 'l/b/1', 'l/c', 'm'])
        await target.client.send(new sdk.PutObjectCommand({ Bucket, Key, Body: 'x' }));
      const list = (options: object) =>
        target.client.send(new sdk.ListObjectsV2Command({ Bucket, Prefix: 'l/', ...options }));

      const first = await list({ MaxKeys: 2 });
      const second = await list({ MaxKeys: 2, ContinuationToken: first.NextContinuationToken });
      const folded = await list({ Delimiter: '/' });

      expect(first.Contents?.map((object) => object.Key)).toEqual(['l/a', 'l/b/1']);
      expect(first).toMatchObject({ IsTruncated: true, KeyCount: 2 });
      expect(second.Contents?.map((object) => object.Key)).toEqual(['l/b/2', 'l/c']);
      expect(second).toMatchObject({ IsTruncated: false });
      expect(folded.CommonPrefixes).toEqual([{ Prefix: 'l/b/' }]);
    }));

  it('deletes what is there and what is not', () =>
    target.run(async () => {
      await target.client.send(new sdk.PutObjectCommand({ Bucket, Key: 'gone', Body: 'x' }));
      await target.client.send(new sdk.DeleteObjectCommand({ Bucket, Key: 'gone' }));
      await target.client.send(new sdk.DeleteObjectCommand({ Bucket, Key: 'gone' }));

      const reading = target.client.send(new sdk.GetObjectCommand({ Bucket, Key: 'gone' }));

      await expect(reading).rejects.toMatchObject({ name: 'NoSuchKey' });
    }));

  it('knows no other bucket', () =>
    target.run(async () => {
      const writing = target.client.send(new sdk.PutObjectCommand({ Bucket: 'nowhere', Key: 'x', Body: 'x' }));

      await expect(writing).rejects.toMatchObject({ name: 'NoSuchBucket' });
    }));
});
