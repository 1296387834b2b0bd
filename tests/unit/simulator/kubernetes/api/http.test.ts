import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { anApiServer } from '../../../../support/api-server-world.ts';
import { aPod } from '../../../../support/test-kubernetes.ts';

let world: Awaited<ReturnType<typeof anApiServer>>;
beforeEach(async () => {
  world = await anApiServer();
});
afterEach(() => world.stop());

type Options = { method?: string; headers?: Record<string, string>; body?: Buffer | string; token?: string };

function open(path: string, options: Options = {}): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = { Authorization: `Bearer ${options.token ?? 'admin'}`, ...options.headers };
    const ca = Buffer.from(world.server.caData, 'base64');
    const sent = request(`${world.server.url}${path}`, { method: options.method ?? 'GET', ca, headers }, resolve);
    sent.on('error', reject);
    sent.end(options.body);
  });
}

async function call(
  path: string,
  options?: Options,
): Promise<{ status: number; headers: IncomingMessage['headers']; body: Record<string, unknown> }> {
  const response = await open(path, options);
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Record<string, unknown>;
  return { status: response.statusCode ?? 0, headers: response.headers, body };
}

type Event = { type: string; object: { code?: number; metadata: { name?: string; annotations?: object } } };

/** Reads so many events of a watch and hangs up. */
async function events(response: IncomingMessage, count: number): Promise<Event[]> {
  const found: Event[] = [];
  let text = '';
  for await (const chunk of response) {
    text += String(chunk);
    const lines = text.split('\n');
    text = lines.pop() ?? '';
    found.push(...lines.map((line) => JSON.parse(line) as Event));
    if (found.length >= count) break;
  }
  return found;
}

const brief = (list: readonly Event[]) =>
  list.map(({ type, object }) => `${type} ${object.metadata.name ?? ''}`.trim());
const PODS = '/api/v1/namespaces/default/pods';
const podRef = { apiVersion: 'v1', kind: 'Pod', name: 'a', namespace: 'default' };

