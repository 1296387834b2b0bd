import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { rootCertificates } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type KubeApi, kubeApi, type Manifest } from '../../../../shared/kube/api.ts';
import { anApiServer } from '../../../support/api-server-world.ts';
import { aDeployment } from '../../../support/test-kubernetes.ts';

let world: Awaited<ReturnType<typeof anApiServer>>;
let kube: KubeApi;
const as = (token: string) => kubeApi({ url: world.server.url, caData: world.server.caData, token });
beforeAll(async () => {
  world = await anApiServer();
  kube = as('admin');
});
afterAll(() => world.stop());

const aMap = (name: string, value: string, labels = {}): Manifest => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default', labels },
  data: { value },
});
/** Where a server was a moment ago. */
async function aClosedUrl(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return `https://127.0.0.1:${port}`;
}

const named = (name: string, kind = 'ConfigMap') => ({ apiVersion: 'v1', kind, name, namespace: 'default' });

describe('the Kubernetes API', () => {
  it('applies a manifest, and says whether that made, changed or left it', async () => {
    const changes = [
      await kube.apply(aMap('applied', 'one')),
      await kube.apply(aMap('applied', 'one')),
      await kube.apply(aMap('applied', 'two')),
    ];

    expect(changes).toEqual(['created', 'none', 'updated']);
    expect(await kube.read(named('applied'))).toMatchObject({
      data: { value: 'two' },
      metadata: { managedFields: [{ manager: 'joinery', operation: 'Apply' }] },
    });
  });

  it("refuses to take another manager's field, unless it is told to", async () => {
    world.api.create({ ...aMap('theirs', 'theirs'), metadata: { name: 'theirs', namespace: 'default' } });

    const refused = kube.apply(aMap('theirs', 'ours'));

    await expect(refused).rejects.toMatchObject({
      name: 'KubernetesConflict',
      status: 409,
      retryable: false,
      message: expect.stringMatching(/^Could not apply ConfigMap\/theirs: .*data\.value/s),
    });
    expect(await kube.apply(aMap('theirs', 'ours'), { force: true })).toBe('updated');
    expect(await kube.read(named('theirs'))).toMatchObject({ data: { value: 'ours' } });
  });

  it('lists by label within a namespace, and all over', async () => {
    await kube.apply(aMap('red-1', 'x', { colour: 'red' }));
    await kube.apply(aMap('blue-1', 'x', { colour: 'blue' }));
    const kind = { apiVersion: 'v1', kind: 'ConfigMap' };
    const names = (found: readonly Manifest[]) => found.map((object) => object.metadata.name);

    expect(names(await kube.list({ ...kind, namespace: 'default' }, 'colour=red'))).toEqual(['red-1']);
    expect(names(await kube.list(kind, 'colour in (red,blue)'))).toEqual(['blue-1', 'red-1']);
    expect(await kube.list({ ...kind, namespace: 'kube-public' }, 'colour=red')).toEqual([]);
  });

  it('hands on every object of a kind as it arrives, from the cache and whole', async () => {
    for (const name of ['each-1', 'each-2']) await kube.apply(aMap(name, 'ü"]}'));
    const found: string[] = [];

    await kube.each({ apiVersion: 'v1', kind: 'ConfigMap' }, (item) => {
      const { name } = item.metadata;
      if (name.startsWith('each-')) found.push(`${name} ${(item as { data?: { value?: string } }).data?.value}`);
    });

    expect(found).toEqual(['each-1 ü"]}', 'each-2 ü"]}']);
    await expect(as('nobody').each({ apiVersion: 'v1', kind: 'ConfigMap' }, () => undefined)).rejects.toMatchObject({
      name: 'KubernetesAccessDenied',
    });
  });

  it('takes what is not there for a fact when it reads or deletes, whether object or kind', async () => {
    const kindless = { apiVersion: 'karpenter.sh/v1', kind: 'NodePool', name: 'smoke' };
    const otherKind = { apiVersion: 'apps/v1', kind: 'Contraption', name: 'smoke' };

    expect(await kube.read(named('nowhere'))).toBeUndefined();
    expect(await kube.remove(named('nowhere'))).toBe(false);
    expect(await kube.read(kindless)).toBeUndefined();
    expect(await kube.remove(kindless)).toBe(false);
    expect(await kube.read(otherKind)).toBeUndefined();
    expect(await kube.remove(otherKind)).toBe(false);
  });

  it('deletes what is there', async () => {
    await kube.apply(aMap('going', 'x'));

    expect(await kube.remove(named('going'))).toBe(true);
    expect(await kube.read(named('going'))).toBeUndefined();
  });

  it('rolls the pods of a Deployment over by the annotation that kubectl uses, and touches nothing else', async () => {
    world.api.create(aDeployment('app'));
    const name = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'app', namespace: 'default' };
    const before = await kube.read(name);

    await kube.restart(name, new Date('2026-11-02T08:00:00Z'));

    const after = await kube.read(name);
    type Spec = { template: { metadata: { annotations?: object }; spec: object } };
    const [was, is] = [before, after].map((object) => object?.['spec'] as Spec | undefined);
    expect(is?.template.metadata.annotations).toEqual({
      'kubectl.kubernetes.io/restartedAt': '2026-11-02T08:00:00.000Z',
    });
    expect(is?.template.spec).toBeDefined();
    expect(is?.template.spec).toEqual(was?.template.spec);
  });

  it('tells what its caller may do', async () => {
    const access = { verb: 'get', group: '', resource: 'pods', namespace: 'default' };

    expect([await kube.canI(access), await as('nobody').canI(access)]).toEqual([true, false]);
  });
});

describe('a refusal of the Kubernetes API', () => {
  it.each([
    ['somebody who may not', 'nobody', 'KubernetesAccessDenied', 403],
    ['somebody unknown', 'forged', 'KubernetesAccessDenied', 401],
  ])('of %s is told as such', async (_, token, name, status) => {
    await expect(as(token).read(named('applied'))).rejects.toMatchObject({ name, status, isAccessDenied: true });
  });

  it('of something that is not valid says what', async () => {
    const invalid = { ...aMap('Not A Name', 'x') };

    await expect(kube.apply(invalid)).rejects.toMatchObject({ name: 'KubernetesInvalid', retryable: false });
  });

  it('is no refusal when nobody answers: then a retry may help', async () => {
    const nobody = kubeApi({ url: await aClosedUrl(), caData: world.server.caData, token: 'admin' });

    await expect(nobody.read(named('applied'))).rejects.toMatchObject({
      name: 'Unavailable',
      status: 0,
      retryable: true,
      message: expect.stringMatching(/^Could not read ConfigMap\/applied: .*ECONNREFUSED/),
    });
  });

  it('trusts no other certificate authority than that of the cluster', async () => {
    const caData = Buffer.from(rootCertificates[0] ?? '').toString('base64');
    const stranger = kubeApi({ url: world.server.url, caData, token: 'admin' });

    await expect(stranger.read(named('applied'))).rejects.toMatchObject({
      name: 'Unavailable',
      message: expect.stringMatching(/self-signed certificate/),
    });
  });
});
