import { findBucket, keysOf, objectOf } from '../../simulator/aws/services/s3/buckets.ts';
import type { Account } from '../../simulator/boot/account.ts';

/** The latest document in the account's bucket whose key ends so. */
export function storedJson({ simulation, stack }: Account, ending: string): unknown {
  const bucket = findBucket(simulation, stack.resources['DocumentsBucket']?.physicalId ?? '');
  const key = keysOf(bucket)
    .filter((name) => name.endsWith(ending))
    .at(-1);
  const object = key === undefined ? undefined : objectOf(bucket, key);
  if (!object) throw new Error(`no document ends in ${ending}`);
  return JSON.parse(Buffer.from(object.body, object.encoding).toString('utf8'));
}
