import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { anApiServer } from '../../support/api-server-world.ts';
import { aWidgetDefinition } from '../../support/custom-definition.ts';
import { type KubeClients, kubeClients } from '../../support/kube-clients.ts';
import { aDeployment } from '../../support/test-kubernetes.ts';

let world: Awaited<ReturnType<typeof anApiServer>>;
let clients: KubeClients;
let chart: string;
beforeAll(async () => {
  world = await anApiServer();
  clients = kubeClients(world.server, ['admin', 'nobody']);
  chart = writeChart();
});
afterAll(async () => {
  clients.remove();
  await world.stop();
});

/** A chart with a definition, an object of it and a Deployment. */
function writeChart(): string {
  const deployment = aDeployment('app', [{ name: 'main', image: 'example/app:{{ .Values.tag }}' }]);
  const spec = { ...deployment, metadata: { name: 'app' } };
  clients.write('chart/Chart.yaml', 'apiVersion: v2\nname: tiny\nversion: 0.1.0\n');
  clients.write('chart/values.yaml', 'tag: "1"\n');
  clients.write(
    'chart/crds/widgets.yaml',
    JSON.stringify(aWidgetDefinition({ type: 'object', properties: { size: { type: 'integer' } } })),
  );
  clients.write('chart/templates/deployment.yaml', JSON.stringify(spec));
  clients.write(
    'chart/templates/widget.yaml',
    'apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}\nspec: {size: 1}\n',
  );
  return `${clients.folder}/chart`;
}

async function helm(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await clients.helm(...args, '--namespace', 'apps');
  if (code !== 0) throw new Error(stderr);
  return stdout;
}

function imageNow(): unknown {
  const app = world.api.get({ apiVersion: 'apps/v1', kind: 'Deployment', name: 'app', namespace: 'apps' });
  return JSON.stringify(app?.spec ?? '').match(/example\/app:\d/)?.[0];
}

describe('the real helm 4 against the simulated API server', () => {
  it('installs, upgrades, tells the history, rolls back and uninstalls', async () => {
    const installed = await helm('upgrade', '--install', 'tiny', chart, '--create-namespace');
    const afterInstall = imageNow();
    await helm('upgrade', 'tiny', chart, '--set', 'tag=2');
    const afterUpgrade = imageNow();
    const dryRun = await helm('upgrade', 'tiny', chart, '--set', 'tag=3', '--dry-run=server');
    const afterDryRun = imageNow();
    await helm('rollback', 'tiny', '1');
    const afterRollback = imageNow();
    const history = await helm('history', 'tiny');
    const list = await helm('list');
    await helm('uninstall', 'tiny');

    expect(installed).toContain('STATUS: deployed');
    expect([afterInstall, afterUpgrade, afterDryRun, afterRollback]).toEqual([
      'example/app:1',
      'example/app:2',
      'example/app:2',
      'example/app:1',
    ]);
    expect(dryRun).toContain('example/app:3');
    expect(history.match(/superseded|deployed/g)).toEqual(['superseded', 'superseded', 'deployed']);
    expect(list).toMatch(/tiny\s+apps\s+3/);
    expect(imageNow()).toBeUndefined();
    expect(world.api.list('v1', 'Secret', { namespace: 'apps' })).toEqual([]);
    expect(world.api.list('example.com/v1', 'Widget')).toEqual([]);
  });

  it('fails as it would on a real cluster when it may not do something', async () => {
    const { code, stderr } = await clients.helm('upgrade', '--install', 'other', chart, '--kube-context', 'nobody');

    expect(code).not.toBe(0);
    expect(stderr).toContain('User "nobody" cannot list resource "secrets" in API group "" in the namespace "default"');
  });
});
