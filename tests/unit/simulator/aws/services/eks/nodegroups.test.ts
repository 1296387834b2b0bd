import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { aNodegroup, type EksWorld, eksWorld, SUBNETS } from './eks-world.ts';
import { CLUSTER_ROLE, DEPLOYER, endInstance, fakeAws, NODE_ROLE } from './fake-aws.ts';

describe('simulated EKS node groups', () => {
  let world: EksWorld;
  beforeEach(async () => {
    world = eksWorld();
    await world.withCluster();
  });
  afterEach(() => world.simulation.close());

  const create = (overrides: Parameters<typeof aNodegroup>[0] = {}) =>
    world.call('CreateNodegroup', aNodegroup(overrides));
  const withPlugin = () => world.call('CreateAddon', { clusterName: 'banking-prod', addonName: 'vpc-cni' });
  const nodes = () =>
    world.objects('v1', 'Node').sort((one, other) => (one.metadata.name < other.metadata.name ? -1 : 1));
  const running = () =>
    Object.values(fakeAws(world.simulation).instances).filter((instance) => instance.state === 'running');

  it('comes up in two to four minutes with one node in each zone', async () => {
    await withPlugin();
    await create();
    await world.simulation.runFor(110);
    const before = await world.nodegroup();
    await world.simulation.runFor(135);
    const after = await world.nodegroup();

    expect(before?.status).toBe('CREATING');
    expect(after).toMatchObject({ status: 'ACTIVE', health: { issues: [] }, capacityType: 'ON_DEMAND' });
    expect(running().map((instance) => instance.zone)).toEqual(['eu-west-1a', 'eu-west-1b', 'eu-west-1c']);
    expect(running()[0]?.tags).toMatchObject({
      'eks:cluster-name': 'banking-prod',
      'eks:nodegroup-name': 'bootstrap',
      'kubernetes.io/cluster/banking-prod': 'owned',
    });
    expect(nodes()).toHaveLength(3);
    expect(nodes()[0]).toMatchObject({
      metadata: {
        labels: {
          'eks.amazonaws.com/nodegroup': 'bootstrap',
          'eks.amazonaws.com/capacityType': 'ON_DEMAND',
          'joinery.dev/bootstrap': 'true',
        },
      },
      spec: {
        providerID: `aws:///eu-west-1a/${running()[0]?.instanceId}`,
        taints: [{ key: 'CriticalAddonsOnly', value: 'true', effect: 'NoSchedule' }],
      },
      status: { allocatable: { cpu: '1930m', memory: '3308Mi', pods: '17' } },
    });
  });

  it('makes the access entry of its node role itself, and takes it away with the last group of that role', async () => {
    await withPlugin();
    await create();
    await expect(
      world.call('CreateAccessEntry', { clusterName: 'banking-prod', principalArn: NODE_ROLE, type: 'EC2_LINUX' }),
    ).rejects.toMatchObject({ name: 'ResourceInUseException' });
    await world.simulation.runFor(245);
    const before = await world.call('ListAccessEntries', { clusterName: 'banking-prod' });
    await world.call('DeleteNodegroup', { clusterName: 'banking-prod', nodegroupName: 'bootstrap' });
    await world.simulation.runFor(600);

    expect(before).toEqual({ accessEntries: [NODE_ROLE] });
    expect(await world.call('ListAccessEntries', { clusterName: 'banking-prod' })).toEqual({ accessEntries: [] });
    expect(running()).toEqual([]);
    expect(nodes()).toEqual([]);
    await expect(world.nodegroup()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('replaces a machine that died, in the same zone, and removes its Node', async () => {
    await withPlugin();
    await create();
    await world.simulation.runFor(245);
    const victim = running()[1];
    endInstance(world.simulation, victim?.instanceId ?? '');
    await world.simulation.runFor(150);

    expect(running()).toHaveLength(3);
    expect(running().map((instance) => instance.zone)).toContain('eu-west-1b');
    expect(nodes().map((node) => node.metadata.name)).toEqual(running().map((instance) => instance.privateDnsName));
    expect((await world.nodegroup())?.status).toBe('ACTIVE');
  });

  it('takes nodes for unhealthy when the network plugin may not manage interfaces', async () => {
    const { roles } = fakeAws(world.simulation);
    const role = roles[NODE_ROLE];
    if (role) roles[NODE_ROLE] = { ...role, attachedPolicyArns: role.attachedPolicyArns.slice(0, 2) };
    await withPlugin();
    await create();
    await world.simulation.runFor(1100);

    expect(await world.nodegroup()).toMatchObject({
      status: 'CREATE_FAILED',
      health: { issues: [{ code: 'NodeCreationFailure', message: 'Unhealthy nodes in the kubernetes cluster' }] },
    });
  });

  it.each([
    ['without a network plugin', 'Unhealthy nodes', () => undefined],
    [
      'without a way out of the subnets',
      'failed to join',
      (subnets: ReturnType<typeof fakeAws>['subnets']) => {
        for (const subnet of Object.values(subnets)) subnet.hasWayOut = false;
      },
    ],
  ])('fails late when nodes come up %s', async (_what, message, spoil) => {
    spoil(fakeAws(world.simulation).subnets);
    await create();
    await world.simulation.runFor(880);
    const before = await world.nodegroup();
    await world.simulation.runFor(220);

    expect(before?.status).toBe('CREATING');
    expect(await world.nodegroup()).toMatchObject({
      status: 'CREATE_FAILED',
      health: { issues: [{ code: 'NodeCreationFailure', message: expect.stringContaining(message) }] },
    });
  });

  it('gets well by itself when the network plugin comes after the nodes', async () => {
    await create();
    await world.simulation.runFor(300);
    await withPlugin();
    await world.simulation.runFor(10);

    expect((await world.nodegroup())?.status).toBe('ACTIVE');
  });

  it('says why it cannot launch, and goes on trying', async () => {
    await withPlugin();
    fakeAws(world.simulation).launchFailure = 'InsufficientInstanceCapacity';
    await create();
    await world.simulation.runFor(120);
    const failing = await world.nodegroup();
    fakeAws(world.simulation).launchFailure = null;
    await world.simulation.runFor(240);

    expect(failing).toMatchObject({
      status: 'CREATING',
      health: {
        issues: [
          { code: 'AsgInstanceLaunchFailures', message: expect.stringContaining('InsufficientInstanceCapacity') },
        ],
      },
    });
    expect(await world.nodegroup()).toMatchObject({ status: 'ACTIVE', health: { issues: [] } });
  });

  it('reports subnets without free addresses', async () => {
    for (const subnet of Object.values(fakeAws(world.simulation).subnets)) subnet.freeAddresses = 0;
    await create();
    await world.simulation.runFor(1100);

    expect(await world.nodegroup()).toMatchObject({
      status: 'CREATE_FAILED',
      health: { issues: [{ code: 'InsufficientFreeAddresses', resourceIds: SUBNETS }] },
    });
  });

  it.each([
    ['the role of the cluster', { nodeRole: CLUSTER_ROLE }, 'cannot be the role of its nodes'],
    ['a role that EC2 cannot assume', { nodeRole: DEPLOYER }, 'service principals [ec2.amazonaws.com]'],
    ['fewer nodes than the minimum', { scalingConfig: { minSize: 2, desiredSize: 1, maxSize: 3 } }, 'desired size 1'],
    ['more nodes than the maximum', { scalingConfig: { minSize: 1, desiredSize: 4, maxSize: 3 } }, 'max size 3'],
    ['an instance type that is not', { instanceTypes: ['t9.huge'] }, 't9.huge'],
    [
      'another architecture',
      { instanceTypes: ['t4g.medium'], amiType: 'AL2023_x86_64_STANDARD' as const },
      't4g.medium',
    ],
    ['a label of Kubernetes', { labels: { 'node.kubernetes.io/x': 'y' } }, 'reserved prefixes'],
    ['a subnet elsewhere', { subnets: ['subnet-x'] }, "'subnet-x' does not exist"],
    ['a disk size beside a template', { launchTemplate: { id: 'lt-1' }, diskSize: 20 }, 'Disk size'],
    ['a newer version than the cluster', { version: '1.36' }, 'not supported on a cluster'],
  ])('refuses %s', async (_what, overrides, message) => {
    await expect(create(overrides)).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: expect.stringContaining(message),
    });
  });

  it('refuses a second group of the name, a group on a cluster that is not ACTIVE, and removal while it comes up', async () => {
    await create();

    await expect(create()).rejects.toMatchObject({ name: 'ResourceInUseException' });
    await expect(create({ clusterName: 'other' })).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await expect(
      world.call('DeleteNodegroup', { clusterName: 'banking-prod', nodegroupName: 'bootstrap' }),
    ).rejects.toMatchObject({ name: 'ResourceInUseException' });
    await world.call('UpdateClusterConfig', { name: 'banking-prod', deletionProtection: true });
    await expect(create({ nodegroupName: 'second' })).rejects.toMatchObject({ name: 'InvalidRequestException' });
  });

  it('looks at roles, subnets and the launch template with the permissions of the caller', async () => {
    world.asked.length = 0;
    await create({ launchTemplate: { id: 'lt-1', version: '1' }, tags: { team: 'platform' } });

    const actions = world.asked.map(({ action, resource }) => `${action} ${resource.split(':').slice(5).join(':')}`);
    expect(actions).toEqual([
      'eks:CreateNodegroup cluster/banking-prod',
      'eks:TagResource nodegroup/banking-prod/bootstrap/*',
      'iam:PassRole role/joinery/bootstrap-nodes',
      'iam:GetRole role/joinery/bootstrap-nodes',
      'iam:ListAttachedRolePolicies role/joinery/bootstrap-nodes',
      'iam:GetRole role/aws-service-role/eks-nodegroup.amazonaws.com/AWSServiceRoleForAmazonEKSNodegroup',
      'ec2:DescribeSubnets ',
      'ec2:RunInstances launch-template/lt-1',
      'ec2:RunInstances instance/*',
      'ec2:RunInstances network-interface/*',
      'ec2:RunInstances volume/*',
      'ec2:RunInstances image/*',
      'ec2:RunInstances subnet/subnet-a',
      'ec2:RunInstances subnet/subnet-b',
      'ec2:RunInstances subnet/subnet-c',
      'ec2:CreateTags instance/*',
    ]);
  });

  it('changes sizes, labels and taints, on the nodes that exist too, and drains what is too much', async () => {
    await withPlugin();
    await create();
    await world.simulation.runFor(245);
    await world.call('UpdateNodegroupConfig', {
      clusterName: 'banking-prod',
      nodegroupName: 'bootstrap',
      scalingConfig: { desiredSize: 2 },
      labels: { addOrUpdateLabels: { tier: 'system' }, removeLabels: ['joinery.dev/bootstrap'] },
      taints: { removeTaints: [{ key: 'CriticalAddonsOnly', value: 'true', effect: 'NO_SCHEDULE' }] },
    });
    const during = await world.nodegroup();
    await world.simulation.runFor(120);

    expect(during?.status).toBe('UPDATING');
    expect(await world.nodegroup()).toMatchObject({ status: 'ACTIVE', scalingConfig: { desiredSize: 2 }, taints: [] });
    expect(running()).toHaveLength(2);
    for (const node of nodes()) {
      expect(node.metadata.labels).toMatchObject({ tier: 'system' });
      expect(node.metadata.labels).not.toHaveProperty('joinery.dev/bootstrap');
      expect(node.spec?.['taints']).toEqual([]);
    }
  });

  it('ends the same after a restore in the middle of its creation', async () => {
    await withPlugin();
    await create();
    await world.simulation.runFor(60);
    const saved = structuredClone(world.simulation.snapshot());
    await world.simulation.runFor(200);
    const first = [await world.nodegroup(), nodes()];

    world.simulation.restore(saved);
    const restored = await world.nodegroup();
    await world.simulation.runFor(200);

    expect(restored?.status).toBe('CREATING');
    expect([await world.nodegroup(), nodes()]).toEqual(first);
  });
});
