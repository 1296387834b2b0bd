import { types } from 'node:util';
import { NotSimulatedError } from '../../errors.ts';

/** The bytes of a PutObject body; a stream is refused. */
export function bodyBytes(body: unknown): Buffer {
  if (body === undefined) return Buffer.alloc(0);
  if (typeof body === 'string') return Buffer.from(body);
  if (types.isUint8Array(body)) return Buffer.from(body);
  throw new NotSimulatedError('S3 PutObject with a stream as its body');
}

/** How bytes are kept in the world: as text when they are text. */
export function encodeBody(bytes: Buffer): { readonly encoding: 'utf8' | 'base64'; readonly body: string } {
  const text = bytes.toString('utf8');
  return Buffer.from(text).equals(bytes)
    ? { encoding: 'utf8', body: text }
    : { encoding: 'base64', body: bytes.toString('base64') };
}

/** What the SDK gives as a body: it can be read once. */
export function readableBody(bytes: Uint8Array): {
  transformToString(encoding?: BufferEncoding): Promise<string>;
  transformToByteArray(): Promise<Uint8Array>;
} {
  let isRead = false;
  const read = () => {
    if (isRead) throw new Error('The stream has already been transformed.');
    isRead = true;
    return bytes;
  };
  return {
    transformToString: async (encoding = 'utf8') => Buffer.from(read()).toString(encoding),
    transformToByteArray: async () => read(),
  };
}
