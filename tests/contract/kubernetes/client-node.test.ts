import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type ApiException,
  AppsV1Api,
  CoreV1Api,
  KubeConfig,
  KubernetesObjectApi,
  PatchStrategy,
  type V1ConfigMap,
} from '@kubernetes/client-node';
import { anApiServer } from '../../support/api-server-world.ts';
import { kubeconfigFor } from '../../support/kube-clients.ts';
import { aPod } from '../../support/test-kubernetes.ts';

let world: Awaited<ReturnType<typeof anApiServer>>;
beforeAll(async () => {
  world = await anApiServer();
});
afterAll(() => world.stop());

function configFor(token: string): KubeConfig {
  const config = new KubeConfig();
  config.loadFromString(JSON.stringify(kubeconfigFor(world.server, [token])));
  return config;
}

async function failureOf(call: Promise<unknown>): Promise<{ code: number; body: Record<string, unknown> }> {
  try {
    await call;
  } catch (error) {
    const { code, body } = error as ApiException<unknown>;
    return { code, body: (typeof body === 'string' ? JSON.parse(body) : body) as Record<string, unknown> };
  }
  throw new Error('the call was expected to fail');
}

const aConfigMap = (value: string): V1ConfigMap => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'settings', namespace: 'default' },
  data: { key: value },
});

describe('@kubernetes/client-node against the simulated API server', () => {
  it('lists in pages', async () => {
    for (const name of ['a', 'b', 'c']) world.api.create(aPod(name, { metadata: { labels: { set: 'paged' } } }));
    const api = configFor('admin').makeApiClient(CoreV1Api);

    const first = await api.listNamespacedPod({ namespace: 'default', labelSelector: 'set=paged', limit: 2 });
    const token = first.metadata?._continue ?? '';
    const second = await api.listNamespacedPod({
      namespace: 'default',
      labelSelector: 'set=paged',
      limit: 2,
      _continue: token,
    });

    expect(first.items.map((pod) => pod.metadata?.name)).toEqual(['a', 'b']);
    expect(second.items.map((pod) => pod.metadata?.name)).toEqual(['c']);
    expect(second.metadata?._continue).toBeUndefined();
  });

  it('applies server-side and meets the conflicts of another manager', async () => {
    const objects = KubernetesObjectApi.makeApiClient(configFor('admin'));
    const apply = (value: string, manager: string) =>
      objects.patch(aConfigMap(value), undefined, undefined, manager, false, PatchStrategy.ServerSideApply);

    const applied = (await apply('one', 'first')) as V1ConfigMap;
    const conflict = await failureOf(apply('two', 'second'));

    expect(applied.data).toEqual({ key: 'one' });
    expect(conflict.code).toBe(409);
    expect(conflict.body).toMatchObject({
      reason: 'Conflict',
      details: {
        causes: [{ reason: 'FieldManagerConflict', message: 'conflict with "first" using v1', field: '.data.key' }],
      },
    });
  });

  it('is told 404, 403, 401 and 409 by Status objects', async () => {
    const admin = configFor('admin').makeApiClient(AppsV1Api);
    const core = configFor('admin').makeApiClient(CoreV1Api);
    const namespace = 'default';

    const missing = await failureOf(admin.readNamespacedDeployment({ namespace, name: 'none' }));
    const denied = await failureOf(configFor('nobody').makeApiClient(CoreV1Api).listNode());
    const unknown = await failureOf(configFor('forged').makeApiClient(CoreV1Api).listNode());
    const twice = await failureOf(core.createNamespace({ body: { metadata: { name: namespace } } }));

    expect([missing.code, denied.code, unknown.code, twice.code]).toEqual([404, 403, 401, 409]);
    expect(missing.body).toMatchObject({
      kind: 'Status',
      reason: 'NotFound',
      message: 'deployments.apps "none" not found',
    });
    expect(twice.body).toMatchObject({ reason: 'AlreadyExists' });
  });

  it('goes on with the restored world after a restore', async () => {
    const api = configFor('admin').makeApiClient(CoreV1Api);
    const before = world.simulation.snapshot();
    world.api.create(aPod('lost'));

    world.simulation.restore(before);
    const names = (await api.listNamespacedPod({ namespace: 'default' })).items.map((pod) => pod.metadata?.name);

    expect(names).not.toContain('lost');
  });
});
