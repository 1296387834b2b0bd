import { createHash } from 'node:crypto';
import type { MessageAttribute } from './state.ts';

export function bodyChecksum(body: string): string {
  return createHash('md5').update(body).digest('hex');
}

/** The digest of message attributes: by name, each part after its length, string values marked by a 1. */
export function attributesChecksum(attributes: Readonly<Record<string, MessageAttribute>>): string {
  const digest = createHash('md5');
  const add = (text: string) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(Buffer.byteLength(text));
    digest.update(length).update(text);
  };
  for (const [name, { DataType, StringValue }] of Object.entries(attributes).toSorted(([left], [right]) =>
    Buffer.compare(Buffer.from(left), Buffer.from(right)),
  )) {
    add(name);
    add(DataType);
    digest.update(Buffer.from([1]));
    add(StringValue);
  }
  return digest.digest('hex');
}
