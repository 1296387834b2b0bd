import { describe, expect, it } from '@jest/globals';
import { cleanUpSmokeTest, measureSmokeTest, startSmokeTest } from '../../../../functions/smoke-test/run-smoke-test.ts';
import type { Manifest } from '../../../../shared/kube/api.ts';
import { fakeKube } from '../../../support/fakes/fake-kube.ts';
import { anInput, aStepWorld, drive } from '../../../support/fakes/step-world.ts';

const NAME = 'joinery-smoke-test-banking-prod';

function aWorld(spec: Readonly<Record<string, unknown>> = {}) {
  const world = aStepWorld(spec);
  const kube = fakeKube(world.journal);
  kube.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAME } });
  const saved: unknown[] = [];
  const instances: string[] = [];
  const deps = {
    ...world.deps,
    connect: kube.connect,
    liveInstances: async (cluster: string, nodePool: string) =>
      cluster === 'banking-prod' && nodePool === NAME ? [...instances] : [],
    saveLatency: async (_: unknown, latency: unknown) => {
      saved.push(latency);
    },
  };
  return {
    world,
    kube,
    deps,
    saved,
    instances,
    start: () => startSmokeTest(anInput('smoke-test'), deps),
    measure: () => measureSmokeTest(anInput('smoke-test'), deps),
  };
}

const isTrue = (type: string, time: string) => ({ type, status: 'True', lastTransitionTime: time });

const aClaim = (conditions: readonly object[], more: object = {}): Manifest => ({
  apiVersion: 'karpenter.sh/v1',
  kind: 'NodeClaim',
  metadata: {
    name: 'claim-1',
    labels: { 'karpenter.sh/nodepool': NAME },
    creationTimestamp: '2026-11-02T08:00:01Z',
    ...more,
  },
  status: { nodeName: 'node-1', conditions },
});

const aReadyPod = (name: string): Manifest => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name,
    namespace: NAME,
    labels: { 'app.kubernetes.io/name': 'joinery-inflate' },
    creationTimestamp: '2026-11-02T08:00:00Z',
  },
  spec: { nodeName: 'node-1' },
  status: { conditions: [isTrue('Ready', '2026-11-02T08:01:00Z')] },
});

const poolWith = (condition: object): Manifest => ({
  apiVersion: 'karpenter.sh/v1',
  kind: 'NodePool',
  metadata: { name: NAME },
  status: { conditions: [condition] },
});

describe('starting the smoke test', () => {
  it('makes a temporary pool of its own, limited and tainted, and scales a deployment from 0 that only fits there', async () => {
    const { world, kube, start } = aWorld({ smokeTest: { pods: 3, cpu: '500m' } });

    const result = await start();

    const [pool] = kube.ofKind('NodePool');
    const [deployment] = kube.ofKind('Deployment');
    expect(pool).toMatchObject({
      metadata: { name: NAME },
      spec: {
        limits: { cpu: '8' },
        template: {
          spec: {
            nodeClassRef: { name: 'default' },
            taints: [{ key: 'joinery.dev/smoke-test', value: NAME, effect: 'NoSchedule' }],
            expireAfter: '1h',
            terminationGracePeriod: '5m',
          },
        },
      },
    });
    expect(deployment).toMatchObject({
      metadata: { name: 'inflate', namespace: NAME },
      spec: {
        replicas: 3,
        template: {
          spec: {
            nodeSelector: { 'joinery.dev/smoke-test': NAME },
            tolerations: [{ key: 'joinery.dev/smoke-test', value: NAME }],
            securityContext: { runAsNonRoot: true },
            terminationGracePeriodSeconds: 0,
          },
        },
      },
    });
    const replicas = (kube.inputsOf('apply Deployment inflate') as Manifest[]).map(
      (manifest) => (manifest['spec'] as { replicas: number }).replicas,
    );
    expect(replicas).toEqual([0, 3]);
    expect(result.ready).toBe(false);
    expect(world.journal.indexOf(`intend NodePool ${NAME}`)).toBeLessThan(
      world.journal.indexOf(`apply NodePool ${NAME}`),
    );
  });

  it('leaves room in the limit for three times what the pods ask for', async () => {
    const { kube, start } = aWorld({ smokeTest: { pods: 5, cpu: '1' } });

    await start();

    expect(kube.ofKind('NodePool')).toMatchObject([{ spec: { limits: { cpu: '15' } } }]);
  });
});

