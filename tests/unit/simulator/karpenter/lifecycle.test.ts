import { afterEach, describe, expect, it } from '@jest/globals';
import { setEmptyPools } from '../../../../simulator/aws/services/ec2/launch-checks.ts';
import { ec2World } from '../../../../simulator/aws/services/ec2/world.ts';
import { conditionOf, inflate, openReadyWorld, runningPods, type World } from './world.ts';

const pool = { apiVersion: 'karpenter.sh/v1', kind: 'NodePool', name: 'default' };
const nodeClass = { apiVersion: 'karpenter.k8s.aws/v1', kind: 'EC2NodeClass', name: 'default' };

describe('the life of a NodeClaim', () => {
  let world: World;
  afterEach(() => world?.simulation.close());

  const running = async (pods: number) => {
    world.api.create(inflate(pods));
    await world.until('the pods run', () => runningPods(world).length === pods);
  };
  const living = () => world.instances().filter(({ state }) => state === 'pending' || state === 'running');

  it('ends with its pool: pods evicted, instance terminated, node and claim gone, and the class with its launch templates', async () => {
    world = await openReadyWorld();
    await running(3);
    const templates = () => Object.keys(ec2World(world.simulation).launchTemplates).length;
    const before = templates();

    world.api.delete(pool, { propagationPolicy: 'Foreground' });
    world.api.delete(nodeClass);
    await world.until('the pool is gone', () => world.api.get(pool) === undefined);
    await world.until('the class is gone', () => world.api.get(nodeClass) === undefined, 60);

    expect(world.claims()).toEqual([]);
    expect(living()).toEqual([]);
    expect(world.api.list('v1', 'Node')).toHaveLength(3);
    expect(templates()).toBe(before - 1);
  });

  it('is deleted when the pool has been empty for long enough', async () => {
    world = await openReadyWorld();
    await running(1);
    const startMs = world.simulation.now();

    world.api.delete(
      { apiVersion: 'apps/v1', kind: 'Deployment', name: 'inflate', namespace: 'default' },
      { propagationPolicy: 'Background' },
    );
    await world.until('the claim goes', () => world.claims().every(({ metadata }) => metadata.deletionTimestamp));

    expect((world.simulation.now() - startMs) / 1000).toBeGreaterThan(30);
    await world.until('the claim is gone', () => world.claims().length === 0);
    expect(living()).toEqual([]);
  });

  it('waits for a disruption budget before its instance ends', async () => {
    world = await openReadyWorld();
    await running(1);
    world.api.create({
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'inflate', namespace: 'default' },
      spec: { minAvailable: 1, selector: { matchLabels: { app: 'inflate' } } },
    });
    await world.simulation.runFor(5);
    const [claim] = world.claims();
    const name = claim?.metadata.name ?? '';

    world.api.delete({ apiVersion: 'karpenter.sh/v1', kind: 'NodeClaim', name });
    await world.simulation.runFor(20);

    expect(
      conditionOf(
        world.claims().find(({ metadata }) => metadata.name === name),
        'Drained',
      ),
    ).toMatchObject({ status: 'Unknown' });
    // The pod has to move, so a node is made for it, and then the budget lets it go.
    world.api.delete({ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', name: 'inflate', namespace: 'default' });
    await world.until('the claim is gone', () => !world.claims().some(({ metadata }) => metadata.name === name));
    expect(world.claims()).toHaveLength(1);
  });

  it('shows in its class, and in no claim, that the controller may not call CreateFleet', async () => {
    world = await openReadyWorld();
    world.stack.forbid('ec2:CreateFleet');

    world.api.create(inflate(1));
    await world.until(
      'the claim says so',
      () => conditionOf(world.claims()[0], 'Launched')?.reason === 'UnauthorizedOperation',
    );
    const launched = conditionOf(world.claims()[0], 'Launched');
    world.api.mergePatch(nodeClass, { spec: { tags: { team: 'a' } } });
    await world.until(
      'the class says so',
      () => conditionOf(world.api.get(nodeClass), 'ValidationSucceeded')?.status === 'False',
    );

    expect(launched).toMatchObject({ status: 'Unknown' });
    expect(launched?.message).toContain('ec2:CreateFleet');
    expect(conditionOf(world.api.get(nodeClass), 'ValidationSucceeded')?.reason).toBe('CreateFleetAuthCheckFailed');
    expect(world.instances()).toEqual([]);
  });

  it('is given up where there is no capacity, and the pods get another type for the next minutes', async () => {
    world = await openReadyWorld();
    setEmptyPools(world.simulation, [{ instanceType: 't4g.medium' }, { instanceType: 't4g.small' }]);

    await running(1);

    expect(living()).toHaveLength(1);
    expect(['t4g.medium', 't4g.small']).not.toContain(living()[0]?.type);
  });

  it('registers only when the role of its machine is let in', async () => {
    world = await openReadyWorld();
    world.roles.isJoinable = false;
    world.api.create(inflate(1));
    await world.simulation.runFor(120);
    const [claim] = world.claims();

    world.roles.isJoinable = true;
    await world.until('the pod runs', () => runningPods(world).length === 1);

    expect(conditionOf(claim, 'Registered')).toMatchObject({ status: 'Unknown', reason: 'NodeNotFound' });
  });

  it('times out when its node never registers, which the pool remembers, and a new one is tried', async () => {
    world = await openReadyWorld();
    world.roles.isJoinable = false;
    world.api.create(inflate(1));
    await world.until('there is a claim', () => world.claims().length === 1);
    const first = world.claims()[0]?.metadata.name;

    await world.until('it is another', () => world.claims().some(({ metadata }) => metadata.name !== first), 1000);
    await world.until('the first is gone', () => !world.claims().some(({ metadata }) => metadata.name === first), 100);

    expect(conditionOf(world.api.get(pool), 'NodeRegistrationHealthy')).toMatchObject({
      status: 'False',
      reason: 'RegistrationFailed',
    });
    expect(living()).toHaveLength(1);
  });

  it('neither loses nor doubles an instance when the world is put back while a call of its launch is under way', async () => {
    world = await openReadyWorld();
    world.api.create(inflate(1));
    await world.until('there is a claim', () => world.claims().length === 1);
    const copy = () =>
      JSON.parse(JSON.stringify(world.simulation.snapshot())) as ReturnType<typeof world.simulation.snapshot>;
    const start = copy();
    const names = ['DescribeLaunchTemplates', 'CreateLaunchTemplate', 'CreateFleet'];
    await world.until('a fleet was made', () => world.calls('CreateFleet').length === 1);
    const moments = names.map((name) => Date.parse(world.calls(name)[0]?.at ?? '') - start.nowMs + 5);
    const outcomes: string[] = [];
    for (const moment of moments) {
      world.simulation.restore(start);
      await world.simulation.runFor(moment / 1000);
      world.simulation.restore(copy());
      await world.until('the pod runs', () => runningPods(world).length === 1, 120);
      const fleets = Object.keys(ec2World(world.simulation).fleets).length;
      outcomes.push(`${world.claims().length} claim, ${world.instances().length} instance, ${fleets} fleet`);
    }

    expect(outcomes).toEqual(Array(3).fill('1 claim, 1 instance, 1 fleet'));
  });
});
