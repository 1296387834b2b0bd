import { createHmac, createSecretKey, type Hmac, hash, type KeyObject } from 'node:crypto';

type Bytes = Uint8Array | ArrayBuffer | ArrayBufferView;

/**
 * SHA-256 as the SDK's signer wants it. The SDK's own gives Node the key as bytes for each signature, which Node turns into a key
 * object each time at six times the cost of the HMAC; the same few keys sign everything, so they are kept as key objects here.
 */
export function fastSha256() {
  const bySecret = new Map<string, KeyObject>();
  const byBytes = new WeakMap<object, KeyObject>();
  const keyOf = (secret: string | Bytes): KeyObject => {
    const known = typeof secret === 'string' ? bySecret.get(secret) : byBytes.get(secret);
    if (known) return known;
    const key = createSecretKey(typeof secret === 'string' ? Buffer.from(secret, 'utf8') : bytesOf(secret));
    if (typeof secret !== 'string') byBytes.set(secret, key);
    else {
      // Credentials change every few hours; the ones before are of no use.
      if (bySecret.size >= 4) bySecret.clear();
      bySecret.set(secret, key);
    }
    return key;
  };
  return class Sha256 {
    readonly #key: KeyObject | undefined;
    #hmac: Hmac | undefined;
    #parts: Uint8Array[] = [];

    constructor(secret?: string | Bytes) {
      this.#key = secret === undefined ? undefined : keyOf(secret);
      this.#hmac = this.#key && createHmac('sha256', this.#key);
    }

    update(data: Uint8Array): void {
      if (this.#hmac) this.#hmac.update(data);
      else this.#parts.push(data);
    }

    async digest(): Promise<Uint8Array> {
      if (this.#hmac) return this.#hmac.digest();
      const [only] = this.#parts;
      return hash('sha256', only && this.#parts.length === 1 ? only : Buffer.concat(this.#parts), 'buffer');
    }

    reset(): void {
      this.#hmac = this.#key && createHmac('sha256', this.#key);
      this.#parts = [];
    }
  };
}

function bytesOf(data: Bytes): Uint8Array {
  return data instanceof ArrayBuffer
    ? new Uint8Array(data)
    : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
