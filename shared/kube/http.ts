import { Agent, request } from 'node:https';
import { createSecureContext, type SecureContext } from 'node:tls';

export type Endpoint = { readonly url: string; readonly caData: string; readonly token: string };

export type KubeRequest = {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** With its query. */
  readonly path: string;
  readonly contentType?: string;
  readonly body?: unknown;
  /** What the answer should be, where that is not JSON. */
  readonly accept?: string;
  /** Takes the bytes of an answer as they arrive, and the answer's body is then empty. Errors still come as a body. */
  readonly onChunk?: (chunk: Buffer) => void;
};

export type KubeResponse = { readonly status: number; readonly body: unknown };

/** Sends one request; rejects only when there is no answer. */
export type KubeHttp = (request: KubeRequest) => Promise<KubeResponse>;

const TIMEOUT_MS = 15_000;

/** HTTPS to one API server, trusting its own certificate authority alone. The connection is kept between requests. */
export function kubeHttp(endpoint: Endpoint): KubeHttp {
  // Not before the first request, which a certificate authority that cannot be read fails.
  let agent: Agent | undefined;
  return ({ method, path, contentType = 'application/json', body, accept = 'application/json', onChunk }) =>
    new Promise((resolve, reject) => {
      agent ??= new Agent({ keepAlive: true, maxSockets: 4, secureContext: trusting(endpoint.caData) });
      const payload = body === undefined ? undefined : JSON.stringify(body);
      const outgoing = request(
        `${endpoint.url}${path}`,
        {
          method,
          agent,
          timeout: TIMEOUT_MS,
          headers: {
            accept,
            authorization: `Bearer ${endpoint.token}`,
            ...(payload === undefined
              ? {}
              : { 'content-type': contentType, 'content-length': String(Buffer.byteLength(payload)) }),
          },
        },
        (incoming) => {
          const status = incoming.statusCode ?? 0;
          if (onChunk && status === 200) {
            incoming.on('data', onChunk);
            incoming.on('end', () => resolve({ status, body: undefined }));
            incoming.on('error', reject);
            return;
          }
          const chunks: Buffer[] = [];
          incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
          incoming.on('error', reject);
          incoming.on('end', () => resolve({ status, body: parsed(Buffer.concat(chunks).toString('utf8')) }));
        },
      );
      outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)));
      outgoing.on('error', reject);
      outgoing.end(payload);
    });
}

/** Reading a certificate authority takes as long as a request, and each connection would do it anew. */
const contexts = new Map<string, SecureContext>();
const MOST_CONTEXTS = 256;

function trusting(caData: string): SecureContext {
  const known = contexts.get(caData) ?? createSecureContext({ ca: Buffer.from(caData, 'base64') });
  // Last in the order: the first one has gone unused for longest.
  contexts.delete(caData);
  contexts.set(caData, known);
  const [oldest = ''] = contexts.keys();
  if (contexts.size > MOST_CONTEXTS) contexts.delete(oldest);
  return known;
}

/** What is between us and the API server may answer with anything but JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return { message: text.slice(0, 300) };
  }
}
