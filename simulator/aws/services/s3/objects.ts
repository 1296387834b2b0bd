import { createHash } from 'node:crypto';
import type {
  DeleteObjectCommandOutput,
  DeleteObjectRequest,
  GetObjectCommandOutput,
  GetObjectRequest,
  HeadObjectCommandOutput,
  HeadObjectRequest,
  PutObjectCommandOutput,
  PutObjectRequest,
} from '@aws-sdk/client-s3';
import { NotSimulatedError, SimulatedAwsError } from '../../errors.ts';
import { type AccessRequest, operation } from '../../types.ts';
import { bodyBytes, encodeBody, readableBody } from './bodies.ts';
import { findBucket, objectOf, refuseMembers, type StoredObject, storeObject } from './buckets.ts';

type Answer<T> = Omit<T, '$metadata'>;
type Place = { readonly Bucket: string | undefined; readonly Key: string | undefined };

const MAX_KEY_BYTES = 1024;
const MAX_PUT_BYTES = 5 * 1024 ** 3;

function access(action: string, { Bucket, Key }: Place, context: Record<string, string> = {}): AccessRequest[] {
  return [{ action: `s3:${action}`, resource: `arn:aws:s3:::${Bucket}/${Key}`, context }];
}

function preconditionFailed(): SimulatedAwsError {
  const message = 'At least one of the pre-conditions you specified did not hold';
  return new SimulatedAwsError('PreconditionFailed', message, 412);
}

function noSuchKey(): SimulatedAwsError {
  return new SimulatedAwsError('NoSuchKey', 'The specified key does not exist.', 404);
}

export const putObject = operation<PutObjectRequest, Answer<PutObjectCommandOutput>>({
  authorize: (input) =>
    access(
      'PutObject',
      place(input),
      input.ServerSideEncryption ? { 's3:x-amz-server-side-encryption': input.ServerSideEncryption } : {},
    ),
  run(input, { simulation }) {
    refuseMembers('PutObject', input, [
      'Bucket',
      'Key',
      'Body',
      'ContentType',
      'Metadata',
      'IfMatch',
      'IfNoneMatch',
      'ServerSideEncryption',
    ]);
    if (input.ServerSideEncryption !== undefined && input.ServerSideEncryption !== 'AES256')
      throw new NotSimulatedError(`S3 encryption with ${input.ServerSideEncryption}`);
    const { Bucket, Key } = named(input);
    const bucket = findBucket(simulation, Bucket);
    if (Buffer.byteLength(Key) > MAX_KEY_BYTES) throw new SimulatedAwsError('KeyTooLongError', 'Your key is too long');
    const present = objectOf(bucket, Key);
    checkWriteConditions(input, present);
    const bytes = bodyBytes(input.Body);
    if (bytes.length > MAX_PUT_BYTES)
      throw new SimulatedAwsError('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size');
    const object: StoredObject = {
      ...encodeBody(bytes),
      bytes: bytes.length,
      etag: `"${createHash('md5').update(bytes).digest('hex')}"`,
      lastModifiedMs: Math.floor(simulation.now() / 1000) * 1000,
      contentType: input.ContentType ?? 'application/octet-stream',
      metadata: Object.fromEntries(
        Object.entries(input.Metadata ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
      ),
    };
    storeObject(bucket, Key, object);
    return { ETag: object.etag, ServerSideEncryption: 'AES256' };
  },
});

function checkWriteConditions(input: PutObjectRequest, present: StoredObject | undefined): void {
  if (input.IfNoneMatch !== undefined) {
    if (input.IfNoneMatch !== '*') throw new NotSimulatedError('S3 PutObject with IfNoneMatch other than *');
    if (present) throw preconditionFailed();
  }
  if (input.IfMatch === undefined) return;
  if (!present) throw noSuchKey();
  if (!isSameTag(input.IfMatch, present.etag)) throw preconditionFailed();
}

function isSameTag(asked: string, etag: string): boolean {
  return asked === '*' || asked.replaceAll('"', '') === etag.replaceAll('"', '');
}

export const getObject = operation<GetObjectRequest, Answer<GetObjectCommandOutput>>({
  authorize: (input) => access('GetObject', place(input)),
  run(input, { simulation }) {
    refuseMembers('GetObject', input, ['Bucket', 'Key', 'IfMatch']);
    const { Bucket, Key } = named(input);
    const object = objectOf(findBucket(simulation, Bucket), Key);
    if (!object) throw noSuchKey();
    if (input.IfMatch !== undefined && !isSameTag(input.IfMatch, object.etag)) throw preconditionFailed();
    const bytes: unknown = new Uint8Array(Buffer.from(object.body, object.encoding));
    return { ...facts(object), Body: bytes as NonNullable<GetObjectCommandOutput['Body']> };
  },
  // The body has functions, which the copy that the caller gets cannot carry.
  afterClone(output) {
    const bytes = output.Body as unknown as Uint8Array;
    return { ...output, Body: readableBody(bytes) as NonNullable<GetObjectCommandOutput['Body']> };
  },
});

export const headObject = operation<HeadObjectRequest, Answer<HeadObjectCommandOutput>>({
  authorize: (input) => access('GetObject', place(input)),
  run(input, { simulation }) {
    refuseMembers('HeadObject', input, ['Bucket', 'Key', 'IfMatch']);
    const { Bucket, Key } = named(input);
    const object = objectOf(findBucketForHead(simulation, Bucket), Key);
    // An answer to HEAD has no body, so the SDK knows the status alone.
    if (!object) throw new SimulatedAwsError('NotFound', 'UnknownError', 404);
    if (input.IfMatch !== undefined && !isSameTag(input.IfMatch, object.etag)) throw preconditionFailed();
    return facts(object);
  },
});

function findBucketForHead(...args: Parameters<typeof findBucket>): ReturnType<typeof findBucket> {
  try {
    return findBucket(...args);
  } catch {
    throw new SimulatedAwsError('NotFound', 'UnknownError', 404);
  }
}

export const deleteObject = operation<DeleteObjectRequest, Answer<DeleteObjectCommandOutput>>({
  authorize: (input) => access('DeleteObject', place(input)),
  run(input, { simulation }) {
    refuseMembers('DeleteObject', input, ['Bucket', 'Key']);
    const { Bucket, Key } = named(input);
    storeObject(findBucket(simulation, Bucket), Key, undefined);
    return {};
  },
});

function facts(object: StoredObject): Answer<HeadObjectCommandOutput> {
  return {
    AcceptRanges: 'bytes',
    ContentLength: object.bytes,
    ContentType: object.contentType,
    ETag: object.etag,
    LastModified: new Date(object.lastModifiedMs),
    Metadata: { ...object.metadata },
    ServerSideEncryption: 'AES256',
  };
}

function place(input: { Bucket?: string | undefined; Key?: string | undefined }): Place {
  return { Bucket: input.Bucket, Key: input.Key };
}

/** The SDK refuses an empty bucket or key before it sends anything. */
function named(input: { Bucket?: string | undefined; Key?: string | undefined }): { Bucket: string; Key: string } {
  if (!input.Bucket || !input.Key)
    throw new NotSimulatedError('S3 call with an empty value for a HTTP label: Bucket or Key');
  return { Bucket: input.Bucket, Key: input.Key };
}
