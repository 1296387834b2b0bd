import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';

export type OciRegistry = {
  /** `oci://127.0.0.1:PORT/karpenter`. */
  readonly url: string;
  /** What was asked for, as `METHOD path`. */
  readonly requests: string[];
  /** Stores a chart under a name and tag; returns the digest of its manifest. */
  push(name: string, tag: string, archive: Buffer): string;
  /** Answers another manifest for a digest than the right one. */
  tamper(digest: string, with_: string): void;
  close(): Promise<void>;
};

function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** A registry on a free port of the loopback interface that speaks as much of the OCI distribution API as `helm pull` needs. */
export async function ociRegistry(): Promise<OciRegistry> {
  const blobs = new Map<string, Buffer>();
  const manifests = new Map<string, Buffer>();
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    requests.push(`${request.method} ${path}`);
    const [, repository = '', kind, reference = ''] = /^\/v2\/(.+)\/(manifests|blobs)\/([^/]+)$/.exec(path) ?? [];
    const body = kind === 'manifests' ? manifests.get(`${repository}@${reference}`) : blobs.get(reference);
    if (path === '/v2/') {
      response.writeHead(200).end();
    } else if (body) {
      response.writeHead(200, {
        'Content-Type': kind === 'manifests' ? MANIFEST_TYPE : 'application/octet-stream',
        'Content-Length': body.length,
        'Docker-Content-Digest': reference.startsWith('sha256:') ? reference : digestOf(body),
      });
      response.end(request.method === 'HEAD' ? undefined : body);
    } else {
      response.writeHead(404, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify({ errors: [{ code: 'MANIFEST_UNKNOWN', message: 'no such manifest' }] }));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const store = (bytes: Buffer) => {
    blobs.set(digestOf(bytes), bytes);
    return { digest: digestOf(bytes), size: bytes.length };
  };
  return {
    url: `oci://127.0.0.1:${(server.address() as AddressInfo).port}/karpenter`,
    requests,
    push(name, tag, archive) {
      const config = Buffer.from(JSON.stringify({ name, version: tag, apiVersion: 'v2' }));
      const manifest = Buffer.from(
        JSON.stringify({
          schemaVersion: 2,
          mediaType: MANIFEST_TYPE,
          config: { mediaType: 'application/vnd.cncf.helm.config.v1+json', ...store(config) },
          layers: [{ mediaType: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip', ...store(archive) }],
        }),
      );
      const digest = digestOf(manifest);
      for (const reference of [tag, digest]) manifests.set(`karpenter/${name}@${reference}`, manifest);
      return digest;
    },
    tamper(digest, with_) {
      for (const [key, manifest] of manifests) {
        const other = manifests.get(key.replace(digest, with_));
        if (key.endsWith(digest) && other && other !== manifest) manifests.set(key, other);
      }
    },
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve, reject) => server.close((error) => (error ? reject(error) : resolve())));
    },
  };
}
