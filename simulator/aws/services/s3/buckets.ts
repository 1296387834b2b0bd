import type { Simulation } from '../../../core/simulation.ts';
import { NotSimulatedError, SimulatedAwsError } from '../../errors.ts';
import type { AccessRequest, CallContext } from '../../types.ts';

export type StoredObject = {
  /** utf8 keeps the world readable; what is no text is base64. */
  readonly encoding: 'utf8' | 'base64';
  readonly body: string;
  readonly bytes: number;
  readonly etag: string;
  readonly lastModifiedMs: number;
  readonly contentType: string;
  readonly metadata: Readonly<Record<string, string>>;
};

export type Bucket = {
  readonly name: string;
  readonly createdMs: number;
  policy: string | null;
  /** Keys are prefixed with `/`, so that no key can be one that an object has already. */
  readonly objects: Record<string, StoredObject>;
};

type S3State = { buckets: Record<string, Bucket> };

function s3State(simulation: Simulation): S3State {
  return simulation.state('s3', (): S3State => ({ buckets: {} }));
}

/** A bucket as the deployment stack declares it. Versions are not simulated: what is overwritten is gone. */
export function createBucket(simulation: Simulation, { name }: { readonly name: string }): Bucket {
  const { buckets } = s3State(simulation);
  const isAddress = /^\d+\.\d+\.\d+\.\d+$/.test(name);
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) || name.includes('..') || isAddress)
    throw new SimulatedAwsError('InvalidBucketName', 'The specified bucket is not valid.');
  if (buckets[name])
    throw new SimulatedAwsError(
      'BucketAlreadyOwnedByYou',
      'Your previous request to create the named bucket succeeded and you already own it.',
      409,
    );
  const bucket: Bucket = { name, createdMs: simulation.now(), policy: null, objects: {} };
  buckets[name] = bucket;
  return bucket;
}

export function deleteBucket(simulation: Simulation, name: string): void {
  if (Object.keys(findBucket(simulation, name).objects).length > 0)
    throw new SimulatedAwsError('BucketNotEmpty', 'The bucket you tried to delete is not empty', 409);
  delete s3State(simulation).buckets[name];
}

export function findBucket(simulation: Simulation, name: string): Bucket {
  const bucket = s3State(simulation).buckets[name];
  if (!bucket) throw new SimulatedAwsError('NoSuchBucket', 'The specified bucket does not exist', 404);
  return bucket;
}

/** Gives a bucket its policy, as JSON. */
export function setBucketPolicy(simulation: Simulation, name: string, policy: string): void {
  findBucket(simulation, name).policy = policy;
}

/** The policy of the bucket that a request is about, as JSON: what `createAuthorizer` asks for as `resourcePolicy`. */
export function bucketPolicy(request: AccessRequest, context: CallContext, serviceId: string): string | undefined {
  if (serviceId !== 'S3' || request.resource === '*') return undefined;
  const name = request.resource.replace(/^arn:aws:s3:::/, '').split('/')[0] ?? '';
  return s3State(context.simulation).buckets[name]?.policy ?? undefined;
}

export function objectOf(bucket: Bucket, key: string): StoredObject | undefined {
  return bucket.objects[`/${key}`];
}

export function storeObject(bucket: Bucket, key: string, object: StoredObject | undefined): void {
  if (object) bucket.objects[`/${key}`] = object;
  else delete bucket.objects[`/${key}`];
}

/** Keys in the order in which S3 lists them: by their UTF-8 bytes. */
export function keysOf(bucket: Bucket): string[] {
  return Object.keys(bucket.objects)
    .map((key) => key.slice(1))
    .toSorted(compareKeys);
}

export function compareKeys(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}

/** Fails the run when a request uses members that this simulation does not honour. */
export function refuseMembers(operation: string, input: object, honoured: readonly string[]): void {
  for (const [name, value] of Object.entries(input)) {
    if (value !== undefined && !honoured.includes(name)) throw new NotSimulatedError(`S3 ${operation} with ${name}`);
  }
}
