import { describe, expect, it } from '@jest/globals';
import { controllerValues } from '../../../../functions/helm-charts/controller-values.ts';
import { type ChartName, ensureChart } from '../../../../functions/helm-charts/ensure-chart.ts';
import { fakeHelm } from '../../../support/fakes/fake-helm.ts';
import { aCluster, anInput, aRegistryRow, aStepWorld, drive } from '../../../support/fakes/step-world.ts';

function aWorld(spec: Readonly<Record<string, unknown>> = {}) {
  const world = aStepWorld(spec);
  const helm = fakeHelm(world.journal);
  let digest = 'aaaa';
  const charts = {
    version: '1.14.1',
    pathOf: (chart: string) => `/task/.build/charts/${chart}-1.14.1.tgz`,
    digestOf: () => digest,
  };
  const deps = { ...world.deps, charts, connectHelm: helm.connectHelm };
  return {
    world,
    helm,
    values: controllerValues(world.cluster, aRegistryRow()),
    repackage: () => {
      digest = 'bbbb';
    },
    turn: (chart: ChartName) => ensureChart(anInput('chart'), chart, deps),
    run: (chart: ChartName) => drive(world, 'chart', (input) => ensureChart(input, chart, deps)),
  };
}

const aRelease = (status: string, values: object = {}) => ({
  name: 'karpenter',
  status,
  chart: 'karpenter-1.14.1',
  description: 'Install complete',
  values: { ...values },
});

describe('the values of the controller chart', () => {
  it('name the cluster and its queue, the batching, the resources and where the two replicas run', () => {
    const cluster = aCluster({ karpenter: { settings: { batchMaxDuration: '20s', reservedENIs: 1 } } });

    const values = controllerValues(cluster, aRegistryRow());

    expect(values).toMatchObject({
      replicas: 2,
      nodeSelector: { 'kubernetes.io/os': 'linux', 'joinery.dev/bootstrap': 'true' },
      controller: {
        resources: { requests: { cpu: '1', memory: '1Gi' }, limits: { cpu: '1', memory: '1Gi' } },
      },
      settings: {
        clusterName: 'banking-prod',
        interruptionQueue: 'joinery-cluster-banking-prod',
        batchMaxDuration: '20s',
        batchIdleDuration: '1s',
        reservedENIs: '1',
      },
    });
  });
});

describe('a release', () => {
  it('of the controller is installed from the packaged chart, without the definitions in it', async () => {
    const { helm, values, turn } = aWorld();

    const result = await turn('karpenter');

    expect(helm.upgrades()).toEqual([
      {
        release: 'karpenter',
        namespace: 'kube-system',
        chart: '/task/.build/charts/karpenter-1.14.1.tgz',
        values,
        skipCrds: true,
        description: expect.stringMatching(/^joinery [0-9a-f]{16}$/),
      },
    ]);
    expect(result).toMatchObject({ ready: true, change: 'created', detail: 'karpenter 1.14.1 installed' });
  });

  it('of the definitions takes over those that the controller chart once brought', async () => {
    const { helm, turn } = aWorld();

    await turn('karpenter-crd');

    expect(helm.upgrades()).toMatchObject([{ release: 'karpenter-crd', takeOwnership: true, values: {} }]);
    expect(helm.upgrades()[0]).not.toHaveProperty('skipCrds');
  });

  it('is left alone when chart and values are the same', async () => {
    const { helm, turn } = aWorld();
    await turn('karpenter');

    const result = await turn('karpenter');

    expect(result).toMatchObject({ ready: true, change: 'none', detail: 'karpenter-1.14.1, revision 1' });
    expect(helm.upgrades()).toHaveLength(1);
  });

  it('is left alone when a person made it so by hand', async () => {
    const { helm, values, turn } = aWorld();
    const reordered = Object.fromEntries(Object.entries(values).reverse());
    helm.add(aRelease('deployed', reordered));

    expect(await turn('karpenter')).toMatchObject({ ready: true, change: 'none' });
  });

  it('is upgraded when its values were changed by hand', async () => {
    const { helm, values, turn } = aWorld();
    helm.add(aRelease('deployed', { ...values, replicas: 1 }));

    expect(await turn('karpenter')).toMatchObject({ ready: true, change: 'updated' });
    expect(helm.upgrades()).toMatchObject([{ values: { replicas: 2 } }]);
  });

  it('is upgraded when the packaged chart is another build of the same version', async () => {
    const { helm, repackage, turn } = aWorld();
    await turn('karpenter');

    repackage();

    expect(await turn('karpenter')).toMatchObject({ change: 'updated' });
    expect(helm.upgrades()).toHaveLength(2);
  });

  it('of another chart version is upgraded', async () => {
    const { helm, values, turn } = aWorld();
    helm.add({ ...aRelease('deployed', values), chart: 'karpenter-1.13.0' });

    expect(await turn('karpenter')).toMatchObject({ change: 'updated' });
  });

  it('that failed is tried again', async () => {
    const { helm, values, turn } = aWorld();
    helm.add(aRelease('failed', values));

    expect(await turn('karpenter')).toMatchObject({ ready: true, change: 'updated' });
  });

  it('is refused when the deployment carries other charts than the file asks for', async () => {
    const { helm, turn } = aWorld({ karpenter: { version: '1.14.0' } });

    await expect(turn('karpenter')).rejects.toMatchObject({ name: 'ChartVersionMissing' });
    expect(helm.upgrades()).toEqual([]);
  });
});

describe('a release that a killed helm left pending', () => {
  it('at its first install is rolled back to that revision, and then is as it should be', async () => {
    const { world, helm, values, run } = aWorld();
    helm.add(aRelease('pending-install', values));

    const results = await run('karpenter');

    expect(world.journal).toContain('helm rollback karpenter 1');
    expect(results.map((result) => result.ready)).toEqual([false, true]);
    expect(results[0]?.detail).toBe('karpenter was pending-install; rolled back to revision 1');
    expect(helm.upgrades()).toEqual([]);
  });

  it('at an upgrade is rolled back to the last revision that was finished, then upgraded', async () => {
    const { world, helm, values, run } = aWorld();
    helm.add(aRelease('failed', {}));
    helm.add(aRelease('deployed', { ...values, replicas: 1 }));
    helm.add(aRelease('failed', values));
    helm.add(aRelease('pending-upgrade', values));

    const results = await run('karpenter');

    expect(world.journal).toContain('helm rollback karpenter 2');
    expect(results.at(-1)).toMatchObject({ ready: true, change: 'updated' });
    expect(helm.upgrades()).toMatchObject([{ values: { replicas: 2 } }]);
  });

  it('at a rollback is rolled back once more', async () => {
    const { world, helm, values, run } = aWorld();
    helm.add(aRelease('superseded', values));
    helm.add(aRelease('pending-rollback', values));

    await run('karpenter');

    expect(world.journal).toContain('helm rollback karpenter 1');
  });
});