describe('measuring the smoke test', () => {
  const DONE = [
    isTrue('Launched', '2026-11-02T08:00:05Z'),
    isTrue('Registered', '2026-11-02T08:00:35Z'),
    isTrue('Initialized', '2026-11-02T08:00:50Z'),
  ];

  it('keeps the latency once every pod is Ready', async () => {
    const { kube, saved, measure } = aWorld({ smokeTest: { pods: 2, cpu: '1' } });
    kube.put(aClaim(DONE));
    kube.put(aReadyPod('a'));
    const early = await measure();
    kube.put(aReadyPod('b'));

    const result = await measure();

    expect(early).toMatchObject({
      ready: false,
      detail: '1 of 2 pods, 1 NodeClaims: claim-1 Initialized',
    });
    expect(result).toMatchObject({ ready: true, detail: '2 pods on 1 new node, the slowest after 60 s' });
    expect(saved).toMatchObject([{ pods: 2, nodes: 1, seconds: { total: 60 } }]);
  });

  it('fails at once when EC2 refuses the launch', async () => {
    const { kube, measure } = aWorld();
    kube.put(aClaim([{ type: 'Launched', status: 'False', reason: 'LaunchFailed', message: 'UnauthorizedOperation' }]));

    await expect(measure()).rejects.toMatchObject({
      name: 'SmokeTestFailed',
      message: 'claim-1 could not be launched: LaunchFailed: UnauthorizedOperation',
    });
  });

  it('fails at once when the pool cannot become Ready', async () => {
    const { kube, measure } = aWorld();
    kube.put(poolWith({ type: 'NodeClassReady', status: 'False', reason: 'NodeClassNotReady' }));

    await expect(measure()).rejects.toMatchObject({
      name: 'SmokeTestFailed',
      message: 'The NodePool is not Ready: NodeClassReady: NodeClassNotReady',
    });
  });

  it('does not fail a pool for nodes that did not register once, but says what to look at', async () => {
    const { kube, measure } = aWorld();
    kube.put(poolWith({ type: 'NodeRegistrationHealthy', status: 'False', reason: 'RegistrationFailed' }));

    const { ready, detail } = await measure();

    expect(ready).toBe(false);
    expect(detail).toContain('NodeRegistrationHealthy is False (RegistrationFailed). Nodes that launch and never');
  });

  it('expires after ten minutes with what the nodes wait for and what to look at', async () => {
    const { world, kube, deps } = aWorld();
    kube.put(
      aClaim([
        isTrue('Launched', '2026-11-02T08:00:05Z'),
        { type: 'Registered', status: 'Unknown', reason: 'NodeNotFound', message: 'Node not registered with cluster' },
      ]),
    );

    const results = await drive(world, 'smoke-test', (input) => measureSmokeTest(input, deps));

    expect(results.at(0)?.detail).toBe(
      '0 of 5 pods, 1 NodeClaims: claim-1 Launched (Registered: NodeNotFound: Node not registered with cluster)',
    );
    expect(results.at(-1)).toMatchObject({ expired: true });
    expect(results.at(-1)?.detail).toMatch(/claim-1 late\. .*access entry of the node role/);
    expect(world.clock.now() - Date.parse('2026-11-02T08:00:00Z')).toBe(600_000);
  });
});

describe('cleaning up after the smoke test', () => {
  it('deletes deployment and pool, then waits for the NodeClaims and after them for the instances', async () => {
    const { world, kube, instances, deps, start } = aWorld();
    await start();
    const claim = aClaim([], { deletionTimestamp: '2026-11-02T08:02:00Z' });
    kube.put(claim);
    instances.push('i-0a');

    const results = await drive(world, 'clean-up', (input) => {
      if (input.previous?.detail.startsWith('NodeClaims')) kube.drop(claim);
      if (input.previous?.detail.startsWith('instances')) instances.length = 0;
      return cleanUpSmokeTest(input, deps);
    });

    expect(results.map((result) => result.detail)).toEqual([
      'NodeClaims still there: claim-1 is being deleted',
      'instances still there: i-0a',
      'nothing is left of the smoke test',
    ]);
    expect(kube.ofKind('NodePool')).toEqual([]);
    expect(kube.ofKind('Deployment')).toEqual([]);
  });

  it('reports the instances that stay as its reason when its time is over', async () => {
    const { world, instances, deps } = aWorld();
    instances.push('i-0a', 'i-0b');

    const results = await drive(world, 'clean-up', (input) => cleanUpSmokeTest(input, deps));

    expect(results.at(-1)).toMatchObject({ expired: true, detail: 'instances still there: i-0a, i-0b' });
  });

  it('is done where nothing was made', async () => {
    const { deps } = aWorld();

    expect(await cleanUpSmokeTest(anInput('clean-up'), deps)).toMatchObject({ ready: true });
  });
});
