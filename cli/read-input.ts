import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';

const MIB = 1024 * 1024;

/** The text of a file that a person named, or why it cannot be read. */
export type Input = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly reason: string };

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EACCES: 'you are not allowed to read it',
  EPERM: 'you are not allowed to read it',
  EISDIR: 'it is a directory, not a file',
  ENAMETOOLONG: 'its name is too long',
  ELOOP: 'it is a symbolic link that leads back to itself',
};

function reasonOf(error: unknown): string {
  const { code = '', message = String(error) } = error as { code?: string; message?: string };
  return REASONS[code] ?? `it cannot be read: ${message}`;
}

async function bytesOf(stream: Readable, most: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk as Uint8Array);
    size += bytes.length;
    if (size > most) return undefined;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

/** Reads UTF-8 text of at most 1 MiB, or as many as are given; `-` is standard input. */
export async function readInput(file: string, stdin: Readable, mostMib = 1): Promise<Input> {
  const refuse = (reason: string): Input => ({ ok: false, reason });
  try {
    if (file !== '-' && (await stat(file)).isDirectory()) return refuse('it is a directory, not a file');
    const bytes = await bytesOf(file === '-' ? stdin : createReadStream(file), mostMib * MIB);
    if (bytes === undefined) return refuse(`it is larger than ${mostMib} MiB`);
    if (bytes.length === 0) return refuse('it is empty');
    if (!isUtf8(bytes)) return refuse('it is not UTF-8 text');
    return { ok: true, text: new TextDecoder().decode(bytes) };
  } catch (error) {
    return refuse(reasonOf(error));
  }
}
