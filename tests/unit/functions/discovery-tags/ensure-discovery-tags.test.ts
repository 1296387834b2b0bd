import { describe, expect, it } from '@jest/globals';
import { ensureDiscoveryTags } from '../../../../functions/discovery-tags/ensure-discovery-tags.ts';
import type { NetworkTags } from '../../../../shared/aws/networks.ts';
import { fakeEks } from '../../../support/fakes/fake-eks.ts';
import { anInput, aStepWorld } from '../../../support/fakes/step-world.ts';

const TAG = 'karpenter.sh/discovery';

function aWorld(present: Record<string, Record<string, string>>, discovery: object = {}) {
  const world = aStepWorld({ discovery });
  const eks = fakeEks(world);
  eks.putCluster({ name: 'banking-prod', resourcesVpcConfig: { clusterSecurityGroupId: 'sg-cluster' } });
  const tags = new Map(Object.entries(present));
  const ofIds = async (ids: readonly string[]) => new Map(ids.map((id) => [id, tags.get(id) ?? {}]));
  const network: NetworkTags = {
    ofSubnets: ofIds,
    ofSecurityGroups: ofIds,
    write: async (ids, more) => {
      world.journal.push(`tag ${ids.join(',')}`);
      for (const id of ids) tags.set(id, { ...tags.get(id), ...more });
    },
  };
  const deps = { ...world.deps, network, eks: eks.clusters };
  return { world, eks, tags, turn: () => ensureDiscoveryTags(anInput('discovery-tags'), deps) };
}

describe('the discovery tags', () => {
  it("are written on the cluster's subnets and on its one security group", async () => {
    const { tags, turn } = aWorld({ 'subnet-0a': { Name: 'a' } });

    const result = await turn();

    expect(Object.fromEntries(tags)).toEqual({
      'subnet-0a': { Name: 'a', [TAG]: 'banking-prod' },
      'subnet-0b': { [TAG]: 'banking-prod' },
      'sg-cluster': { [TAG]: 'banking-prod' },
    });
    expect(result).toMatchObject({ ready: true, change: 'created' });
  });

  it('are not written a second time', async () => {
    const { world, turn } = aWorld({});
    await turn();
    const before = world.journal.length;

    expect(await turn()).toMatchObject({ ready: true, change: 'none' });
    expect(world.journal.slice(before)).toEqual(['fence', 'start discovery-tags', 'end discovery-tags']);
  });

  it('of another cluster stay where they are, and the step says so', async () => {
    const { tags, turn } = aWorld({ 'subnet-0a': { [TAG]: 'other' } });

    const result = await turn();

    expect(tags.get('subnet-0a')).toEqual({ [TAG]: 'other' });
    expect(result.detail).toBe(`2 of 3 resources carry ${TAG}=banking-prod; subnet-0a keeps ${TAG}=other`);
  });

  it('are left out where the file says so', async () => {
    const { world, turn } = aWorld({}, { tagSubnets: false, tagSecurityGroup: false });

    expect(await turn()).toMatchObject({ ready: true, change: 'none' });
    expect(world.journal).not.toContainEqual(expect.stringMatching(/^tag/));
  });

  it('need the security group of the cluster', async () => {
    const { eks, turn } = aWorld({});
    eks.putCluster({ name: 'banking-prod', resourcesVpcConfig: {} });

    await expect(turn()).rejects.toMatchObject({ name: 'ClusterNotReady' });
  });
});
