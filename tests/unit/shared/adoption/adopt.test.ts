import { describe, expect, it } from '@jest/globals';
import { planAdoption } from '../../../../shared/adoption/adopt.ts';
import type { ClusterFacts, NodeFacts } from '../../../../shared/adoption/facts.ts';
import { hasRoomForController } from '../../../../shared/adoption/room.ts';
import { storedFacts } from '../../../support/adoption-facts.ts';
import { aCluster } from '../../../support/fakes/step-world.ts';

const seen = storedFacts();
const factsOf = (name: string): ClusterFacts => {
  const facts = seen[name];
  if (!facts) throw new Error(`tests/fixtures/adoption has no ${name}`);
  return facts;
};
const file = (consent: readonly string[] = [], spec: object = {}) => aCluster({ mode: 'adopt', consent, ...spec });
const plan = (facts: ClusterFacts, consent: readonly string[] = []) => planAdoption(facts, file(consent));

function aNode(overrides: Partial<NodeFacts> = {}): NodeFacts {
  return {
    name: 'ip-10-0-0-1',
    zone: 'eu-west-1a',
    isReady: true,
    isAutoscaled: false,
    taints: [],
    isBootstrap: false,
    free: { milliCpu: 1500, memoryMiB: 2000, pods: 10 },
    ...overrides,
  };
}

describe('what adopting a cluster means', () => {
  it.each([
    ['terraform-plain', ['tag-shared-resources']],
    ['eksctl-plain', ['change-authentication-mode', 'tag-shared-resources', 'install-addons']],
    ['cluster-autoscaler', ['tag-shared-resources', 'install-addons']],
    ['auto-mode', ['tag-shared-resources', 'install-addons', 'add-bootstrap-nodes']],
  ])('of %s asks for %j, all at once', (name, consents) => {
    expect(plan(factsOf(name)).missing).toEqual(consents);
    expect(plan(factsOf(name), consents).missing).toEqual([]);
  });

  it.each(['terraform', 'eksctl', 'cdk', 'D14'])(
    'of %s is refused: a Karpenter is there, and attach is for that',
    (name) => {
      const [refusal] = plan(factsOf(name)).refusals;

      expect(refusal?.id).toBe('foreign-karpenter');
      expect(refusal?.fix).toContain('mode: attach');
    },
  );

  it('sees a Karpenter by what it leaves in the account, where the inside is not seen', () => {
    const unseen = { inside: null, insideReason: 'not let in' };
    const association = plan({ ...factsOf('terraform'), ...unseen });
    const machines = plan({ ...factsOf('D5'), ...unseen, podIdentity: [] });
    const nothing = plan({ ...factsOf('terraform-plain'), ...unseen });

    expect([association, machines, nothing].map(({ refusals }) => refusals.map(({ id }) => id))).toEqual([
      ['foreign-karpenter'],
      ['foreign-karpenter'],
      [],
    ]);
    expect(nothing.bootstrapNodes).toBeNull();
  });

  it('refuses what is left of a Karpenter, and Auto Mode without its consent', () => {
    expect(plan(factsOf('D4')).refusals.map(({ id }) => id)).toEqual(['objects-without-controller']);
    expect(plan(factsOf('auto-mode')).refusals.map(({ id }) => id)).toEqual(['auto-mode']);
    expect(plan(factsOf('auto-mode'), ['auto-mode']).refusals).toEqual([]);
  });

  it('needs no consent for what is so already', () => {
    const facts = factsOf('terraform-plain');
    const securityGroups = facts.network.securityGroups.map((group) => ({ ...group, discovery: facts.cluster }));
    const done = {
      ...facts,
      tags: { ...facts.tags, 'joinery.dev:cluster': facts.cluster },
      network: { ...facts.network, securityGroups },
    };

    expect(plan(done)).toEqual({ refusals: [], changes: [], missing: [], bootstrapNodes: false });
  });

  it('tags of the network only what the file asks for, and never over another value', () => {
    const facts = factsOf('terraform-plain');
    const subnets = ['subnet-0a', 'subnet-0b'].map((id, index) => ({ id, discovery: index === 0 ? null : 'another' }));
    const tagged = { ...facts, network: { ...facts.network, subnets } };
    const tags = (discovery: object) =>
      planAdoption(tagged, file([], { discovery })).changes.flatMap(({ resource, name }) =>
        resource === 'tag karpenter.sh/discovery' ? [name] : [],
      );

    expect(tags({ tagSecurityGroup: false })).toEqual(['subnet-0a']);
    expect(tags({ tagSecurityGroup: false, tagSubnets: false })).toEqual([]);
  });

  it('keeps the controller where it is once it runs, however full its nodes are', () => {
    const facts = factsOf('terraform');
    const [controller] = facts.inside?.controllers ?? [];
    if (!facts.inside || !controller) throw new Error('no controller');
    const inside = { ...facts.inside, controllers: [{ ...controller, isOurs: true }], nodes: [] };
    const [other] = facts.nodeGroups;
    if (!other) throw new Error('no node group');
    const group = { ...other, name: 'banking-prod-bootstrap', isOurs: true };

    expect(plan({ ...facts, inside }).bootstrapNodes).toBe(false);
    expect(plan({ ...facts, inside, nodeGroups: [...facts.nodeGroups, group] })).toMatchObject({
      bootstrapNodes: true,
      missing: ['tag-shared-resources'],
    });
  });
});

describe('room for two replicas of the controller', () => {
  const zones = [aNode(), aNode({ name: 'ip-10-0-0-2', zone: 'eu-west-1b' })];

  it('is on two nodes, in two zones where there are two', () => {
    expect(hasRoomForController({ nodes: zones }, file())).toBe(true);
    expect(hasRoomForController({ nodes: zones.slice(0, 1) }, file())).toBe(false);
    const full = aNode({ name: 'full', zone: 'eu-west-1b', free: { milliCpu: 10, memoryMiB: 10, pods: 1 } });
    expect(hasRoomForController({ nodes: [aNode(), aNode({ name: 'other' }), full] }, file())).toBe(false);
    expect(hasRoomForController({ nodes: [aNode(), aNode({ name: 'other' })] }, file())).toBe(true);
  });

  it.each<[string, Partial<NodeFacts>]>([
    ['not ready', { isReady: false }],
    ["an autoscaler's", { isAutoscaled: true }],
    ['tainted', { taints: ['dedicated'] }],
    ['short of CPU', { free: { milliCpu: 999, memoryMiB: 2000, pods: 10 } }],
    ['short of memory', { free: { milliCpu: 1500, memoryMiB: 1023, pods: 10 } }],
    ['full of pods', { free: { milliCpu: 1500, memoryMiB: 2000, pods: 0 } }],
  ])('is not on a node that is %s', (_, overrides) => {
    const nodes = zones.map((node) => ({ ...node, ...overrides }));
    expect(hasRoomForController({ nodes }, file())).toBe(false);
  });
});
