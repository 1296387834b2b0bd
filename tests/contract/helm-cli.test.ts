import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ensureChart } from '../../functions/helm-charts/ensure-chart.ts';
import { type Helm, helmCli } from '../../shared/helm/helm-cli.ts';
import { type ApiServer, startApiServer } from '../../simulator/kubernetes/api/http/server.ts';
import { SYSTEM_ADMIN } from '../../simulator/kubernetes/types.ts';
import { aStepWorld, drive } from '../support/fakes/step-world.ts';
import { kubeconfigFor } from '../support/kube-clients.ts';
import { kubectlLayer } from '../support/kubectl-layer.ts';
import { aKubernetes } from '../support/test-kubernetes.ts';

const NAMESPACE = 'kube-system';
const { helm: helmPath } = kubectlLayer();

let kubernetes: ReturnType<typeof aKubernetes>;
let server: ApiServer;
let folder: string;
let chart: string;
/** The helm that is killed by its own next request once its release is pending. */
let victim: ChildProcess | undefined;

beforeAll(async () => {
  kubernetes = aKubernetes();
  server = await startApiServer({
    cluster: kubernetes.cluster,
    authenticate: (token) => {
      if (token === 'victim' && newestStatus()?.startsWith('pending-')) victim?.kill('SIGKILL');
      return SYSTEM_ADMIN;
    },
  });
  folder = mkdtempSync(join(tmpdir(), 'joinery-helm-contract-'));
  chart = writeChart();
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await server.close();
  kubernetes.close();
});

function writeChart(): string {
  const path = join(folder, 'chart');
  mkdirSync(join(path, 'templates'), { recursive: true });
  writeFileSync(join(path, 'Chart.yaml'), 'apiVersion: v2\nname: karpenter\nversion: 1.14.1\n');
  writeFileSync(
    join(path, 'templates', 'map.yaml'),
    'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: {{ .Release.Name }}-{{ .Values.replicas }} }\n',
  );
  return path;
}

/** The status of the newest revision, from the labels that helm puts on its Secrets. */
function newestStatus(): string | undefined {
  const secrets = kubernetes.api.list('v1', 'Secret', {
    namespace: NAMESPACE,
    labelSelector: 'owner=helm,name=karpenter',
  });
  const labels = secrets.map(({ metadata }) => metadata.labels ?? {});
  return labels.toSorted((a, b) => Number(a['version']) - Number(b['version'])).at(-1)?.['status'];
}

const helmAs = (token: string): Helm =>
  helmCli({ helmPath, endpoint: { url: server.url, caData: server.caData, token } });

/** Starts the real helm, and returns when it was killed in the middle of its operation. */
async function killedHelm(...args: string[]): Promise<void> {
  const kubeconfig = join(folder, 'victim.json');
  writeFileSync(kubeconfig, JSON.stringify(kubeconfigFor(server, ['victim'])));
  const env = { HOME: folder, KUBECONFIG: kubeconfig, PATH: '' };
  victim = spawn(helmPath, [...args, '--namespace', NAMESPACE], { env, stdio: 'ignore' });
  const [, signal] = (await once(victim, 'exit')) as [number | null, string | null];
  victim = undefined;
  if (signal !== 'SIGKILL') throw new Error('helm ended before it could be killed');
}

/** What helm itself tells of a release. */
async function helmsOwnHistory(release: string): Promise<object[]> {
  const kubeconfig = join(folder, 'reader.json');
  writeFileSync(kubeconfig, JSON.stringify(kubeconfigFor(server, ['admin'])));
  const env = { HOME: folder, KUBECONFIG: kubeconfig, PATH: '' };
  const args = ['history', release, '--namespace', NAMESPACE, '--output', 'json'];
  const { stdout } = await promisify(execFile)(helmPath, args, { env });
  return JSON.parse(stdout) as object[];
}

function ensureKarpenter() {
  const world = aStepWorld();
  const charts = { version: '1.14.1', pathOf: () => chart, digestOf: () => 'digest' };
  const deps = { ...world.deps, charts, connectHelm: async () => helmAs('admin') };
  return drive(world, 'chart', (input) => ensureChart(input, 'karpenter', deps));
}

