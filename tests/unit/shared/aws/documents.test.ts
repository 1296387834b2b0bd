import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { getDocument, putDocument } from '../../../../shared/aws/documents.ts';

const SHA256 = '93a23971a914e5eacbf0a8d25154cda309c3c1c72fbb9914d47c60f3cb681588';

describe('documents', () => {
  const s3 = new S3Client({});
  const mock = mockClient(s3);
  beforeEach(() => {
    mock.reset();
  });

  it('writes a document encrypted and says what its bytes must be', async () => {
    mock.on(PutObjectCommand).resolves({});

    const pointer = await putDocument({ s3, bucket: 'b' }, 'runs/a.json', { hello: 'world' });

    expect(pointer).toEqual({ bucket: 'b', key: 'runs/a.json', sha256: SHA256 });
    expect(mock.commandCalls(PutObjectCommand).map((call) => call.args[0].input)).toEqual([
      {
        Bucket: 'b',
        Key: 'runs/a.json',
        Body: '{"hello":"world"}',
        ContentType: 'application/json',
        ServerSideEncryption: 'AES256',
      },
    ]);
  });

  it('says which document could not be read, and why', async () => {
    mock.on(GetObjectCommand).rejects(Object.assign(new Error('no'), { name: 'AccessDenied' }));

    await expect(getDocument(s3, { bucket: 'b', key: 'k', sha256: SHA256 })).rejects.toMatchObject({
      name: 'AccessDenied',
      message: 'reading s3://b/k: AccessDenied: no',
    });
  });
});
