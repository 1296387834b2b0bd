import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { fastSha256 } from '../../../../shared/aws/fast-sha256.ts';

const bytes = fc.uint8Array({ maxLength: 300 });
const hex = (data: Uint8Array) => Buffer.from(data).toString('hex');

describe('the hash of the clients', () => {
  it('is SHA-256 of all that it was given', async () => {
    const Sha256 = fastSha256();
    await fc.assert(
      fc.asyncProperty(fc.array(bytes, { maxLength: 4 }), async (parts) => {
        const hash = new Sha256();
        for (const part of parts) hash.update(part);

        expect(hex(await hash.digest())).toBe(createHash('sha256').update(Buffer.concat(parts)).digest('hex'));
      }),
    );
  });

  it('is the HMAC of a key of text or bytes, also when a key comes again', async () => {
    const Sha256 = fastSha256();
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string({ minLength: 1 }), bytes), bytes, async (key, data) => {
        for (let turn = 0; turn < 2; turn += 1) {
          const hash = new Sha256(key);
          hash.update(data);

          expect(hex(await hash.digest())).toBe(createHmac('sha256', key).update(data).digest('hex'));
        }
      }),
    );
  });

  it('signs as the SDK does by itself, with one secret after the other', async () => {
    const request = {
      method: 'POST',
      protocol: 'https:',
      hostname: 'sqs',
      path: '/',
      query: {},
      headers: {},
      body: '{}',
    };
    const sign = async (secretAccessKey: string, sha256: new (secret?: string | Uint8Array) => never) => {
      const signer = new SignatureV4({
        service: 'sqs',
        region: 'eu-west-1',
        sha256: sha256 as never,
        credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey },
      });
      const { headers } = await signer.sign({ ...request, headers: { host: 'sqs' } }, { signingDate: new Date(0) });
      return headers['authorization'];
    };
    const { Sha256 } = await import('@aws-crypto/sha256-js');
    const ours = fastSha256();

    for (const secret of ['one', 'two', 'one'])
      expect(await sign(secret, ours as never)).toBe(await sign(secret, Sha256 as never));
  });
});
