import { afterEach, describe, expect, it } from '@jest/globals';
import { Simulation } from '../../../../../simulator/core/simulation.ts';
import { nodeGone } from '../../../../../simulator/kubernetes/controllers/nodes/join.ts';
import { conditionOf, isPodReady, isTerminating } from '../../../../../simulator/kubernetes/controllers/objects.ts';
import {
  aDaemonSet,
  aDeployment,
  createWorld,
  deploymentOf,
  join,
  nodeOf,
  openCluster,
  podsOf,
  type World,
} from './world.ts';

let world: World;
afterEach(() => world.simulation.close());

const SHOP = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'default', name: 'shop' };
const newImage = (image: string) => ({ spec: { template: { spec: { containers: [{ name: 'app', image }] } } } });

async function threeNodes(options: Parameters<typeof createWorld>[0] = {}): Promise<World> {
  world = createWorld(options);
  join(world, 'node-a', { zone: 'eu-west-1a' });
  join(world, 'node-b', { zone: 'eu-west-1b' });
  join(world, 'node-c', { zone: 'eu-west-1c' });
  await world.simulation.runFor(40);
  return world;
}

describe('deployments', () => {
  it('run their pods on ready nodes and say that they are available', async () => {
    await threeNodes();

    world.api.create(aDeployment('shop'));
    await world.simulation.runFor(30);

    const shop = deploymentOf(world, 'shop');
    expect(shop.status).toMatchObject({
      replicas: 3,
      updatedReplicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
      observedGeneration: 1,
    });
    expect(shop.status).not.toHaveProperty('unavailableReplicas');
    expect(conditionOf(shop, 'Progressing')?.reason).toBe('NewReplicaSetAvailable');
    expect(new Set(podsOf(world, 'shop').map((pod) => pod.spec.nodeName)).size).toBe(3);
    expect(podsOf(world, 'shop')[0]?.status).toMatchObject({ phase: 'Running', hostIP: '10.0.1.10' });
  });

  it('keep enough pods available during a rolling update and stay within the surge', async () => {
    await threeNodes();
    const rollingUpdate = { maxUnavailable: 0, maxSurge: 1 };
    world.api.create(aDeployment('shop', { more: { strategy: { type: 'RollingUpdate', rollingUpdate } } }));
    await world.simulation.runFor(30);

    world.api.mergePatch(SHOP, newImage('app:2'));
    const seen: { ready: number; active: number }[] = [];
    for (let second = 0; second < 90; second += 1) {
      await world.simulation.runFor(1);
      const pods = podsOf(world, 'shop').filter((pod) => !isTerminating(pod));
      seen.push({ ready: pods.filter(isPodReady).length, active: pods.length });
    }

    expect(Math.min(...seen.map(({ ready }) => ready))).toBe(3);
    expect(Math.max(...seen.map(({ active }) => active))).toBe(4);
    expect(podsOf(world, 'shop').map((pod) => pod.spec.containers[0]?.image)).toEqual(['app:2', 'app:2', 'app:2']);
    expect(deploymentOf(world, 'shop').metadata.annotations).toMatchObject({
      'deployment.kubernetes.io/revision': '2',
    });
    const sets = world.api.list('apps/v1', 'ReplicaSet').map((set) => set.spec?.['replicas']);
    expect(sets.sort()).toEqual([0, 3]);
  });

  it('go back to an earlier template by its own replica set, as a new revision', async () => {
    await threeNodes();
    world.api.create(aDeployment('shop'));
    await world.simulation.runFor(30);
    const [first] = world.api.list('apps/v1', 'ReplicaSet');
    world.api.mergePatch(SHOP, newImage('app:2'));
    await world.simulation.runFor(60);

    const original = aDeployment('shop').spec?.['template'];
    world.api.mergePatch(SHOP, { spec: { template: original } });
    await world.simulation.runFor(60);

    const sets = world.api.list('apps/v1', 'ReplicaSet');
    const back = sets.find((set) => set.metadata.uid === first?.metadata.uid);
    expect(sets).toHaveLength(2);
    expect(back?.spec?.['replicas']).toBe(3);
    expect(back?.metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('3');
  });

  it('say that they exceed their progress deadline while their pods crash', async () => {
    await threeNodes({
      podBehaviour: (pod) => (pod.metadata.labels?.['app'] === 'shop' ? { crash: 'no credentials' } : undefined),
    });

    world.api.create(aDeployment('shop', { replicas: 1, more: { progressDeadlineSeconds: 60 } }));
    await world.simulation.runFor(90);

    const shop = deploymentOf(world, 'shop');
    expect(conditionOf(shop, 'Progressing')).toMatchObject({ status: 'False', reason: 'ProgressDeadlineExceeded' });
    expect(conditionOf(shop, 'Available')).toMatchObject({ status: 'False', reason: 'MinimumReplicasUnavailable' });
    const [container] = podsOf(world, 'shop')[0]?.status?.containerStatuses ?? [];
    expect(container).toMatchObject({
      restartCount: 3,
      state: { waiting: { reason: 'CrashLoopBackOff' } },
      lastState: { terminated: { exitCode: 1, message: 'no credentials' } },
    });
  });

  it('wait for an image that cannot be had, less and less often, and run once it can', async () => {
    let isThere = false;
    const asked: number[] = [];
    await threeNodes({
      podBehaviour: (pod) => {
        if (pod.metadata.labels?.['app'] !== 'shop') return undefined;
        asked.push(Math.round(world.simulation.now() / 1000));
        return isThere ? undefined : { pullFault: '403 Forbidden' };
      },
    });

    world.api.create(aDeployment('shop', { replicas: 1 }));
    await world.simulation.runFor(60);
    const [waiting] = podsOf(world, 'shop');
    isThere = true;
    await world.simulation.runFor(60);

    expect(asked.slice(1).map((second, index) => second - (asked[index] ?? 0))).toEqual([10, 20, 40]);
    expect([waiting?.status?.phase, waiting?.status?.containerStatuses?.[0]]).toMatchObject([
      'Pending',
      {
        restartCount: 0,
        state: { waiting: { reason: 'ImagePullBackOff', message: expect.stringContaining('403 Forbidden') } },
      },
    ]);
    expect(podsOf(world, 'shop').filter(isPodReady)).toHaveLength(1);
  });

  it('end in the same state when the world is restored from a snapshot in the middle of a rollout', async () => {
    await threeNodes();
    world.api.create(aDeployment('shop'));
    await world.simulation.runFor(30);
    world.api.mergePatch(SHOP, newImage('app:2'));
    await world.simulation.runFor(4);
    const middle = world.simulation.snapshot();
    await world.simulation.runFor(120);
    const straight = JSON.stringify(world.simulation.snapshot());
    world.simulation.close();

    const later = new Simulation({ seed: 1, startAt: '2027-01-01T00:00:00Z' });
    later.restore(middle);
    world = openCluster(later);
    const halfway = podsOf(world, 'shop').map((pod) => pod.spec.containers[0]?.image);
    await later.runFor(120);

    expect(new Set(halfway)).toEqual(new Set(['app:1', 'app:2']));
    // Compared as a whole, but not printed: it is long.
    expect(JSON.stringify(world.simulation.snapshot()) === straight).toBe(true);
  });
});

describe('a restore in place', () => {
  it('goes on from the restored objects without starting the controllers again', async () => {
    await threeNodes();
    const before = world.simulation.snapshot();
    world.api.create(aDeployment('shop'));
    await world.simulation.runFor(30);

    world.simulation.restore(before);
    world.api.create(aDeployment('other', { replicas: 2 }));
    await world.simulation.runFor(30);

    expect(podsOf(world, 'shop')).toEqual([]);
    expect(podsOf(world, 'other').filter(isPodReady)).toHaveLength(2);
  });
});

describe('pods that the API server refuses', () => {
  it('are reported as a failure of the replica set and the deployment, and made once they may be', async () => {
    await threeNodes();
    world.api.create(aDeployment('shop', { replicas: 1, spec: { serviceAccountName: 'shop' } }));
    await world.simulation.runFor(10);
    const failure = conditionOf(deploymentOf(world, 'shop'), 'ReplicaFailure');

    world.api.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'shop', namespace: 'default' } });
    await world.simulation.runFor(20);

    expect(failure).toMatchObject({ status: 'True', reason: 'FailedCreate' });
    expect(failure?.message).toContain('serviceaccount "shop" not found');
    expect(podsOf(world, 'shop').filter(isPodReady)).toHaveLength(1);
    expect(conditionOf(deploymentOf(world, 'shop'), 'ReplicaFailure')).toBeUndefined();
  });
});

