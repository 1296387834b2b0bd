import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { anApiServer } from '../../support/api-server-world.ts';
import { aWidgetDefinition } from '../../support/custom-definition.ts';
import { type KubeClients, kubeClients } from '../../support/kube-clients.ts';
import { aDeployment, aPod } from '../../support/test-kubernetes.ts';

let world: Awaited<ReturnType<typeof anApiServer>>;
let clients: KubeClients;
beforeAll(async () => {
  world = await anApiServer();
  clients = kubeClients(world.server, ['admin', 'nobody']);
});
afterAll(async () => {
  clients.remove();
  await world.stop();
});

/** Standard output; throws what kubectl says when it fails. */
async function kubectl(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await clients.kubectl(...args);
  if (code !== 0) throw new Error(stderr);
  return stdout.trim();
}

const manifest = (object: object) => clients.write(`${randomUUID()}.json`, JSON.stringify(object));

describe('the real kubectl against the simulated API server', () => {
  it('sees the server version and prints the tables that the server makes', async () => {
    const [version, namespaces, roles] = await Promise.all([
      kubectl('version'),
      kubectl('get', 'namespaces'),
      kubectl('get', 'clusterrole', 'cluster-admin'),
    ]);

    expect(version).toContain('Server Version: v1.35.2-eks-0000000');
    expect(namespaces.split('\n')[0]).toMatch(/^NAME +STATUS +AGE$/);
    expect(namespaces).toMatch(/kube-system +Active/);
    expect(roles).toContain('2026-11-02T08:00:00Z');
  });

  it('applies client-side, sees no change twice, shows a diff and merges lists by key', async () => {
    const file = manifest(aDeployment('client', [{ name: 'main', image: 'a:1', env: [{ name: 'A', value: '1' }] }]));
    const next = manifest(aDeployment('client', [{ name: 'main', image: 'a:2', env: [{ name: 'B', value: '2' }] }]));

    expect(await kubectl('apply', '-f', file)).toBe('deployment.apps/client created');
    expect(await kubectl('apply', '-f', file)).toBe('deployment.apps/client unchanged');
    world.api.mergePatch(
      { apiVersion: 'apps/v1', kind: 'Deployment', name: 'client', namespace: 'default' },
      { spec: { replicas: 4 } },
    );
    const diff = await clients.kubectl('diff', '-f', next);
    expect(await kubectl('apply', '-f', next)).toBe('deployment.apps/client configured');
    const result = await kubectl(
      'get',
      'deploy',
      'client',
      '-o',
      'jsonpath={.spec.replicas} {.spec.template.spec.containers[0].env}',
    );

    expect(diff.code).toBe(1);
    expect(diff.stdout).toMatch(/^\+ +image: a:2$/m);
    expect(result).toBe('4 [{"name":"B","value":"2"}]');
  });

  it('applies server-side, is told of conflicts and forces them', async () => {
    const file = manifest(aDeployment('server'));
    const other = manifest(aDeployment('server', [{ name: 'main', image: 'other:1' }]));

    expect(await kubectl('apply', '--server-side', '-f', file)).toBe('deployment.apps/server serverside-applied');
    const conflict = await clients.kubectl('apply', '--server-side', '--field-manager=other', '-f', other);
    await kubectl('apply', '--server-side', '--field-manager=other', '--force-conflicts', '-f', other);

    expect(conflict.stderr).toContain('Apply failed with 1 conflict: conflict with "kubectl"');
    expect(await kubectl('get', 'deploy', 'server', '-o', 'jsonpath={..image}')).toBe('other:1');
  });

  it('refuses an unknown field and explains the known ones', async () => {
    const wrong = await clients.kubectl('apply', '-f', manifest(aPod('wrong', { spec: { nodeNam: 'x' } })));

    expect(wrong.stderr).toContain('unknown field "spec.nodeNam"');
    expect(await kubectl('explain', 'pod.spec.containers.ports.containerPort')).toMatch(
      /FIELD: containerPort <integer>/,
    );
  });

  it('patches, labels, annotates and scales', async () => {
    await kubectl('apply', '-f', manifest(aDeployment('many')));

    await kubectl(
      'patch',
      'deploy',
      'many',
      '-p',
      '{"spec":{"template":{"spec":{"containers":[{"name":"side","image":"b:1"}]}}}}',
    );
    await kubectl(
      'patch',
      'deploy',
      'many',
      '--type=json',
      '-p',
      '[{"op":"replace","path":"/spec/paused","value":true}]',
    ).catch(() => '');
    await kubectl('patch', 'deploy', 'many', '--type=json', '-p', '[{"op":"add","path":"/spec/paused","value":true}]');
    await kubectl('label', 'deploy', 'many', 'tier=web');
    await kubectl('annotate', 'deploy', 'many', 'note=x');
    await kubectl('scale', 'deploy', 'many', '--replicas=3');
    const shown = await kubectl(
      'get',
      'deploy',
      '-l',
      'tier=web',
      '-o',
      'jsonpath={.items[*].metadata.name} {.items[0].spec.replicas} {.items[0].spec.paused} {.items[0].metadata.annotations.note} {..image}',
    );

    expect(shown).toBe('many 3 true x b:1 example/main:1');
  });

  it('cordons and drains a node by way of evictions', async () => {
    const pod = { apiVersion: 'v1', kind: 'Pod', name: 'drained', namespace: 'default' };
    world.api.create({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-1' } });
    world.api.create(aPod('drained', { spec: { nodeName: 'node-1' } }));
    // Stands in for the kubelet, which ends a pod that is asked to go.
    world.cluster.onChange(({ type, object }) => {
      if (type !== 'MODIFIED' || object.metadata.name !== 'drained' || !object.metadata.deletionTimestamp) return;
      queueMicrotask(() => world.api.delete(pod, { gracePeriodSeconds: 0 }));
    });

    await kubectl('cordon', 'node-1');
    const drained = await kubectl('drain', 'node-1', '--force', '--timeout=10s');

    expect(drained).toContain('node/node-1 drained');
    expect(world.api.get(pod)).toBeUndefined();
    expect(await kubectl('get', 'node', 'node-1')).toContain('SchedulingDisabled');
  });

  it('waits for conditions and for deletions, and serves a new definition at once', async () => {
    const widget = { apiVersion: 'example.com/v1', kind: 'Widget' };
    await kubectl(
      'apply',
      '-f',
      manifest(
        aWidgetDefinition({
          type: 'object',
          properties: { size: { type: 'integer', description: 'How large it is.' } },
        }),
      ),
    );
    await kubectl('wait', '--for=condition=Established', 'crd/widgets.example.com', '--timeout=5s');
    await kubectl(
      'apply',
      '-f',
      manifest({ ...widget, metadata: { name: 'w', finalizers: ['example.com/clean'] }, spec: { size: 1 } }),
    );

    const wrong = await clients.kubectl('patch', 'widget', 'w', '--type=merge', '-p', '{"spec":{"size":"big"}}');
    const explained = await kubectl('explain', 'widget.spec.size');
    // Stands in for a controller that cleans up before the object may go.
    world.cluster.onChange(({ type, object }) => {
      if (type !== 'MODIFIED' || object.kind !== 'Widget' || !object.metadata.deletionTimestamp) return;
      queueMicrotask(() => world.api.mergePatch({ ...widget, name: 'w' }, { metadata: { finalizers: null } }));
    });
    const deleted = await kubectl('delete', 'widget', 'w', '--timeout=5s');

    expect(wrong.stderr).toContain('spec.size in body must be of type integer: "string"');
    expect(explained).toContain('How large it is.');
    expect(deleted).toContain('widget.example.com "w" deleted');
    expect(world.api.list('example.com/v1', 'Widget')).toEqual([]);
  });

  it('is told what it may not do', async () => {
    const [list, may, can, unknown] = await Promise.all([
      clients.kubectl('--context=nobody', 'get', 'pods', '-A'),
      clients.kubectl('--context=nobody', 'auth', 'can-i', 'list', 'pods'),
      clients.kubectl('auth', 'can-i', 'list', 'pods'),
      clients.kubectl('--token=forged', 'get', 'pods'),
    ]);

    expect(list.stderr).toContain('User "nobody" cannot list resource "pods" in API group "" at the cluster scope');
    expect([may.stdout.trim(), can.stdout.trim()]).toEqual(['no', 'yes']);
    expect(unknown.stderr).toContain('Unauthorized');
  });
});
