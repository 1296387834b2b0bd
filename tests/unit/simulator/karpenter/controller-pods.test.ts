import { afterEach, describe, expect, it } from '@jest/globals';
import type { KubeObject } from '../../../../simulator/kubernetes/types.ts';
import { inflate, killBootstrapNode, openReadyWorld, openWorld, runningPods, type World } from './world.ts';

describe("Karpenter's own pods", () => {
  let world: World;
  afterEach(() => world?.simulation.close());

  const pods = () => world.api.list('v1', 'Pod', { labelSelector: 'app.kubernetes.io/name=karpenter' });
  const readyPods = () => {
    const conditions = (pod: KubeObject) => (pod.status?.['conditions'] ?? []) as { type: string; status: string }[];
    return pods().filter((pod) => conditions(pod).some(({ type, status }) => type === 'Ready' && status === 'True'));
  };
  const crash = () => JSON.stringify(pods().map((pod) => pod.status?.['containerStatuses']));
  const lease = () =>
    world.api.get({
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      name: 'karpenter-leader-election',
      namespace: 'kube-system',
    })?.spec as { holderIdentity: string; leaseDurationSeconds: number } | undefined;

  it('are rolled out in less than a minute, and one of them leads', async () => {
    world = await openWorld();

    const seconds = await world.until('two pods are ready', () => readyPods().length === 2);
    await world.simulation.runFor(2);

    expect(seconds).toBeGreaterThan(15);
    expect(seconds).toBeLessThan(60);
    const names = pods().map(({ metadata }) => `${metadata.name}_${metadata.uid}`);
    expect(names).toContain(lease()?.holderIdentity);
    expect(lease()?.leaseDurationSeconds).toBe(15);
    expect(world.calls('DescribeCluster')).toHaveLength(2);
  });

  it('hand over when the machine of the leader dies, after the lease has run out', async () => {
    world = await openReadyWorld();
    const first = lease()?.holderIdentity ?? '';
    const leader = pods().find(({ metadata }) => first.startsWith(metadata.name));

    killBootstrapNode(world, String(leader?.spec?.['nodeName']));
    const seconds = await world.until('another one leads', () => lease()?.holderIdentity !== first);
    world.api.create(inflate(1));
    await world.until('the pod runs', () => runningPods(world).length === 1);

    expect(seconds).toBeGreaterThan(4);
    expect(seconds).toBeLessThan(40);
  });

  it.each([
    ['without injected credentials', { hasCredentials: false }, 'no AWS credentials'],
    ['without their kinds', { isCrdMissing: true }, 'nodepools.karpenter.sh'],
    [
      'with zonal shift on a cluster that is not registered for it',
      { settings: { enableZonalShift: true } },
      'zonal shift',
    ],
  ])('do not come up %s', async (_, options, why) => {
    world = await openWorld(options);

    await world.simulation.runFor(60);

    expect(readyPods()).toEqual([]);
    expect(crash()).toContain(why);
    expect(lease()).toBeUndefined();
  });

  it('do not come up without the permissions of their first calls', async () => {
    world = await openWorld();
    world.stack.forbid('eks:DescribeCluster');

    await world.simulation.runFor(60);

    expect(readyPods()).toEqual([]);
    expect(crash()).toContain('eks:DescribeCluster');
  });

  it('come up with a queue that is not there, and say so in their logs', async () => {
    world = await openReadyWorld({ settings: { interruptionQueue: 'no-such-queue' } });

    await world.simulation.runFor(30);

    expect(world.logs().some(({ level, fields }) => level === 'ERROR' && fields['queue'] === 'no-such-queue')).toBe(
      true,
    );
  });

  it('do nothing that their service account is not allowed to do', async () => {
    world = await openReadyWorld();
    const ref = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', name: 'karpenter-core' };
    const rules = (world.api.get(ref)?.['rules'] ?? []) as { resources: string[]; verbs: string[] }[];
    const fewer = rules.filter(
      ({ resources, verbs }) => !(resources.includes('nodeclaims') && verbs.includes('create')),
    );
    world.api.mergePatch(ref, { rules: fewer });

    world.api.create(inflate(1));
    await world.simulation.runFor(30);

    expect(fewer).toHaveLength(rules.length - 1);
    expect(world.claims()).toEqual([]);
    expect(
      world.logs().some(({ fields }) => String(fields['error']).includes('cannot create resource "nodeclaims"')),
    ).toBe(true);
  });
});