const maps = () =>
  kubernetes.api.list('v1', 'ConfigMap', { namespace: NAMESPACE }).map(({ metadata }) => metadata.name);

describe('helm as a child process', () => {
  it('installs, upgrades and rolls back, and its records tell the history, or that there is none', async () => {
    const helm = helmAs('admin');
    const release = { release: 'tiny', namespace: NAMESPACE, chart };

    const none = await helm.history('tiny', NAMESPACE);
    await helm.upgradeInstall({ ...release, values: { replicas: 1 }, description: 'joinery first' });
    await helm.upgradeInstall({ ...release, values: { replicas: 2, list: ['a'] }, description: 'joinery second' });
    await helm.rollback('tiny', NAMESPACE, 1);

    const history = (await helm.history('tiny', NAMESPACE)).map(({ content, ...labels }) => ({
      ...labels,
      ...content(),
    }));
    expect(none).toEqual([]);
    expect(history.map(({ description, values }) => [description, values])).toEqual([
      ['joinery first', { replicas: 1 }],
      ['joinery second', { replicas: 2, list: ['a'] }],
      ['Rollback to 1', { replicas: 1 }],
    ]);
    expect(await helmsOwnHistory('tiny')).toMatchObject(history.map(({ name, values, ...told }) => told));
    expect(maps()).toContain('tiny-1');
  });

  it("fails with helm's own words", async () => {
    const release = { release: 'broken', namespace: NAMESPACE, chart: join(folder, 'nowhere') };

    const failed = helmAs('admin').upgradeInstall({ ...release, values: {}, description: 'x' });

    await expect(failed).rejects.toMatchObject({
      name: 'HelmFailed',
      message: expect.stringMatching(/^helm upgrade broken: .*nowhere/s),
    });
  });
});

describe('a release whose helm was killed', () => {
  it('in its first install comes up, and is left alone from then on', async () => {
    await killedHelm('upgrade', 'karpenter', chart, '--install', '--set', 'replicas=9');
    const pending = (await helmAs('admin').history('karpenter', NAMESPACE)).map(({ status }) => status);

    const recovered = await ensureKarpenter();
    const again = await ensureKarpenter();

    expect(pending).toEqual(['pending-install']);
    expect(recovered.map(({ detail }) => detail)).toEqual([
      'karpenter was pending-install; rolled back to revision 1',
      'karpenter 1.14.1 upgraded',
    ]);
    expect(again).toMatchObject([{ ready: true, change: 'none' }]);
    expect(maps()).toContain('karpenter-2');
    expect(maps()).not.toContain('karpenter-9');
  });

  it('in an upgrade goes back to what was deployed, which is what the file asks for', async () => {
    await ensureKarpenter();
    const before = (await helmAs('admin').history('karpenter', NAMESPACE)).at(-1)?.revision ?? 0;
    await killedHelm('upgrade', 'karpenter', chart, '--set', 'replicas=2', '--set', 'more=1');

    const recovered = await ensureKarpenter();

    expect(recovered.map(({ detail }) => detail)).toEqual([
      `karpenter was pending-upgrade; rolled back to revision ${before}`,
      `karpenter-1.14.1, revision ${before + 2}`,
    ]);
  });

  it('in an upgrade that would have dropped an object, over which helm cannot go back, comes up all the same', async () => {
    await ensureKarpenter();
    await killedHelm('upgrade', 'karpenter', chart, '--set', 'replicas=9');

    const recovered = await ensureKarpenter();
    const again = await ensureKarpenter();

    expect(recovered[0]?.detail).toMatch(/^karpenter was pending-upgrade; .* with an error/);
    expect(recovered.at(-1)).toMatchObject({ ready: true, detail: 'karpenter 1.14.1 upgraded' });
    expect(again).toMatchObject([{ ready: true, change: 'none' }]);
    expect(maps()).toContain('karpenter-2');
    expect(maps()).not.toContain('karpenter-9');
  });
});
