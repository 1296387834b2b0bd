import { afterEach, describe, expect, it } from '@jest/globals';
import { nodeGone, stopKubelet } from '../../../../../simulator/kubernetes/controllers/nodes/join.ts';
import { conditionOf, isPodReady } from '../../../../../simulator/kubernetes/controllers/objects.ts';
import { aDeployment, createWorld, deploymentOf, join, nodeOf, podsOf, type World } from './world.ts';

let world: World;
afterEach(() => world.simulation.close());

async function twoNodesAndAShop(): Promise<string> {
  world = createWorld();
  join(world, 'node-a');
  join(world, 'node-b');
  await world.simulation.runFor(40);
  world.api.create(aDeployment('shop', { replicas: 2 }));
  await world.simulation.runFor(30);
  return podsOf(world, 'shop').find((pod) => pod.spec.nodeName === 'node-a')?.metadata.name ?? 'none';
}

describe('a node whose kubelet stopped', () => {
  it('is unknown after forty seconds, and its pods move when the time they tolerate is over', async () => {
    const lost = await twoNodesAndAShop();

    stopKubelet(world.cluster, 'node-a');
    await world.simulation.runFor(38);
    const before = nodeOf(world, 'node-a');
    await world.simulation.runFor(4);
    const after = nodeOf(world, 'node-a');
    const available = deploymentOf(world, 'shop').status?.availableReplicas;
    await world.simulation.runFor(290);
    const early = podsOf(world, 'shop').length;
    await world.simulation.runFor(30);

    expect(before && conditionOf(before, 'Ready')?.status).toBe('True');
    expect(after && conditionOf(after, 'Ready')).toMatchObject({ status: 'Unknown', reason: 'NodeStatusUnknown' });
    expect(after?.spec.taints).toMatchObject([
      { key: 'node.kubernetes.io/unreachable', effect: 'NoSchedule' },
      { key: 'node.kubernetes.io/unreachable', effect: 'NoExecute' },
    ]);
    expect(available).toBe(1);
    expect(early).toBe(2);
    const pods = podsOf(world, 'shop');
    expect(pods.filter(isPodReady).map((pod) => pod.spec.nodeName)).toEqual(['node-b', 'node-b']);
    const stuck = pods.find((pod) => pod.metadata.name === lost);
    expect(stuck?.metadata.deletionTimestamp).toBeDefined();
    expect(stuck && conditionOf(stuck, 'DisruptionTarget')?.reason).toBe('DeletionByTaintManager');
  });

  it('keeps a pod that was deleted by grace until it is removed by force', async () => {
    const lost = await twoNodesAndAShop();
    const ref = { apiVersion: 'v1', kind: 'Pod', namespace: 'default', name: lost };

    stopKubelet(world.cluster, 'node-a');
    world.api.delete(ref);
    await world.simulation.runFor(60);
    const stuck = world.api.get(ref);
    world.api.delete(ref, { gracePeriodSeconds: 0 });

    expect(stuck?.metadata.deletionTimestamp).toBeDefined();
    expect(world.api.get(ref)).toBeUndefined();
  });
});

describe('a node whose instance is gone', () => {
  it('is deleted with its lease, and its pods are replaced and collected within two minutes', async () => {
    const lost = await twoNodesAndAShop();

    nodeGone(world.cluster, 'node-a');
    await world.simulation.runFor(46);
    const node = nodeOf(world, 'node-a');
    await world.simulation.runFor(74);

    const lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', namespace: 'kube-node-lease', name: 'node-a' };
    expect(node).toBeUndefined();
    expect(world.api.get(lease)).toBeUndefined();
    expect(podsOf(world, 'shop').map((pod) => pod.metadata.name)).not.toContain(lost);
    expect(podsOf(world, 'shop').map((pod) => pod.spec.nodeName)).toEqual(['node-b', 'node-b']);
    expect(deploymentOf(world, 'shop').status?.availableReplicas).toBe(2);
  });

  it('waits for the finalizer of whoever looks after it', async () => {
    await twoNodesAndAShop();
    const ref = { apiVersion: 'v1', kind: 'Node', name: 'node-a' };
    world.api.mergePatch(ref, { metadata: { finalizers: ['karpenter.sh/termination'] } });

    nodeGone(world.cluster, 'node-a');
    await world.simulation.runFor(60);
    const held = nodeOf(world, 'node-a');
    world.api.mergePatch(ref, { metadata: { finalizers: null } });

    expect(held?.metadata.deletionTimestamp).toBeDefined();
    expect(nodeOf(world, 'node-a')).toBeUndefined();
  });
});

describe('a NoExecute taint', () => {
  it('drives pods off at once where they do not tolerate it', async () => {
    await twoNodesAndAShop();

    const taints = [{ key: 'maintenance', effect: 'NoExecute' }];
    world.api.mergePatch({ apiVersion: 'v1', kind: 'Node', name: 'node-a' }, { spec: { taints } });
    await world.simulation.runFor(20);

    expect(podsOf(world, 'shop').map((pod) => pod.spec.nodeName)).toEqual(['node-b', 'node-b']);
    expect(podsOf(world, 'aws-node')).toHaveLength(2);
  });
});
