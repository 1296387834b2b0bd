import { afterEach, describe, expect, it } from '@jest/globals';
import { aDeployment, aPod, createWorld, deploymentOf, join, podsOf, type World } from './world.ts';

let world: World;
afterEach(() => world.simulation.close());

const SHOP = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'default', name: 'shop' };

async function runningShop(): Promise<void> {
  world = createWorld();
  join(world, 'node-a');
  await world.simulation.runFor(40);
  world.api.create(aDeployment('shop', { replicas: 2 }));
  await world.simulation.runFor(20);
}

const replicaSets = () => world.api.list('apps/v1', 'ReplicaSet');

describe('deleting an owner', () => {
  it('takes its dependents along in the background', async () => {
    await runningShop();

    world.api.delete(SHOP, { propagationPolicy: 'Background' });
    const owner = world.api.get(SHOP);
    await world.simulation.runFor(10);

    expect(owner).toBeUndefined();
    expect(replicaSets()).toEqual([]);
    expect(podsOf(world, 'shop')).toEqual([]);
  });

  it('goes last in the foreground', async () => {
    await runningShop();

    world.api.delete(SHOP, { propagationPolicy: 'Foreground' });
    await world.simulation.runFor(1.5);
    const during = { owner: deploymentOf(world, 'shop'), pods: podsOf(world, 'shop') };
    await world.simulation.runFor(10);

    expect(during.owner.metadata.finalizers).toEqual(['foregroundDeletion']);
    expect(during.pods).toHaveLength(2);
    expect(during.pods.every((pod) => pod.metadata.deletionTimestamp !== undefined)).toBe(true);
    expect(world.api.get(SHOP)).toBeUndefined();
    expect(podsOf(world, 'shop')).toEqual([]);
  });

  it('leaves orphans behind when asked to, and a new owner adopts them', async () => {
    await runningShop();
    const before = podsOf(world, 'shop').map((pod) => pod.metadata.uid);

    world.api.delete(SHOP, { propagationPolicy: 'Orphan' });
    await world.simulation.runFor(5);
    const orphan = replicaSets()[0];
    world.api.create(aDeployment('shop', { replicas: 2 }));
    await world.simulation.runFor(10);

    expect(orphan?.metadata.ownerReferences).toBeUndefined();
    expect(replicaSets()[0]?.metadata.ownerReferences?.[0]?.uid).toBe(deploymentOf(world, 'shop').metadata.uid);
    expect(podsOf(world, 'shop').map((pod) => pod.metadata.uid)).toEqual(before);
  });

  it('keeps what still has another owner', async () => {
    await runningShop();
    const configMap = (name: string, owners: object[]) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, namespace: 'default', ...(owners.length > 0 ? { ownerReferences: owners as never } : {}) },
    });
    const owners = ['left', 'right'].map((name) => {
      const { uid } = world.api.create(configMap(name, [])).metadata;
      return { apiVersion: 'v1', kind: 'ConfigMap', name, uid };
    });
    world.api.create(configMap('shared', owners));

    world.api.delete({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'left' });
    await world.simulation.runFor(2);
    const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'shared' };
    const shared = world.api.get(ref);
    world.api.delete({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'right' });
    await world.simulation.runFor(2);

    expect(shared?.metadata.ownerReferences?.map(({ name }) => name)).toEqual(['right']);
    expect(world.api.get(ref)).toBeUndefined();
  });
});

describe('deleting a namespace', () => {
  it('empties it, and it goes when its last pod has gone', async () => {
    await runningShop();
    const namespace = { apiVersion: 'v1', kind: 'Namespace', name: 'smoke' };
    world.api.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'smoke' } });
    world.api.create(aDeployment('load', { replicas: 3, namespace: 'smoke' }));
    await world.simulation.runFor(20);
    const running = podsOf(world, 'load').length;

    world.api.delete(namespace);
    await world.simulation.runFor(0.9);
    const during = world.api.get(namespace);
    await world.simulation.runFor(10);

    expect(running).toBe(3);
    expect(during?.status).toMatchObject({ phase: 'Terminating' });
    expect(world.api.get(namespace)).toBeUndefined();
    expect(world.api.list('v1', 'Pod', { namespace: 'smoke' })).toEqual([]);
    expect(podsOf(world, 'shop')).toHaveLength(2);
  });
});

describe('a pod disruption budget', () => {
  const BUDGET = { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', namespace: 'default', name: 'shop' };
  const budget = (spec: object) => ({
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'shop', namespace: 'default' },
    spec: { selector: { matchLabels: { app: 'shop' } }, ...spec },
  });

  it('refuses a second eviction until the first pod is replaced', async () => {
    await runningShop();
    world.api.create(budget({ minAvailable: '50%' }));
    await world.simulation.runFor(2);
    const names = podsOf(world, 'shop').map((pod) => pod.metadata.name);
    const allowed = world.api.get(BUDGET)?.status;

    world.api.evict('default', names[0] ?? '');
    const refusal = () => world.api.evict('default', names[1] ?? '');
    expect(refusal).toThrow('Cannot evict pod as it would violate');
    await world.simulation.runFor(1);
    expect(refusal).toThrow('Cannot evict pod as it would violate');
    await world.simulation.runFor(15);
    const later = world.api.get(BUDGET)?.status;
    refusal();
    await world.simulation.runFor(15);

    expect(allowed).toMatchObject({ currentHealthy: 2, desiredHealthy: 1, disruptionsAllowed: 1, expectedPods: 2 });
    expect(later).toMatchObject({ currentHealthy: 2, disruptionsAllowed: 1 });
    expect(later).not.toHaveProperty('disruptedPods');
    const present = podsOf(world, 'shop').map((pod) => pod.metadata.name);
    expect(present.filter((name) => names.includes(name))).toEqual([]);
  });

  it('allows nothing where a share of pods without a controller cannot be told', async () => {
    await runningShop();
    world.api.delete(SHOP);
    await world.simulation.runFor(10);
    world.api.create(aPod('alone', { labels: { app: 'shop' } }));
    world.api.create(budget({ maxUnavailable: 1 }));
    await world.simulation.runFor(15);

    const status = world.api.get(BUDGET)?.status;
    expect(status).toMatchObject({
      disruptionsAllowed: 0,
      conditions: [{ type: 'DisruptionAllowed', reason: 'SyncFailed' }],
    });
  });
});

describe('the same seed', () => {
  it('gives the same world to the byte, and another seed another one', async () => {
    const end = async (seed: number) => {
      world = createWorld({ seed });
      for (const name of ['node-a', 'node-b', 'node-c']) join(world, name);
      world.api.create(aDeployment('shop', { replicas: 5 }));
      await world.simulation.runFor(60);
      world.api.mergePatch(SHOP, { spec: { template: { metadata: { annotations: { restartedAt: 'now' } } } } });
      await world.simulation.runFor(60);
      const text = JSON.stringify(world.simulation.snapshot().services);
      world.simulation.close();
      return text;
    };

    const [first, second, other] = [await end(7), await end(7), await end(8)];

    expect(first === second).toBe(true);
    expect(first === other).toBe(false);
  });
});
