import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eksState } from '../../../../../../simulator/aws/services/eks/state.ts';
import { aCluster, aNodegroup, type EksWorld, eksWorld } from './eks-world.ts';
import { CLUSTER_ROLE, DEPLOYER, fakeAws, LINKED_ROLE } from './fake-aws.ts';

describe('simulated EKS clusters', () => {
  let world: EksWorld;
  beforeEach(() => {
    world = eksWorld();
  });
  afterEach(() => world.simulation.close());

  const create = (overrides: Parameters<typeof aCluster>[0] = {}) => world.call('CreateCluster', aCluster(overrides));

  it('takes seven to ten minutes to come up, and only then has an endpoint and a Kubernetes', async () => {
    await create({ tags: { team: 'platform' } });
    await world.simulation.runFor(410);
    const before = await world.cluster();
    await world.simulation.runFor(190);
    const after = await world.cluster();

    expect(before).toMatchObject({ status: 'CREATING', certificateAuthority: {}, tags: { team: 'platform' } });
    expect(before?.endpoint).toBeUndefined();
    expect(after).toMatchObject({
      status: 'ACTIVE',
      arn: 'arn:aws:eks:eu-west-1:111122223333:cluster/banking-prod',
      endpoint: 'https://127.0.0.1:6443/banking-prod',
      certificateAuthority: { data: 'Q0E=' },
      accessConfig: { authenticationMode: 'API', bootstrapClusterCreatorAdminPermissions: false },
    });
    expect(after?.identity?.oidc?.issuer).toMatch(/^https:\/\/oidc\.eks\.eu-west-1\.amazonaws\.com\/id\/[0-9A-F]{32}$/);
    expect(world.objects('apps/v1', 'DaemonSet')).toEqual([]);
  });

  it('makes the cluster security group with the tag by which others find it', async () => {
    await create();

    const id = (await world.cluster())?.resourcesVpcConfig?.clusterSecurityGroupId ?? '';
    expect(fakeAws(world.simulation).groups[id]).toMatchObject({
      vpcId: 'vpc-1',
      tags: { 'kubernetes.io/cluster/banking-prod': 'owned', 'aws:eks:cluster-name': 'banking-prod' },
    });
  });

  it.each([
    ['a name with a dot', { name: 'bank.prod' }, 'InvalidParameterException', 'should match'],
    ['a name of 101 characters', { name: 'a'.repeat(101) }, 'InvalidParameterException', '100 characters'],
    ['an old version', { version: '1.29' }, 'InvalidParameterException', 'unsupported Kubernetes version'],
    [
      'a subnet that does not exist',
      { resourcesVpcConfig: { subnetIds: ['subnet-a', 'subnet-x'] } },
      'InvalidParameterException',
      "The subnet ID 'subnet-x' does not exist",
    ],
    [
      'subnets in one zone',
      { resourcesVpcConfig: { subnetIds: ['subnet-a'] } },
      'InvalidParameterException',
      'at least two different AZs',
    ],
    [
      'no endpoint at all',
      { resourcesVpcConfig: { subnetIds: ['subnet-a', 'subnet-b'], endpointPublicAccess: false } },
      'InvalidParameterException',
      'cannot be false',
    ],
    ['a role that EKS cannot assume', { roleArn: DEPLOYER }, 'InvalidParameterException', 'could not be assumed'],
    ['half of Auto Mode', { computeConfig: { enabled: true } }, 'InvalidParameterException', 'EKS Auto Mode'],
    ['a tag of AWS', { tags: { 'aws:x': 'y' } }, 'InvalidParameterException', 'reserved'],
  ])('refuses %s', async (_what, overrides, name, message) => {
    await expect(create(overrides)).rejects.toMatchObject({ name, message: expect.stringContaining(message) });
    expect(eksState(world.simulation).clusters).toEqual({});
  });

  it('refuses a role without the cluster policy', async () => {
    const { roles } = fakeAws(world.simulation);
    roles[CLUSTER_ROLE] = { ...(roles[CLUSTER_ROLE] as NonNullable<(typeof roles)[string]>), attachedPolicyArns: [] };

    await expect(create()).rejects.toThrow('AmazonEKSClusterPolicy');
  });

  it('names the zones that can take a control plane when one cannot', async () => {
    eksState(world.simulation).unsupportedZoneIds = ['euw1-az3'];

    await expect(create()).rejects.toMatchObject({
      name: 'UnsupportedAvailabilityZoneException',
      validZones: ['eu-west-1a', 'eu-west-1b'],
    });
  });

  it('takes the same request with the same token for a retry, and any other for a second cluster', async () => {
    await create({ clientRequestToken: 'run-1' });
    await create({ clientRequestToken: 'run-1' });

    await expect(create({ clientRequestToken: 'run-2' })).rejects.toMatchObject({
      name: 'ResourceInUseException',
      clusterName: 'banking-prod',
    });
    expect(Object.keys(fakeAws(world.simulation).groups)).toHaveLength(1);
  });

  it('keeps to the quota of clusters', async () => {
    eksState(world.simulation).limits.clusters = 1;
    await create({ name: 'first' });

    await expect(create()).rejects.toMatchObject({ name: 'ResourceLimitExceededException' });
  });

  it('makes the service-linked role with the permission of the caller, or not at all', async () => {
    delete fakeAws(world.simulation).roles[LINKED_ROLE];
    world.denied.add('iam:CreateServiceLinkedRole');
    await expect(create()).rejects.toMatchObject({ name: 'AccessDeniedException' });
    world.denied.clear();

    await create();

    expect(fakeAws(world.simulation).roles[LINKED_ROLE]).toBeDefined();
    expect(world.asked).toContainEqual({
      action: 'iam:CreateServiceLinkedRole',
      resource: LINKED_ROLE,
      context: { 'iam:AWSServiceName': 'eks.amazonaws.com' },
    });
  });

  it('asks for each permission with the keys that EKS gives', async () => {
    await create({ tags: { team: 'platform' } });

    expect(world.asked).toEqual([
      {
        action: 'eks:CreateCluster',
        resource: '*',
        context: {
          'aws:RequestTag/team': 'platform',
          'aws:TagKeys': ['team'],
          'eks:authenticationMode': 'API',
          'eks:bootstrapClusterCreatorAdminPermissions': 'false',
          'eks:bootstrapSelfManagedAddons': 'false',
          'eks:endpointPrivateAccess': 'true',
          'eks:kubernetesVersion': '1.35',
        },
      },
      {
        action: 'eks:TagResource',
        resource: 'arn:aws:eks:eu-west-1:111122223333:cluster/banking-prod',
        context: { 'aws:RequestTag/team': 'platform', 'aws:TagKeys': ['team'] },
      },
      {
        action: 'iam:PassRole',
        resource: CLUSTER_ROLE,
        context: { 'iam:PassedToService': 'eks.amazonaws.com' },
      },
      { action: 'ec2:DescribeSubnets', resource: '*', context: {} },
    ]);
  });

  it('brings the three networking add-ons along when nobody says otherwise', async () => {
    await create({ bootstrapSelfManagedAddons: true });
    await world.simulation.runFor(600);

    expect(world.objects('apps/v1', 'DaemonSet').map((object) => object.metadata.name)).toEqual([
      'aws-node',
      'kube-proxy',
    ]);
  });

  it('changes one thing at a time, and authentication in one direction only', async () => {
    await world.withCluster();
    const update = (input: object) => world.call('UpdateClusterConfig', { name: 'banking-prod', ...input });
    await expect(
      update({ deletionProtection: true, accessConfig: { authenticationMode: 'API' } }),
    ).rejects.toMatchObject({ name: 'InvalidParameterException' });
    await expect(update({ accessConfig: { authenticationMode: 'CONFIG_MAP' } })).rejects.toThrow(
      'Unsupported authentication mode update from API to CONFIG_MAP',
    );
    await expect(
      update({ deletionProtection: true, resourcesVpcConfig: { endpointPrivateAccess: false } }),
    ).rejects.toThrow('Only one type of update');

    await update({ deletionProtection: true });
    await expect(update({ deletionProtection: false })).rejects.toMatchObject({ name: 'ResourceInUseException' });
    await world.simulation.runFor(180);

    expect(await world.cluster()).toMatchObject({ status: 'ACTIVE', deletionProtection: true });
  });

  it('is deleted only without protection and without node groups, and takes its security group along', async () => {
    await world.withCluster({ deletionProtection: true });
    const remove = () => world.call('DeleteCluster', { name: 'banking-prod' });
    await expect(remove()).rejects.toThrow('deletion protection');
    await world.call('UpdateClusterConfig', { name: 'banking-prod', deletionProtection: false });
    await world.simulation.runFor(180);
    await world.call('CreateNodegroup', aNodegroup());
    await expect(remove()).rejects.toThrow('Cluster has nodegroups attached');
    await world.simulation.runFor(400);
    await world.call('CreateAddon', { clusterName: 'banking-prod', addonName: 'vpc-cni' });
    await world.simulation.runFor(100);
    await world.call('DeleteNodegroup', { clusterName: 'banking-prod', nodegroupName: 'bootstrap' });
    await world.simulation.runFor(900);
    await remove();
    await world.simulation.runFor(900);

    await expect(world.cluster()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    expect(fakeAws(world.simulation).groups).toEqual({});
    expect(world.kubernetes.find('banking-prod')).toBeUndefined();
  });

  it('comes up at the same moment after a restore in the middle of its creation', async () => {
    await create();
    await world.simulation.runFor(200);
    const saved = structuredClone(world.simulation.snapshot());
    await world.simulation.runFor(500);
    const first = await world.cluster();

    world.simulation.restore(saved);
    const restored = await world.cluster();
    await world.simulation.runFor(500);
    const second = await world.cluster();

    expect(restored?.status).toBe('CREATING');
    expect(second).toEqual(first);
    expect(second?.status).toBe('ACTIVE');
  });

  it('knows which Kubernetes versions are offered and how they are supported', async () => {
    const all = await world.call<{ clusterVersions: { clusterVersion: string; versionStatus: string }[] }>(
      'DescribeClusterVersions',
      {},
    );

    expect(all.clusterVersions.map((version) => [version.clusterVersion, version.versionStatus])).toEqual([
      ['1.36', 'STANDARD_SUPPORT'],
      ['1.35', 'STANDARD_SUPPORT'],
      ['1.34', 'STANDARD_SUPPORT'],
      ['1.33', 'EXTENDED_SUPPORT'],
      ['1.32', 'EXTENDED_SUPPORT'],
      ['1.31', 'EXTENDED_SUPPORT'],
    ]);
  });
});
