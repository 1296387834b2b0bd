import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto';

type Bytes = Uint8Array | ArrayBuffer | ArrayBufferView;

/** A secret as text, and the last that was signed with it. */
type Secret = { readonly key: KeyObject; data?: Uint8Array; digest?: Uint8Array };

/**
 * SHA-256 as the SDK's signer wants it. The SDK's own gives Node the key as bytes for each signature, which Node turns into a key
 * object each time at six times the cost of the HMAC; the same few keys sign everything, so they are kept as key objects here. With
 * the secret itself the signer signs the same id for each call, to find its signing key by: that answer is kept too.
 */
export function fastSha256() {
  const secrets = new Map<string, Secret>();
  const keys = new WeakMap<object, KeyObject>();
  const secretOf = (text: string): Secret => {
    const known = secrets.get(text);
    if (known) return known;
    const secret = { key: createSecretKey(Buffer.from(text, 'utf8')) };
    // Credentials change every few hours; the ones before are of no use.
    if (secrets.size >= 4) secrets.clear();
    secrets.set(text, secret);
    return secret;
  };
  const keyOf = (bytes: Bytes): KeyObject => {
    const known = keys.get(bytes);
    if (known) return known;
    const key = createSecretKey(bytesOf(bytes));
    keys.set(bytes, key);
    return key;
  };
  return class Sha256 {
    readonly #secret: Secret | undefined;
    readonly #key: KeyObject | undefined;
    #parts: Uint8Array[] = [];

    constructor(secret?: string | Bytes) {
      if (typeof secret === 'string') this.#secret = secretOf(secret);
      else if (secret !== undefined) this.#key = keyOf(secret);
    }

    update(data: Uint8Array): void {
      this.#parts.push(data);
    }

    async digest(): Promise<Uint8Array> {
      const [only] = this.#parts;
      const data = only && this.#parts.length === 1 ? only : Buffer.concat(this.#parts);
      if (this.#secret) return digestWith(this.#secret, data);
      return this.#key ? createHmac('sha256', this.#key).update(data).digest() : hash('sha256', data, 'buffer');
    }

    reset(): void {
      this.#parts = [];
    }
  };
}

function digestWith(secret: Secret, data: Uint8Array): Uint8Array {
  if (secret.data && secret.digest && Buffer.compare(secret.data, data) === 0) return secret.digest;
  secret.data = Uint8Array.from(data);
  secret.digest = createHmac('sha256', secret.key).update(data).digest();
  return secret.digest;
}

function bytesOf(data: Bytes): Uint8Array {
  return data instanceof ArrayBuffer
    ? new Uint8Array(data)
    : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
