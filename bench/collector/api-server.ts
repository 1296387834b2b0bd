import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { generate } from 'selfsigned';
import { benchNode } from './fleet.ts';
import { metricsLines } from './metrics-lines.ts';
import { CLASS_OBJECTS, claimObject, nodeObject, poolObjects } from './objects.ts';

const KINDS: Readonly<Record<string, readonly (readonly [kind: string, plural: string, namespaced: boolean])[]>> = {
  '/api/v1': [
    ['Node', 'nodes', false],
    ['Pod', 'pods', true],
  ],
  '/apis/coordination.k8s.io/v1': [['Lease', 'leases', true]],
  '/apis/karpenter.sh/v1': [
    ['NodePool', 'nodepools', false],
    ['NodeClaim', 'nodeclaims', false],
  ],
  '/apis/karpenter.k8s.aws/v1': [['EC2NodeClass', 'ec2nodeclasses', false]],
};
const CHUNK = 65_536;

export type Served = { readonly bytes: number; readonly lines: number };

/** The API server of a large cluster, over HTTPS as in life; it makes up what it sends while it sends it. */
export async function largeCluster(nodeCount: number) {
  const nowMs = Date.now();
  const nodes = Array.from({ length: nodeCount }, (_, index) => benchNode(index, nowMs));
  const served = new Map<string, Served>();
  let looks = 0;
  const routes: Readonly<Record<string, () => Iterable<string>>> = {
    '/api/v1/nodes': () => listOf(nodes, nodeObject),
    '/apis/karpenter.sh/v1/nodeclaims': () => listOf(nodes, claimObject),
    '/apis/karpenter.sh/v1/nodepools': () => listOf(poolObjects(), (pool) => pool),
    '/apis/karpenter.k8s.aws/v1/ec2nodeclasses': () => listOf(CLASS_OBJECTS, (one) => one),
    '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/karpenter-leader-election': () => [
      JSON.stringify({ metadata: { name: 'karpenter-leader-election' }, spec: { holderIdentity: 'karpenter-a_1' } }),
    ],
    '/api/v1/namespaces/kube-system/pods/karpenter-a': () => [
      JSON.stringify({ metadata: { name: 'karpenter-a', uid: 'uid-a' }, status: {} }),
    ],
    '/api/v1/namespaces/kube-system/pods/karpenter-a:8080/proxy/metrics': () => {
      looks += 1;
      return metricsLines(nodes, looks);
    },
    ...Object.fromEntries(Object.entries(KINDS).map(([path, kinds]) => [path, () => [resourceList(kinds)]])),
  };
  const { private: key, cert } = await certificate();
  const server = createServer({ key, cert }, (request, response) => {
    const path = (request.url ?? '').split('?')[0] ?? '';
    const route = routes[path];
    if (!route) {
      response.writeHead(404, { 'content-type': 'application/json' }).end('{"message":"not found"}');
      return;
    }
    response.writeHead(200, { 'content-type': path.endsWith('/metrics') ? 'text/plain' : 'application/json' });
    void send(response, route()).then((sent) => served.set(path, sent));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    caData: Buffer.from(cert).toString('base64'),
    /** What was sent the last time, by the last part of the path. */
    served: (part: string): Served => [...served].find(([path]) => path.endsWith(part))?.[1] ?? { bytes: 0, lines: 0 },
    close: () => server.close(),
  };
}

function* listOf<Item>(items: readonly Item[], toObject: (item: Item) => object): Generator<string> {
  yield '{"kind":"List","apiVersion":"v1","metadata":{"resourceVersion":"1"},"items":[';
  for (const [at, item] of items.entries()) yield `${at === 0 ? '' : ','}${JSON.stringify(toObject(item))}`;
  yield ']}';
}

function resourceList(kinds: readonly (readonly [kind: string, plural: string, namespaced: boolean])[]): string {
  return JSON.stringify({ resources: kinds.map(([kind, name, namespaced]) => ({ kind, name, namespaced })) });
}

async function send(response: ServerResponse, parts: Iterable<string>): Promise<Served> {
  let [text, bytes, lines] = ['', 0, 0];
  const flush = async (): Promise<void> => {
    bytes += Buffer.byteLength(text);
    lines += text.split('\n').length - 1;
    if (!response.write(text)) await once(response, 'drain');
    text = '';
  };
  for (const part of parts) {
    text += part;
    if (text.length > CHUNK) await flush();
  }
  await flush();
  response.end();
  return { bytes, lines };
}

function certificate() {
  return generate([{ name: 'commonName', value: 'kubernetes' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] },
    ],
  });
}
