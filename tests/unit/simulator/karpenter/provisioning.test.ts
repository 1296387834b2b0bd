import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { conditionOf, conditionsOf, inflate, isReady, openWorld, runningPods, type World } from './world.ts';

describe('Karpenter from nothing to nodes', () => {
  let world: World;
  beforeEach(async () => {
    world = await openWorld();
  });
  afterEach(() => world?.simulation.close());

  const start = async () => {
    world.api.create(world.nodeClass);
    world.api.create(world.nodePool());
    await world.until('the pool is ready', () => isReady(world, 'NodePool', 'default'));
  };

  it('brings five pending pods onto new nodes within about a minute, and says how in conditions, labels and tags', async () => {
    await start();
    world.api.create(inflate(5));

    const seconds = await world.until('five pods run', () => runningPods(world).length === 5);
    await world.simulation.runFor(3);

    const claims = world.claims();
    const [claim] = claims;
    const [instance] = world.instances();
    const nodeName = String(claim?.status?.['nodeName']);
    expect(seconds).toBeGreaterThan(30);
    expect(seconds).toBeLessThan(80);
    expect(claims.length).toBeLessThanOrEqual(3);
    expect(world.instances()).toHaveLength(claims.length);
    expect(conditionsOf(claim).map(({ type, status }) => `${type} ${status}`)).toEqual([
      'Launched True',
      'Registered True',
      'Initialized True',
      'Ready True',
    ]);
    const times = ['Launched', 'Registered', 'Initialized', 'Ready'].map(
      (type) => conditionOf(claim, type)?.lastTransitionTime,
    );
    expect(times).toEqual([...times].sort());
    expect(claim?.metadata.name).toMatch(/^default-[a-z0-9]{5}$/);
    expect(claim?.metadata.ownerReferences).toMatchObject([{ kind: 'NodePool', name: 'default' }]);
    expect(claim?.status?.['providerID']).toBe(`aws:///${instance?.zone}/${instance?.id}`);
    expect(claim?.metadata.labels).toMatchObject({
      'karpenter.sh/nodepool': 'default',
      'karpenter.sh/capacity-type': 'on-demand',
      'kubernetes.io/arch': 'arm64',
      'node.kubernetes.io/instance-type': instance?.type,
      'topology.kubernetes.io/zone': instance?.zone,
    });
    expect(instance?.tags).toEqual({
      'joinery.dev/cluster': 'banking',
      'kubernetes.io/cluster/banking': 'owned',
      'karpenter.sh/nodepool': 'default',
      'eks:eks-cluster-name': 'banking',
      'karpenter.k8s.aws/ec2nodeclass': 'default',
      'karpenter.sh/nodeclaim': claim?.metadata.name,
      Name: nodeName,
    });
    const node = world.api.get({ apiVersion: 'v1', kind: 'Node', name: nodeName });
    expect(node?.spec?.['taints']).toBeUndefined();
    expect(node?.metadata).toMatchObject({
      finalizers: ['karpenter.sh/termination'],
      labels: { 'karpenter.sh/registered': 'true', 'karpenter.sh/initialized': 'true' },
    });
  });

  it('never provisions for a pool with a wildcard among its instance types, and says why', async () => {
    const pool = world.nodePool();
    const template = pool.spec?.['template'] as { spec: { requirements: object[] } };
    template.spec.requirements.push({ key: 'node.kubernetes.io/instance-type', operator: 'In', values: ['t4g.*'] });
    world.api.create(world.nodeClass);
    world.api.create(pool);
    world.api.create(inflate(1));

    await world.simulation.runFor(120);

    const present = world.api.get({ apiVersion: 'karpenter.sh/v1', kind: 'NodePool', name: 'default' });
    expect(conditionOf(present, 'ValidationSucceeded')).toMatchObject({
      status: 'False',
      reason: 'NodePoolValidationFailed',
    });
    expect(conditionOf(present, 'Ready')).toMatchObject({ status: 'False', reason: 'UnhealthyDependents' });
    expect(world.claims()).toEqual([]);
    const events = world.api.list('v1', 'Event', { namespace: 'default' });
    expect(events.some((event) => event['reason'] === 'FailedScheduling')).toBe(true);
  });

  it('stays within the limits of a pool', async () => {
    const pool = world.nodePool();
    Object.assign(pool.spec ?? {}, { limits: { cpu: '4' } });
    world.api.create(world.nodeClass);
    world.api.create(pool);
    world.api.create(inflate(9));

    await world.until('some pods run', () => runningPods(world).length > 0);
    await world.simulation.runFor(60);

    const used = world.api.get({ apiVersion: 'karpenter.sh/v1', kind: 'NodePool', name: 'default' })?.status;
    expect(used?.['resources']).toMatchObject({ cpu: '4' });
    expect(runningPods(world)).toHaveLength(3);
  });

  it.each(['DoNotSchedule', 'ScheduleAnyway'])(
    'spreads pods over the zones of the class where they ask for it: %s',
    async (whenUnsatisfiable) => {
      await start();
      const constraint = {
        maxSkew: 1,
        topologyKey: 'topology.kubernetes.io/zone',
        whenUnsatisfiable,
        labelSelector: { matchLabels: { app: 'inflate' } },
      };
      world.api.create(inflate(3, { spec: { topologySpreadConstraints: [constraint] } }));

      await world.until('three pods run', () => runningPods(world).length === 3);

      expect(
        world
          .instances()
          .map(({ zone }) => zone)
          .sort(),
      ).toEqual(['eu-west-1a', 'eu-west-1b', 'eu-west-1c']);
    },
  );

  it('gives up a spread that pods would like and cannot have', async () => {
    await start();
    world.api.mergePatch(
      { apiVersion: 'karpenter.sh/v1', kind: 'NodePool', name: 'default' },
      { spec: { limits: { nodes: '1' } } },
    );
    const constraint = {
      maxSkew: 1,
      topologyKey: 'kubernetes.io/hostname',
      whenUnsatisfiable: 'ScheduleAnyway',
      labelSelector: { matchLabels: { app: 'inflate' } },
    };
    world.api.create(inflate(2, { spec: { topologySpreadConstraints: [constraint] } }));

    await world.until('two pods run', () => runningPods(world).length === 2);

    expect(world.instances()).toHaveLength(1);
  });

  it('gives each pod a node of its own where pods keep apart', async () => {
    await start();
    const term = { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app: 'inflate' } } };
    const affinity = { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } };
    world.api.create(inflate(2, { spec: { affinity } }));

    await world.until('two pods run', () => runningPods(world).length === 2);

    expect(world.instances()).toHaveLength(2);
  });
});
