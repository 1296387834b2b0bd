import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  isPodIdentityAgentReady,
  podIdentityFor,
} from '../../../../../../simulator/aws/services/eks/pod-identity/associations.ts';
import type { KubeCluster, KubeObject } from '../../../../../../simulator/kubernetes/types.ts';
import { type EksWorld, eksWorld } from './eks-world.ts';
import { DEPLOYER, KARPENTER_ROLE } from './fake-aws.ts';

describe('simulated EKS add-ons and Pod Identity', () => {
  let world: EksWorld;
  beforeEach(async () => {
    world = eksWorld();
    await world.withCluster();
  });
  afterEach(() => world.simulation.close());

  const create = (addonName: string, overrides: object = {}) =>
    world.call('CreateAddon', { clusterName: 'banking-prod', addonName, ...overrides });
  const workload = (kind: string, name: string) =>
    world.objects('apps/v1', kind).find((object) => object.metadata.name === name);
  const podSpec = (object: KubeObject | undefined) =>
    (object?.spec?.['template'] as { spec?: Record<string, unknown> } | undefined)?.spec;
  const associate = (overrides: object = {}) =>
    world.call<{ association: { associationId: string } }>('CreatePodIdentityAssociation', {
      clusterName: 'banking-prod',
      namespace: 'kube-system',
      serviceAccount: 'karpenter',
      roleArn: KARPENTER_ROLE,
      ...overrides,
    });
  const roleNow = () =>
    podIdentityFor(world.simulation, 'banking-prod', 'kube-system', 'karpenter', world.simulation.now());

  it('has a DaemonSet add-on ACTIVE within 90 seconds, without a node', async () => {
    await create('vpc-cni');
    const before = await world.addon('vpc-cni');
    await world.simulation.runFor(90);

    expect(before?.status).toBe('CREATING');
    expect(await world.addon('vpc-cni')).toMatchObject({ status: 'ACTIVE', addonVersion: 'v1.21.1-eksbuild.3' });
    expect(podSpec(workload('DaemonSet', 'aws-node'))).toMatchObject({
      tolerations: [{ operator: 'Exists' }],
      containers: [{ resources: { requests: { cpu: '50m' } } }],
    });
  });

  it('shows CoreDNS as DEGRADED until its two pods run', async () => {
    await create('coredns');
    await world.simulation.runFor(90);
    const degraded = await world.addon('coredns');
    const deployment = workload('Deployment', 'coredns') as KubeObject;
    const api = world.kubernetes.find('banking-prod')?.as({ username: 'test', groups: [] });
    api?.update({ ...deployment, status: { readyReplicas: 2 } });

    expect(degraded).toMatchObject({
      status: 'DEGRADED',
      health: { issues: [{ code: 'InsufficientNumberOfReplicas' }] },
    });
    expect(podSpec(deployment)).toMatchObject({
      tolerations: expect.arrayContaining([{ key: 'CriticalAddonsOnly', operator: 'Exists' }]),
      containers: [{ resources: { requests: { cpu: '100m', memory: '70Mi' } } }],
    });
    expect(await world.addon('coredns')).toMatchObject({ status: 'ACTIVE', health: { issues: [] } });
  });

  it('puts configured tolerations in the place of the add-on’s own', async () => {
    await create('eks-pod-identity-agent', {
      configurationValues: 'tolerations:\n  - key: only\n    operator: Exists\n',
    });

    expect(podSpec(workload('DaemonSet', 'eks-pod-identity-agent'))).toMatchObject({
      tolerations: [{ key: 'only', operator: 'Exists' }],
    });
  });

  it.each([
    ['an add-on that EKS does not have', 'karpenter', {}, 'InvalidParameterException'],
    [
      'a version for another Kubernetes',
      'kube-proxy',
      { addonVersion: 'v1.34.7-eksbuild.2' },
      'InvalidParameterException',
    ],
    ['an unknown setting', 'coredns', { configurationValues: '{"replicas": 3}' }, 'InvalidParameterException'],
    ['settings that are no object', 'coredns', { configurationValues: '[1' }, 'InvalidParameterException'],
    [
      'a role that pods cannot take',
      'vpc-cni',
      { podIdentityAssociations: [{ serviceAccount: 'aws-node', roleArn: DEPLOYER }] },
      'InvalidParameterException',
    ],
  ])('refuses %s', async (_what, addonName, overrides, name) => {
    await expect(create(addonName, overrides)).rejects.toMatchObject({ name });
    await expect(world.addon(addonName)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('is created once, updated and removed with its objects', async () => {
    await create('metrics-server', { addonVersion: 'v0.8.0-eksbuild.3' });
    await expect(create('metrics-server')).rejects.toMatchObject({ name: 'ResourceInUseException' });
    await world.simulation.runFor(90);
    await world.call('UpdateAddon', {
      clusterName: 'banking-prod',
      addonName: 'metrics-server',
      addonVersion: 'v0.8.1-eksbuild.1',
      configurationValues: '{"replicaCount": 1}',
    });
    const updating = await world.addon('metrics-server');
    await world.simulation.runFor(90);
    const updated = workload('Deployment', 'metrics-server');
    await world.call('DeleteAddon', { clusterName: 'banking-prod', addonName: 'metrics-server' });
    await world.simulation.runFor(40);

    expect(updating?.status).toBe('UPDATING');
    expect(updated?.spec?.['replicas']).toBe(1);
    expect(workload('Deployment', 'metrics-server')).toBeUndefined();
    await expect(world.addon('metrics-server')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('does not take over what someone else installed, unless it is told to', async () => {
    const cluster = world.kubernetes.find('banking-prod') as KubeCluster;
    const own = {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { name: 'aws-node', namespace: 'kube-system' },
      spec: { own: true },
    };
    cluster.as({ username: 'test', groups: [] }).create(own);
    await create('vpc-cni');
    await world.simulation.runFor(90);

    expect(await world.addon('vpc-cni')).toMatchObject({
      status: 'CREATE_FAILED',
      health: { issues: [{ code: 'ConfigurationConflict' }] },
    });
    expect(workload('DaemonSet', 'aws-node')).toMatchObject({ spec: { own: true } });
  });

  it('lists for each Kubernetes version the versions that fit, one of them the default', async () => {
    for (const kubernetesVersion of ['1.30', '1.31', '1.32', '1.33', '1.34', '1.35', '1.36']) {
      const { addons } = await world.call<{
        addons: { addonVersions: { compatibilities: { defaultVersion: boolean }[] }[] }[];
      }>('DescribeAddonVersions', { kubernetesVersion });
      const defaults = addons.map(
        (addon) => addon.addonVersions.filter((version) => version.compatibilities[0]?.defaultVersion).length,
      );

      expect(defaults).toEqual([1, 1, 1, 1, 1, 1]);
    }
  });

  it('gives a role to pods that are admitted five to ten seconds after the association, not to earlier ones', async () => {
    await associate();
    await world.simulation.runFor(4.5);
    const early = roleNow();
    await world.simulation.runFor(5.5);

    expect(early).toBeUndefined();
    expect(roleNow()).toBe(KARPENTER_ROLE);
  });

  it('takes the role away a little after the association is gone', async () => {
    const { association } = await associate();
    await world.simulation.runFor(10);
    await world.call('DeletePodIdentityAssociation', {
      clusterName: 'banking-prod',
      associationId: association.associationId,
    });
    const lingering = roleNow();
    await world.simulation.runFor(10);

    expect(lingering).toBe(KARPENTER_ROLE);
    expect(roleNow()).toBeUndefined();
  });

  it('refuses a role that trusts someone else, and a second association of a service account', async () => {
    await expect(associate({ roleArn: DEPLOYER })).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: expect.stringContaining('Trust policy'),
    });
    await associate();

    await expect(associate()).rejects.toMatchObject({ name: 'ResourceInUseException' });
  });

  it('passes the role to pods with the permissions of the caller', async () => {
    world.asked.length = 0;
    await associate();

    expect(world.asked).toEqual([
      {
        action: 'eks:CreatePodIdentityAssociation',
        resource: 'arn:aws:eks:eu-west-1:111122223333:cluster/banking-prod',
        context: {},
      },
      {
        action: 'iam:PassRole',
        resource: KARPENTER_ROLE,
        context: { 'iam:PassedToService': 'pods.eks.amazonaws.com' },
      },
      { action: 'iam:GetRole', resource: KARPENTER_ROLE },
    ]);
  });

  it('turns Pod Identity into credentials only on nodes where the agent is Ready', () => {
    const cluster = world.kubernetes.find('banking-prod') as KubeCluster;
    cluster.as({ username: 'test', groups: [] }).create({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: 'agent-1',
        namespace: 'kube-system',
        labels: { 'app.kubernetes.io/name': 'eks-pod-identity-agent' },
      },
      spec: { nodeName: 'node-1' },
      status: { conditions: [{ type: 'Ready', status: 'True' }] },
    });

    expect(isPodIdentityAgentReady(cluster, 'node-1')).toBe(true);
    expect(isPodIdentityAgentReady(cluster, 'node-2')).toBe(false);
  });

  it('tags by ARN and says which ARN it does not know', async () => {
    const { association } = await associate({ tags: { team: 'platform' } });
    const resourceArn = `arn:aws:eks:eu-west-1:111122223333:podidentityassociation/banking-prod/${association.associationId}`;
    await world.call('TagResource', { resourceArn, tags: { stage: 'prod' } });
    await world.call('UntagResource', { resourceArn, tagKeys: ['team'] });

    expect(await world.call('ListTagsForResource', { resourceArn })).toEqual({ tags: { stage: 'prod' } });
    await expect(world.call('ListTagsForResource', { resourceArn: `${resourceArn}x` })).rejects.toMatchObject({
      name: 'NotFoundException',
    });
  });
});
