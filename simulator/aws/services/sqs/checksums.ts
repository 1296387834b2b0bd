import { hash } from 'node:crypto';
import type { MessageAttribute } from './state.ts';

export function bodyChecksum(body: string): string {
  return hash('md5', body, 'hex');
}

/** The digest of message attributes: by name, each part after its length, string values marked by a 1. */
export function attributesChecksum(attributes: Readonly<Record<string, MessageAttribute>>): string {
  const parts: Buffer[] = [];
  const add = (text: string) => {
    const part = Buffer.allocUnsafe(4 + Buffer.byteLength(text));
    part.writeUInt32BE(part.length - 4);
    part.write(text, 4);
    parts.push(part);
  };
  for (const [name, { DataType, StringValue }] of Object.entries(attributes).toSorted(([left], [right]) =>
    Buffer.compare(Buffer.from(left), Buffer.from(right)),
  )) {
    add(name);
    add(DataType);
    parts.push(STRING_VALUE);
    add(StringValue);
  }
  return hash('md5', Buffer.concat(parts), 'hex');
}

const STRING_VALUE = Buffer.from([1]);
