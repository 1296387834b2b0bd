import * as sdk from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  bucketPolicy,
  createBucket,
  deleteBucket,
  setBucketPolicy,
} from '../../../../../../simulator/aws/services/s3/buckets.ts';
import { s3 } from '../../../../../../simulator/aws/services/s3/service.ts';
import type { AccessRequest } from '../../../../../../simulator/aws/types.ts';
import { simulatedClient, TEST_CALLER } from '../../../../../support/simulated-client.ts';
import { startTestCloud, type TestCloud } from '../../../../../support/test-cloud.ts';

const Bucket = 'documents';

describe('the simulated S3', () => {
  let world: TestCloud;
  let client: Pick<sdk.S3Client, 'send'>;
  let asked: AccessRequest[];
  beforeEach(() => {
    asked = [];
    world = startTestCloud([{ service: s3, sdk }], { authorize: (request) => void asked.push(request) });
    client = simulatedClient<sdk.S3Client>(world.cloud, 'S3');
    createBucket(world.simulation, { name: Bucket });
  });
  afterEach(() => world.simulation.close());
  const run = <T>(promise: Promise<T>) => world.simulation.runUntil(promise);

  it('writes only where nothing is when asked to', async () => {
    const put = () => run(client.send(new sdk.PutObjectCommand({ Bucket, Key: 'once', Body: 'x', IfNoneMatch: '*' })));
    await put();

    await expect(put()).rejects.toMatchObject({ name: 'PreconditionFailed', $metadata: { httpStatusCode: 412 } });
  });

  it('writes over exactly what was read when asked to', async () => {
    const put = (Key: string, options: object = {}) =>
      run(client.send(new sdk.PutObjectCommand({ Bucket, Key, Body: `${world.simulation.now()}`, ...options })));
    const { ETag } = await put('matched');
    await put('matched', { IfMatch: ETag });

    await expect(put('matched', { IfMatch: ETag })).rejects.toMatchObject({ name: 'PreconditionFailed' });
    await expect(put('missing', { IfMatch: ETag })).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  it('keeps bytes that are no text, and gives a body that can be read once', async () => {
    const bytes = new Uint8Array([0xff, 0x00, 0x80]);
    await run(client.send(new sdk.PutObjectCommand({ Bucket, Key: 'bytes', Body: bytes })));

    const { Body } = await run(client.send(new sdk.GetObjectCommand({ Bucket, Key: 'bytes' })));

    expect(Buffer.from((await Body?.transformToByteArray()) ?? []).toString('hex')).toBe('ff0080');
    await expect(Body?.transformToString()).rejects.toThrow('already been transformed');
  });

  it('keeps its objects over a restore', async () => {
    await run(client.send(new sdk.PutObjectCommand({ Bucket, Key: 'kept', Body: 'x' })));
    world.simulation.restore(JSON.parse(JSON.stringify(world.simulation.snapshot())));

    const { Body } = await run(client.send(new sdk.GetObjectCommand({ Bucket, Key: 'kept' })));

    expect(await Body?.transformToString()).toBe('x');
    expect(() => deleteBucket(world.simulation, Bucket)).toThrow('not empty');
  });

  it('asks for permission for the object, and for the bucket when it lists', async () => {
    const put = new sdk.PutObjectCommand({ Bucket, Key: 'a/b', Body: 'x', ServerSideEncryption: 'AES256' });
    await run(client.send(put));
    await run(client.send(new sdk.HeadObjectCommand({ Bucket, Key: 'a/b' })));
    await run(client.send(new sdk.ListObjectsV2Command({ Bucket, Prefix: 'a/' })));

    expect(asked).toEqual([
      {
        action: 's3:PutObject',
        resource: 'arn:aws:s3:::documents/a/b',
        context: { 's3:x-amz-server-side-encryption': 'AES256' },
      },
      { action: 's3:GetObject', resource: 'arn:aws:s3:::documents/a/b', context: {} },
      { action: 's3:ListBucket', resource: 'arn:aws:s3:::documents', context: { 's3:prefix': 'a/' } },
    ]);
  });

  it('hands the policy of a bucket to the authorizer, for its objects too', async () => {
    setBucketPolicy(world.simulation, Bucket, '{"Statement":[]}');
    await run(client.send(new sdk.DeleteObjectCommand({ Bucket, Key: 'a/b' })));

    const context = world.cloud.context(TEST_CALLER);

    expect(asked.map((request) => bucketPolicy(request, context, 'S3'))).toEqual(['{"Statement":[]}']);
    expect(asked.map((request) => bucketPolicy(request, context, 'SQS'))).toEqual([undefined]);
  });

  it.each([
    ['a key of its own', { ServerSideEncryption: 'aws:kms' as const }],
    ['tags', { Tagging: 'a=b' }],
  ])('fails the run when an object is to have %s', async (_, options) => {
    const put = client.send(new sdk.PutObjectCommand({ Bucket, Key: 'x', Body: 'x', ...options }));

    await expect(run(put)).rejects.toMatchObject({ name: 'NotSimulatedError' });
  });
});
