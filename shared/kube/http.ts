import { Agent, request } from 'node:https';

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
  const agent = new Agent({ keepAlive: true, maxSockets: 4, ca: Buffer.from(endpoint.caData, 'base64') });
  return ({ method, path, contentType = 'application/json', body, accept = 'application/json', onChunk }) =>
    new Promise((resolve, reject) => {
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

/** What is between us and the API server may answer with anything but JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return { message: text.slice(0, 300) };
  }
}