describe('controllers that undo each other', () => {
  it('fail the run', async () => {
    await threeNodes();
    const taints = [{ key: 'maintenance', effect: 'NoExecute' }];
    world.api.mergePatch({ apiVersion: 'v1', kind: 'Node', name: 'node-a' }, { spec: { taints } });

    world.api.create(aDeployment('shop', { replicas: 1, spec: { nodeName: 'node-a' } }));

    await expect(world.simulation.runFor(5)).rejects.toThrow('controllers of banking do not come to rest');
  });
});

describe('daemon sets', () => {
  it('run on tainted nodes where they tolerate the taint, and on no others', async () => {
    world = createWorld();
    join(world, 'node-a', { taints: [{ key: 'CriticalAddonsOnly', value: 'true', effect: 'NoSchedule' }] });
    join(world, 'node-b');
    world.api.create(aDaemonSet('everywhere', { tolerateAll: true }));
    world.api.create(aDaemonSet('choosy'));
    await world.simulation.runFor(60);

    const status = (name: string) =>
      world.api.get({ apiVersion: 'apps/v1', kind: 'DaemonSet', namespace: 'default', name })?.status;
    expect(status('everywhere')).toMatchObject({
      desiredNumberScheduled: 2,
      numberReady: 2,
      updatedNumberScheduled: 2,
    });
    expect(status('choosy')).toMatchObject({ desiredNumberScheduled: 1, numberReady: 1 });
    expect(podsOf(world, 'choosy').map((pod) => pod.spec.nodeName)).toEqual(['node-b']);
  });

  it('replace outdated pods one node after the other', async () => {
    await threeNodes();
    world.api.create(aDaemonSet('agent'));
    await world.simulation.runFor(30);

    const ref = { apiVersion: 'apps/v1', kind: 'DaemonSet', namespace: 'default', name: 'agent' };
    world.api.mergePatch(ref, newImage('agent:2'));
    let fewest = 3;
    for (let second = 0; second < 90; second += 1) {
      await world.simulation.runFor(1);
      fewest = Math.min(fewest, podsOf(world, 'agent').filter((pod) => isPodReady(pod) && !isTerminating(pod)).length);
    }

    expect(fewest).toBe(2);
    expect(world.api.get(ref)?.status).toMatchObject({ updatedNumberScheduled: 3, numberAvailable: 3 });
  });

  it('make a node ready once the pod of the CNI runs on it, and others wait for the network', async () => {
    world = createWorld();
    join(world, 'node-a');
    world.api.create(aDaemonSet('everywhere', { tolerateAll: true }));
    await world.simulation.runFor(7.5);
    const early = nodeOf(world, 'node-a');
    const phases = ['aws-node', 'everywhere'].map((name) => podsOf(world, name)[0]?.status?.phase);
    await world.simulation.runFor(30);

    const late = nodeOf(world, 'node-a');
    expect(early && conditionOf(early, 'Ready')).toMatchObject({ status: 'False', reason: 'KubeletNotReady' });
    expect(early?.spec.taints?.map(({ key }) => key)).toContain('node.kubernetes.io/not-ready');
    expect(phases).toEqual(['Running', 'Pending']);
    expect(podsOf(world, 'everywhere')[0]?.status?.phase).toBe('Running');
    expect(late && conditionOf(late, 'Ready')?.status).toBe('True');
    expect(late?.spec.taints).toBeUndefined();
  });
});

describe('a daemon pod that waits for room on its node', () => {
  it('is deleted when the node goes', async () => {
    world = createWorld();
    join(world, 'small', { cpu: '80m' });
    await world.simulation.runFor(30);
    world.api.create(aDaemonSet('everywhere', { tolerateAll: true }));
    await world.simulation.runFor(5);
    const waiting = podsOf(world, 'everywhere').map((pod) => pod.spec.nodeName);

    nodeGone(world.cluster, 'small');
    await world.simulation.runFor(50);

    expect(waiting).toEqual([undefined]);
    expect(nodeOf(world, 'small')).toBeUndefined();
    expect(podsOf(world, 'everywhere')).toEqual([]);
  });
});

describe('any kind without a controller', () => {
  it('fails the run instead of being left without pods', async () => {
    world = createWorld();
    const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'app', image: 'app:1' }] } };
    world.api.create({
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'once', namespace: 'default' },
      spec: { template },
    });

    await expect(world.simulation.runFor(5)).rejects.toThrow(
      'Job default/once: no controller for this kind is simulated',
    );
  });
});
