import { createHash } from 'node:crypto';
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { OpsError } from '../errors/ops-error.ts';
import type { DocumentPointer } from '../runs/run.ts';
import { isNotFound, toOpsError } from './errors.ts';

type S3Port = Pick<S3Client, 'send'>;

export class DocumentMissing extends OpsError {
  constructor({ bucket, key }: DocumentPointer, cause: unknown) {
    const message = `s3://${bucket}/${key} does not exist. Start the run again: it writes its documents anew.`;
    super('DocumentMissing', message, { details: { bucket, key }, cause });
  }
}

export class DocumentChanged extends OpsError {
  constructor({ bucket, key, sha256 }: DocumentPointer, found: string) {
    const message = `s3://${bucket}/${key} is not what this run wrote: its SHA-256 is ${found}, not ${sha256}. Start the run again with the file you mean.`;
    super('DocumentChanged', message, { details: { bucket, key, sha256, found } });
  }
}

/** Writes a JSON value and says where it is. Writing the same again is harmless. */
export async function putDocument(
  { s3, bucket }: { readonly s3: S3Port; readonly bucket: string },
  key: string,
  value: unknown,
): Promise<DocumentPointer> {
  const body = JSON.stringify(value);
  const command = new PutObjectCommand({
    Bucket: bucket,
    Key: key,
    Body: body,
    ContentType: 'application/json',
    ServerSideEncryption: 'AES256',
  });
  try {
    await s3.send(command);
  } catch (error) {
    throw toOpsError(error, `writing s3://${bucket}/${key}`, { bucket, key });
  }
  return { bucket, key, sha256: sha256Of(body) };
}

/**
 * Lines of text into documents whose names begin with a moment, so that no two runs write the same. Says where each document is.
 */
export function archiveIn({ s3, bucket, folder }: { s3: S3Port; bucket: string; folder: string }) {
  return (nowMs: number) =>
    async (name: string, lines: readonly string[]): Promise<string> => {
      const moment = new Date(nowMs).toISOString().replaceAll(':', '-');
      const key = `${folder}/${moment}-${name}.jsonl`;
      const command = new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: `${lines.join('\n')}\n`,
        ContentType: 'application/x-ndjson',
        ServerSideEncryption: 'AES256',
      });
      await s3.send(command).catch((error: unknown) => {
        throw toOpsError(error, `writing s3://${bucket}/${key}`, { bucket, key });
      });
      return `s3://${bucket}/${key}`;
    };
}

/** Reads what a pointer names and refuses anything else. The value is JSON of any shape: parse it. */
export async function getDocument(s3: S3Port, pointer: DocumentPointer): Promise<unknown> {
  const body = await readText(s3, pointer);
  const found = sha256Of(body);
  if (found !== pointer.sha256) throw new DocumentChanged(pointer, found);
  return JSON.parse(body);
}

async function readText(s3: S3Port, pointer: DocumentPointer): Promise<string> {
  const { bucket, key } = pointer;
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return (await Body?.transformToString()) ?? '';
  } catch (error) {
    if (isNotFound(error)) throw new DocumentMissing(pointer, error);
    throw toOpsError(error, `reading s3://${bucket}/${key}`, { bucket, key });
  }
}

function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
