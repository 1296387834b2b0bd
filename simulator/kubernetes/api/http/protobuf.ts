import { badRequest } from '../errors.ts';

/** How a field of a message is read. Lists and maps repeat; maps hold key 1 and value 2. */
type FieldType = 'string' | 'bytes' | 'int' | 'bool' | 'time' | { readonly message: string };
type Field = { readonly name: string; readonly type: FieldType; readonly repeated?: 'list' | 'map' };
type Message = Readonly<Record<number, Field>>;

const field = (name: string, type: FieldType): Field => ({ name, type });
const list = (name: string, type: FieldType): Field => ({ name, type, repeated: 'list' });
const map = (name: string, type: FieldType): Field => ({ name, type, repeated: 'map' });

/** The messages that helm and kubectl send in protobuf, by their field numbers in the API. */
const MESSAGES: Readonly<Record<string, Message>> = {
  Secret: {
    1: field('metadata', { message: 'ObjectMeta' }),
    2: map('data', 'bytes'),
    3: field('type', 'string'),
    4: map('stringData', 'string'),
    5: field('immutable', 'bool'),
  },
  ObjectMeta: {
    1: field('name', 'string'),
    2: field('generateName', 'string'),
    3: field('namespace', 'string'),
    5: field('uid', 'string'),
    6: field('resourceVersion', 'string'),
    7: field('generation', 'int'),
    8: field('creationTimestamp', 'time'),
    9: field('deletionTimestamp', 'time'),
    10: field('deletionGracePeriodSeconds', 'int'),
    11: map('labels', 'string'),
    12: map('annotations', 'string'),
    13: list('ownerReferences', { message: 'OwnerReference' }),
    14: list('finalizers', 'string'),
  },
  OwnerReference: {
    1: field('kind', 'string'),
    3: field('name', 'string'),
    4: field('uid', 'string'),
    5: field('apiVersion', 'string'),
    6: field('controller', 'bool'),
    7: field('blockOwnerDeletion', 'bool'),
  },
  DeleteOptions: {
    1: field('gracePeriodSeconds', 'int'),
    2: field('preconditions', { message: 'Preconditions' }),
    3: field('orphanDependents', 'bool'),
    4: field('propagationPolicy', 'string'),
    5: list('dryRun', 'string'),
  },
  Preconditions: { 1: field('uid', 'string'), 2: field('resourceVersion', 'string') },
  Eviction: {
    1: field('metadata', { message: 'ObjectMeta' }),
    2: field('deleteOptions', { message: 'DeleteOptions' }),
  },
  Namespace: { 1: field('metadata', { message: 'ObjectMeta' }) },
  ConfigMap: {
    1: field('metadata', { message: 'ObjectMeta' }),
    2: map('data', 'string'),
    3: map('binaryData', 'bytes'),
    4: field('immutable', 'bool'),
  },
  SelfSubjectReview: { 1: field('metadata', { message: 'ObjectMeta' }) },
  SelfSubjectAccessReview: {
    1: field('metadata', { message: 'ObjectMeta' }),
    2: field('spec', { message: 'AccessReviewSpec' }),
  },
  AccessReviewSpec: {
    1: field('resourceAttributes', { message: 'ResourceAttributes' }),
    2: field('nonResourceAttributes', { message: 'NonResourceAttributes' }),
  },
  ResourceAttributes: {
    1: field('namespace', 'string'),
    2: field('verb', 'string'),
    3: field('group', 'string'),
    4: field('version', 'string'),
    5: field('resource', 'string'),
    6: field('subresource', 'string'),
    7: field('name', 'string'),
  },
  NonResourceAttributes: { 1: field('path', 'string'), 2: field('verb', 'string') },
};

const UNKNOWN: Message = {
  1: field('typeMeta', { message: 'TypeMeta' }),
  2: field('raw', 'bytes'),
};
const TYPE_META: Message = { 1: field('apiVersion', 'string'), 2: field('kind', 'string') };
const TIME: Message = { 1: field('seconds', 'int'), 2: field('nanos', 'int') };

/** Reads a body in the `k8s\0` envelope into the object it stands for. A kind that is not listed above is refused. */
export function decodeProtobuf(body: Buffer): Record<string, unknown> {
  if (body.subarray(0, 4).toString('latin1') !== 'k8s\0')
    throw badRequest('the body is not a Kubernetes protobuf envelope');
  const envelope = readMessage(UNKNOWN, body.subarray(4));
  const { apiVersion, kind } = envelope['typeMeta'] as { apiVersion?: string; kind?: string };
  const message = MESSAGES[kind ?? ''];
  if (!message) throw badRequest(`protobuf is not simulated for ${apiVersion} ${kind}`);
  const raw = Buffer.from(String(envelope['raw'] ?? ''), 'base64');
  return { apiVersion, kind, ...readMessage(message, raw) };
}

function messageOf(name: string): Message {
  return name === 'TypeMeta' ? TYPE_META : (MESSAGES[name] ?? {});
}

type Raw = { readonly number: number; readonly value: number | Buffer };

function readMessage(message: Message, bytes: Buffer): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const { number, value } of rawFields(bytes)) {
    const known = message[number];
    if (!known) continue;
    if (known.repeated === 'map') addEntry(result, known, value as Buffer);
    else if (known.repeated === 'list') {
      const present = (result[known.name] ?? []) as unknown[];
      result[known.name] = [...present, readValue(known.type, value)];
    } else {
      const read = readValue(known.type, value);
      // The zero value of a proto2 string is how Go writes an absent one.
      if (read !== '' && read !== undefined) result[known.name] = read;
    }
  }
  return result;
}

function addEntry(result: Record<string, unknown>, known: Field, bytes: Buffer): void {
  const entry = readMessage({ 1: field('key', 'string'), 2: field('value', known.type) }, bytes);
  const present = (result[known.name] ?? {}) as Record<string, unknown>;
  result[known.name] = { ...present, [String(entry['key'] ?? '')]: entry['value'] ?? '' };
}

function readValue(type: FieldType, value: number | Buffer): unknown {
  if (typeof value === 'number') return type === 'bool' ? value !== 0 : value;
  if (type === 'string') return value.toString('utf8');
  if (type === 'bytes') return value.toString('base64');
  if (type === 'time') {
    const { seconds } = readMessage(TIME, value) as { seconds?: number };
    return seconds ? new Date(seconds * 1000).toISOString().replace('.000Z', 'Z') : undefined;
  }
  return typeof type === 'object' ? readMessage(messageOf(type.message), value) : undefined;
}

function* rawFields(bytes: Buffer): Generator<Raw> {
  let offset = 0;
  const varint = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes[offset];
      if (byte === undefined) throw badRequest('the protobuf message ends too early');
      offset += 1;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  };
  while (offset < bytes.length) {
    const tag = varint();
    const wire = tag & 7;
    const number = Math.floor(tag / 8);
    if (wire === 0) yield { number, value: varint() };
    else if (wire === 2) {
      const length = varint();
      yield { number, value: bytes.subarray(offset, offset + length) };
      offset += length;
    } else if (wire === 1 || wire === 5) offset += wire === 1 ? 8 : 4;
    else throw badRequest(`protobuf wire type ${wire} is not supported`);
  }
}