describe('the API server over HTTPS', () => {
  it.each([
    ['JSON', '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"},"data":{"key":"value"}}'],
    ['block style', 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c\ndata:\n  key: value\n'],
    ['flow style', '{apiVersion: v1, kind: ConfigMap, metadata: {name: c}, data: {key: value}}'],
  ])('takes YAML as %s', async (_, body) => {
    const path = '/api/v1/namespaces/default/configmaps/c?fieldManager=me';
    const headers = { 'content-type': 'application/apply-patch+yaml' };
    const answer = await call(path, { method: 'PATCH', headers, body });

    expect([answer.status, answer.body['data']]).toEqual([201, { key: 'value' }]);
  });

  it('says of YAML that it cannot read where it stops', async () => {
    const headers = { 'content-type': 'application/apply-patch+yaml' };
    const path = '/api/v1/namespaces/default/configmaps/c?fieldManager=me';
    const answer = await call(path, { method: 'PATCH', headers, body: '{apiVersion: v1, kind: [' });

    expect([answer.status, String(answer.body['message'])]).toEqual([400, expect.stringContaining("couldn't decode")]);
  });

  it('pages a list, but not what it answers from its cache, and takes no version with a page', async () => {
    for (const name of ['a', 'b', 'c']) world.api.create(aPod(name));
    const first = await call(`${PODS}?limit=2`);
    const token = encodeURIComponent(String((first.body['metadata'] as { continue: string }).continue));

    const namesIn = ({ body }: typeof first) =>
      (body['items'] as { metadata: { name: string } }[]).map(({ metadata }) => metadata.name);
    expect(namesIn(first)).toEqual(['a', 'b']);
    expect(namesIn(await call(`${PODS}?limit=2&continue=${token}`))).toEqual(['c']);
    expect(namesIn(await call(`${PODS}?limit=2&resourceVersion=0`))).toEqual(['a', 'b', 'c']);
    expect(await call(`${PODS}?limit=2&resourceVersion=0&continue=${token}`)).toMatchObject({
      status: 400,
      body: { message: expect.stringMatching(/resource version/) },
    });
  });

  it('sends what there is, a bookmark and then every change to a watch with initial events', async () => {
    world.api.create(aPod('a'));
    const watch = await open(
      `${PODS}?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`,
    );

    world.api.create(aPod('b'));
    world.api.delete(podRef);
    const seen = await events(watch, 4);

    expect(brief(seen)).toEqual(['ADDED a', 'BOOKMARK', 'ADDED b', 'DELETED a']);
    expect(seen[1]?.object.metadata.annotations).toEqual({ 'k8s.io/initial-events-end': 'true' });
  });

  it('resumes a watch from a resource version and shows an object that leaves the selection as deleted', async () => {
    const version = world.api.create(aPod('a', { metadata: { labels: { in: 'yes' } } })).metadata.resourceVersion;
    world.api.create(aPod('b', { metadata: { labels: { in: 'yes' } } }));
    world.api.mergePatch(podRef, { metadata: { labels: { in: 'no' } } });

    const watch = await open(`${PODS}?watch=true&resourceVersion=${version}&labelSelector=in%3Dyes`);

    expect(brief(await events(watch, 2))).toEqual(['ADDED b', 'DELETED a']);
  });

  it('ends a watch with 410 when it starts too far back, and when the world is put back', async () => {
    const before = world.simulation.snapshot();
    for (let index = 0; index < 250; index += 1) {
      world.api.mergePatch(
        { apiVersion: 'v1', kind: 'Namespace', name: 'default' },
        { metadata: { labels: { n: `${index}` } } },
      );
    }
    const late = await events(await open(`${PODS}?watch=true&resourceVersion=2`), 1);
    const running = await open(`${PODS}?watch=true`);

    world.simulation.restore(before);
    world.api.create(aPod('a'));

    expect(late[0]).toMatchObject({ type: 'ERROR', object: { code: 410, reason: 'Expired' } });
    expect(await events(running, 1)).toMatchObject([{ type: 'ERROR', object: { code: 410 } }]);
  });

  it('reads a Secret in protobuf', async () => {
    const part = (number: number, bytes: Buffer | string) =>
      Buffer.concat([Buffer.from([(number << 3) | 2, bytes.length]), Buffer.from(bytes)]);
    const label = part(11, Buffer.concat([part(1, 'owner'), part(2, 'helm')]));
    const data = part(2, Buffer.concat([part(1, 'release'), part(2, 'H4sI')]));
    const secret = Buffer.concat([part(1, Buffer.concat([part(1, 's'), label])), data, part(3, 'helm.sh/release.v1')]);
    const envelope = Buffer.concat([part(1, Buffer.concat([part(1, 'v1'), part(2, 'Secret')])), part(2, secret)]);
    const body = Buffer.concat([Buffer.from('k8s\0'), envelope]);

    const { status, body: made } = await call('/api/v1/namespaces/default/secrets', {
      method: 'POST',
      headers: { 'Content-Type': 'application/vnd.kubernetes.protobuf' },
      body,
    });

    expect(status).toBe(201);
    expect(made).toMatchObject({
      metadata: { name: 's', labels: { owner: 'helm' } },
      data: { release: Buffer.from('H4sI').toString('base64') },
      type: 'helm.sh/release.v1',
    });
  });

  it('warns of unknown fields, refuses them on request and writes nothing in a dry run', async () => {
    const body = JSON.stringify(aPod('a', { spec: { nodeNam: 'x' } }));
    const post = (query: string) =>
      call(`${PODS}?${query}`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });

    const strict = await post('fieldValidation=Strict');
    const warned = await post('dryRun=All');

    expect(strict.status).toBe(400);
    expect(warned.status).toBe(201);
    expect(warned.headers['warning']).toBe('299 - "unknown field \\"spec.nodeNam\\""');
    expect(world.api.get(podRef)).toBeUndefined();
  });

  it.each([
    ['/apis/example.com/v1/widgets', 404],
    ['/apis/apps/v1/namespaces/default/deployments/none', 404],
    ['/api/v1/pods/none', 404],
    ['/metrics', 404],
  ])('answers %s with %i', async (path, status) => {
    const reply = await call(path);

    expect(reply.status).toBe(status);
    expect(reply.body).toMatchObject({ kind: 'Status', status: 'Failure', code: status });
  });

  it('says 501 where it simulates nothing, instead of an empty answer', async () => {
    world.api.create(aPod('a'));

    expect((await call(`${PODS}/a/log`)).status).toBe(501);
  });

  it('lets nobody impersonate without the right to', async () => {
    const headers = { 'Impersonate-User': 'system:admin', 'Impersonate-Group': 'system:masters' };

    const { status, body } = await call('/api/v1/nodes', { token: 'nobody', headers });

    expect(status).toBe(403);
    expect(body['message']).toContain('cannot impersonate resource "users"');
  });

  it('binds a pod to a node once', async () => {
    world.api.create(aPod('a'));
    const body = JSON.stringify({
      apiVersion: 'v1',
      kind: 'Binding',
      metadata: { name: 'a' },
      target: { kind: 'Node', name: 'n1' },
    });
    const bind = () =>
      call(`${PODS}/a/binding`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });

    expect([(await bind()).status, (await bind()).status]).toEqual([201, 409]);
    expect(world.api.get(podRef)?.spec?.['nodeName']).toBe('n1');
  });
});
