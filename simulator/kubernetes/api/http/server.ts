import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { generate } from 'selfsigned';
import type { ApiContext } from '../context.ts';
import { type Authenticate, userOf } from './authentication.ts';
import { answerGeneralRequest } from './general-requests.ts';
import { answerPodLog } from './pod-log.ts';
import { answerPodProxy } from './pod-proxy.ts';
import { errorReply, type Reply, send } from './reply.ts';
import type { ApiRequest } from './request.ts';
import { parseResourcePath, resolveTarget } from './resource-path.ts';
import { answerResourceRequest } from './resource-requests.ts';
import { startWatch } from './watch.ts';

/** A cluster's API over HTTPS, on the loopback. */
export type ApiServer = {
  readonly url: string;
  /** The certificate authority as kubeconfigs carry it: PEM in base64. */
  readonly caData: string;
  close(): Promise<void>;
};

/** Starts the HTTPS front end. Bearer tokens are told apart by `authenticate`; undefined is a 401. */
export async function startApiServer(options: {
  readonly cluster: ApiContext;
  readonly authenticate: Authenticate;
}): Promise<ApiServer> {
  const { cluster, authenticate } = options;
  const { key, certificate } = await makeCertificate();
  const server = createServer({ key, cert: certificate }, (incoming, response) => {
    collect(incoming, (body) => answer(cluster, authenticate, { incoming, body }, response));
  });
  // Real time must decide nothing: no request is cut off for being slow.
  server.requestTimeout = 0;
  server.headersTimeout = 0;
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://127.0.0.1:${port}`,
    caData: Buffer.from(certificate).toString('base64'),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Valid whatever the virtual date is, because TLS clients look at the real one. */
async function makeCertificate(): Promise<{ key: string; certificate: string }> {
  const made = await generate([{ name: 'commonName', value: 'kubernetes' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date('2000-01-01T00:00:00Z'),
    notAfterDate: new Date('2049-12-31T00:00:00Z'),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  return { key: made.private, certificate: made.cert };
}

function collect(incoming: IncomingMessage, then: (body: Buffer) => void): void {
  const chunks: Buffer[] = [];
  incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
  incoming.on('end', () => then(Buffer.concat(chunks)));
}

type Received = { readonly incoming: IncomingMessage; readonly body: Buffer };

/** From here on everything happens in one go, so requests take effect in the order in which they arrived. */
function answer(
  context: ApiContext,
  authenticate: Authenticate,
  { incoming, body }: Received,
  response: ServerResponse,
): void {
  try {
    const url = new URL(incoming.url ?? '/', 'https://127.0.0.1');
    const request: ApiRequest = {
      method: incoming.method ?? 'GET',
      path: url.pathname,
      query: url.searchParams,
      headers: incoming.headers,
      body,
      user: userOf(context, incoming.headers, authenticate),
    };
    const reply = route(context, request, response);
    if (reply) send(response, reply);
  } catch (error) {
    send(response, errorReply(error));
  }
}

/** Undefined where a watch has taken the response over. */
function route(context: ApiContext, request: ApiRequest, response: ServerResponse): Reply | undefined {
  const ofPod = answerPodProxy(context, request) ?? answerPodLog(context, request);
  if (ofPod) return ofPod;
  const path = parseResourcePath(request.path);
  if (!path) return answerGeneralRequest(context, request);
  const target = resolveTarget(context, path);
  const wantsWatch = ['true', '1'].includes(request.query.get('watch') ?? '');
  if (request.method === 'GET' && target.name === undefined && wantsWatch) {
    startWatch(context, request, target.resource, target.namespace, response);
    return undefined;
  }
  return answerResourceRequest(context, request, target);
}
