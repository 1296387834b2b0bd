import type { ListObjectsV2CommandOutput, ListObjectsV2Request } from '@aws-sdk/client-s3';
import { SimulatedAwsError } from '../../errors.ts';
import { operation } from '../../types.ts';
import { type Bucket, compareKeys, findBucket, keysOf, objectOf, refuseMembers } from './buckets.ts';

const MAX_KEYS = 1000;

type Row = { readonly name: string; readonly isPrefix: boolean };

export const listObjectsV2 = operation<ListObjectsV2Request, Omit<ListObjectsV2CommandOutput, '$metadata'>>({
  authorize: (input) => [
    {
      action: 's3:ListBucket',
      resource: `arn:aws:s3:::${input.Bucket}`,
      context: {
        ...(input.Prefix === undefined ? {} : { 's3:prefix': input.Prefix }),
        ...(input.Delimiter === undefined ? {} : { 's3:delimiter': input.Delimiter }),
        ...(input.MaxKeys === undefined ? {} : { 's3:max-keys': String(input.MaxKeys) }),
      },
    },
  ],
  run(input, { simulation }) {
    refuseMembers('ListObjectsV2', input, [
      'Bucket',
      'Prefix',
      'Delimiter',
      'MaxKeys',
      'ContinuationToken',
      'StartAfter',
    ]);
    const bucket = findBucket(simulation, input.Bucket ?? '');
    const limit = Math.min(input.MaxKeys ?? MAX_KEYS, MAX_KEYS);
    if (limit < 0)
      throw new SimulatedAwsError('InvalidArgument', 'Argument maxKeys must be an integer between 0 and 2147483647');
    const after = input.ContinuationToken === undefined ? input.StartAfter : readToken(input.ContinuationToken);
    const rows = rowsOf(bucket, input).filter((row) => after === undefined || compareKeys(row.name, after) > 0);
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    const isTruncated = last !== undefined && page.length < rows.length;
    const contents = page.filter((row) => !row.isPrefix);
    const prefixes = page.filter((row) => row.isPrefix);
    return {
      Name: bucket.name,
      Prefix: input.Prefix ?? '',
      MaxKeys: limit,
      KeyCount: page.length,
      IsTruncated: isTruncated,
      ...(input.Delimiter === undefined ? {} : { Delimiter: input.Delimiter }),
      ...(input.StartAfter === undefined ? {} : { StartAfter: input.StartAfter }),
      ...(input.ContinuationToken === undefined ? {} : { ContinuationToken: input.ContinuationToken }),
      ...(isTruncated ? { NextContinuationToken: Buffer.from(last.name).toString('base64url') } : {}),
      ...(contents.length > 0 ? { Contents: contents.map((row) => listed(bucket, row.name)) } : {}),
      ...(prefixes.length > 0 ? { CommonPrefixes: prefixes.map((row) => ({ Prefix: row.name })) } : {}),
    };
  },
});

/** Keys under the prefix; what lies behind the next delimiter is one row. */
function rowsOf(bucket: Bucket, input: ListObjectsV2Request): Row[] {
  const { Prefix = '', Delimiter } = input;
  const rows = keysOf(bucket)
    .filter((key) => key.startsWith(Prefix))
    .map((key): Row => {
      const end = Delimiter ? key.indexOf(Delimiter, Prefix.length) : -1;
      return end < 0
        ? { name: key, isPrefix: false }
        : { name: key.slice(0, end + (Delimiter ?? '').length), isPrefix: true };
    });
  return rows.filter((row, index) => rows[index - 1]?.name !== row.name);
}

function listed(bucket: Bucket, key: string): NonNullable<ListObjectsV2CommandOutput['Contents']>[number] {
  const object = objectOf(bucket, key);
  return {
    Key: key,
    Size: object?.bytes ?? 0,
    ETag: object?.etag ?? '',
    StorageClass: 'STANDARD',
    LastModified: new Date(object?.lastModifiedMs ?? 0),
  };
}

function readToken(token: string): string {
  const text = Buffer.from(token, 'base64url').toString();
  if (token === '' || Buffer.from(text).toString('base64url') !== token)
    throw new SimulatedAwsError('InvalidArgument', 'The continuation token provided is incorrect');
  return text;
}
