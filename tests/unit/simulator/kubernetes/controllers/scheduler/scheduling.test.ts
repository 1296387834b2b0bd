import { afterEach, describe, expect, it } from '@jest/globals';
import { conditionOf } from '../../../../../../simulator/kubernetes/controllers/objects.ts';
import { aDeployment, aPod, createWorld, join, podsOf, type World } from '../world.ts';

let world: World;
afterEach(() => world.simulation.close());

const whyPending = (app: string) => {
  const pod = podsOf(world, app).find((one) => !one.spec.nodeName);
  return pod && conditionOf(pod, 'PodScheduled');
};

const spread = (topologyKey: string, maxSkew: number, app: string) => ({
  topologySpreadConstraints: [
    { maxSkew, topologyKey, whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: { app } } },
  ],
});

describe('the scheduler', () => {
  it('leaves the second replica pending where both must be on different hosts and there is one', async () => {
    world = createWorld();
    join(world, 'node-a');
    await world.simulation.runFor(40);
    const term = { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app: 'karpenter' } } };
    const affinity = { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } };

    world.api.create(aDeployment('karpenter', { replicas: 2, spec: { affinity } }));
    await world.simulation.runFor(20);
    const pending = whyPending('karpenter');
    join(world, 'node-b');
    await world.simulation.runFor(40);

    expect(pending).toMatchObject({
      status: 'False',
      reason: 'Unschedulable',
      message:
        "0/1 nodes are available: 1 node(s) didn't match pod anti-affinity rules. no new claims to deallocate, " +
        'preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.',
    });
    expect(
      podsOf(world, 'karpenter')
        .map((pod) => pod.spec.nodeName)
        .sort(),
    ).toEqual(['node-a', 'node-b']);
  });

  it('spreads over zones within the skew and waits for the zone that is full', async () => {
    world = createWorld();
    join(world, 'node-a', { zone: 'eu-west-1a', cpu: '4' });
    join(world, 'node-b', { zone: 'eu-west-1b', cpu: '1' });
    await world.simulation.runFor(40);

    const spec = spread('topology.kubernetes.io/zone', 1, 'web');
    world.api.create(aDeployment('web', { replicas: 4, cpu: '600m', spec }));
    await world.simulation.runFor(20);

    const placed = podsOf(world, 'web').map((pod) => pod.spec.nodeName ?? 'none');
    expect(placed.sort()).toEqual(['node-a', 'node-a', 'node-b', 'none']);
    expect(whyPending('web')?.message).toContain(
      "0/2 nodes are available: 1 Insufficient cpu, 1 node(s) didn't match pod topology spread constraints.",
    );
  });

  it('says of each node the first thing that speaks against it', async () => {
    world = createWorld();
    join(world, 'node-a', { taints: [{ key: 'dedicated', value: 'db', effect: 'NoSchedule' }] });
    join(world, 'node-b', { cpu: '1' });
    join(world, 'node-c', { cpu: '8' });
    await world.simulation.runFor(40);
    world.api.create(aPod('big', { cpu: '7' }));
    await world.simulation.runFor(10);

    world.api.create(aPod('wants', { cpu: '2' }));
    await world.simulation.runFor(5);

    expect(whyPending('wants')?.message).toBe(
      '0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 Insufficient cpu. no new claims to deallocate, ' +
        'preemption: 0/3 nodes are available: 1 No preemption victims found for incoming pod, ' +
        '2 Preemption is not helpful for scheduling.',
    );
  });

  it('places critical pods first', async () => {
    world = createWorld();
    join(world, 'node-a', { cpu: '1' });
    const system = { namespace: 'kube-system' };
    const critical = aPod('critical', { cpu: '900m', spec: { priorityClassName: 'system-cluster-critical' } });
    world.api.create(aPod('a-first-by-name', { cpu: '900m' }));
    world.api.create({ ...critical, metadata: { ...critical.metadata, ...system } });
    await world.simulation.runFor(40);

    expect(podsOf(world, 'critical')[0]?.spec.nodeName).toBe('node-a');
    expect(whyPending('a-first-by-name')?.reason).toBe('Unschedulable');
  });

  it('says that there are no nodes', async () => {
    world = createWorld();
    world.api.create(aPod('early'));
    await world.simulation.runFor(5);

    expect(whyPending('early')?.message).toBe('no nodes available to schedule pods');
  });

  it('binds pods that other controllers changed on the way in', async () => {
    world = createWorld({
      mutatePod: (pod) => ({ ...pod, metadata: { ...pod.metadata, annotations: { injected: 'yes' } } }),
    });
    join(world, 'node-a');
    world.api.create(aDeployment('shop', { replicas: 1 }));
    await world.simulation.runFor(60);

    expect(podsOf(world, 'shop')[0]).toMatchObject({
      metadata: { annotations: { injected: 'yes' } },
      status: { phase: 'Running' },
    });
  });
});
