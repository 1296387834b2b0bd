import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { iamState } from '../../../../simulator/aws/services/iam/state.ts';
import { conditionOf, conditionsOf, inflate, isReady, openWorld, runningPods, type World } from './world.ts';

const ref = { apiVersion: 'karpenter.k8s.aws/v1', kind: 'EC2NodeClass', name: 'default' };

describe('an EC2NodeClass', () => {
  let world: World;
  beforeEach(async () => {
    world = await openWorld();
  });
  afterEach(() => world?.simulation.close());

  const apply = (spec: Record<string, unknown>) => {
    const { instanceProfile, ...rest } = world.nodeClass.spec ?? {};
    const own = spec['role'] === undefined ? { instanceProfile } : {};
    world.api.create({ ...world.nodeClass, spec: { ...rest, ...own, ...spec } });
  };
  const resolved = () => world.until('every check was made', () => isChecked(), 120);
  const isChecked = () => {
    const conditions = conditionsOf(world.api.get(ref));
    return conditions.length > 0 && conditions.every(({ status }) => status !== 'Unknown');
  };
  const failures = () =>
    conditionsOf(world.api.get(ref))
      .filter(({ status }) => status === 'False')
      .map(({ type, reason }) => `${type} ${reason}`);

  it('resolves images for each kind of machine, subnets with zones, and groups', async () => {
    world.api.create(world.nodeClass);

    await resolved();

    const status = world.api.get(ref)?.status ?? {};
    expect(failures()).toEqual([]);
    expect(status['amis']).toHaveLength(5);
    expect(status['subnets']).toContainEqual({ id: 'subnet-a', zone: 'eu-west-1a', zoneID: 'euw1-az1' });
    expect(status['securityGroups']).toMatchObject([{ name: 'nodes' }]);
    expect(status['instanceProfile']).toBe(world.stack.profileName);
    expect(conditionOf(world.api.get(ref), 'Ready')).toMatchObject({ status: 'True', observedGeneration: 1 });
  });

  it.each([
    ['subnets', { subnetSelectorTerms: [{ tags: { nobody: 'has-this' } }] }, 'SubnetsReady SubnetsNotFound'],
    [
      'security groups',
      { securityGroupSelectorTerms: [{ name: 'no-such-group' }] },
      'SecurityGroupsReady SecurityGroupsNotFound',
    ],
    ['images', { amiSelectorTerms: [{ alias: 'al2023@v20200101' }] }, 'AMIsReady AMINotFound'],
    ['an instance profile', { instanceProfile: 'no-such-profile' }, 'InstanceProfileReady InstanceProfileNotFound'],
  ])('says which condition fails when it finds no %s', async (_, spec, failure) => {
    apply(spec);

    await resolved();

    expect(failures()).toEqual(
      expect.arrayContaining([failure, 'ValidationSucceeded DependenciesNotReady', 'Ready UnhealthyDependents']),
    );
  });

  it('with a role gets a profile of its own, launches with it, and deletes it in the end', async () => {
    const role = world.stack.nodeRoleArn.split('/').at(-1);
    const own = () =>
      Object.values(iamState(world.simulation).profiles).filter(({ path }) =>
        path.startsWith('/karpenter/eu-west-1/banking/'),
      );
    apply({ role });
    world.api.create(world.nodePool());
    await world.until('the pool is ready', () => isReady(world, 'NodePool', 'default'));
    world.api.create(inflate(1));
    await world.until('the pod runs', () => runningPods(world).length === 1);
    const [profile] = structuredClone(own());

    world.api.delete({ apiVersion: 'karpenter.sh/v1', kind: 'NodePool', name: 'default' });
    world.api.delete(ref);
    await world.until('the class is gone', () => world.api.get(ref) === undefined);

    expect(profile).toMatchObject({
      roleName: role,
      tags: { 'eks:eks-cluster-name': 'banking', 'kubernetes.io/cluster/banking': 'owned' },
    });
    expect(world.instances()[0]?.instanceProfile?.arn).toBe(profile?.arn);
    expect(own()).toEqual([]);
  });
});
