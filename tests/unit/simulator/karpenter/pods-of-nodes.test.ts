import * as iamSdk from '@aws-sdk/client-iam';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ec2World, type Instance } from '../../../../simulator/aws/services/ec2/world.ts';
import { iamService } from '../../../../simulator/aws/services/iam/service.ts';
import { iamState } from '../../../../simulator/aws/services/iam/state.ts';
import { nodeRolesEffect } from '../../../../simulator/karpenter/pods/pods-of-nodes.ts';
import { createKubeCluster } from '../../../../simulator/kubernetes/api/cluster.ts';
import type { Pod } from '../../../../simulator/kubernetes/controllers/objects.ts';
import { controllerState } from '../../../../simulator/kubernetes/controllers/state.ts';
import { TEST_CALLER } from '../../../support/simulated-client.ts';
import { startTestCloud, type TestCloud } from '../../../support/test-cloud.ts';

const POLICIES = ['AmazonEKSWorkerNodePolicy', 'AmazonEKS_CNI_Policy', 'AmazonEC2ContainerRegistryPullOnly'];

describe("what a node's role lacks", () => {
  let world: TestCloud;
  beforeEach(async () => {
    world = startTestCloud([{ service: iamService, sdk: iamSdk }]);
    const { simulation, cloud } = world;
    const call = (name: string, input: object) => simulation.runUntil(cloud.call('IAM', name, input, TEST_CALLER));
    const Statement = { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' };
    const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    await call('CreateRole', { RoleName: 'nodes', AssumeRolePolicyDocument });
    await call('CreateInstanceProfile', { InstanceProfileName: 'profile' });
    await call('AddRoleToInstanceProfile', { InstanceProfileName: 'profile', RoleName: 'nodes' });
    for (const name of POLICIES)
      await call('AttachRolePolicy', { RoleName: 'nodes', PolicyArn: `arn:aws:iam::aws:policy/${name}` });
    const arn = iamState(simulation).profiles['profile']?.arn ?? '';
    const { instances } = ec2World(simulation);
    instances['i-karpenter'] = { instanceProfile: { arn, id: 'AIPA1' } } as Instance;
    const managed = 'arn:aws:iam::111122223333:instance-profile/eks-nodes';
    instances['i-managed'] = { instanceProfile: { arn: managed, id: 'AIPA2' } } as Instance;
    const { kubelets } = controllerState(simulation, 'banking');
    for (const [node, instanceId] of Object.entries({ karpenter: 'i-karpenter', managed: 'i-managed', other: 'none' }))
      kubelets[node] = { instanceId, joinedAtMs: 0, stoppedAtMs: null, isInstanceGone: false, isNetworkReady: true };
  });
  afterEach(() => world.simulation.close());

  const takeAway = (name: string) => {
    const role = iamState(world.simulation).roles['nodes'];
    if (role) role.attached = role.attached.filter((arn) => !arn.endsWith(`/${name}`));
  };
  const effectOn = (pod: Partial<Pod['spec']> & { app?: string }, nodeName = 'karpenter') => {
    const { app = 'any', ...spec } = pod;
    const { simulation } = world;
    const cluster = Object.assign(createKubeCluster({ name: 'banking', simulation, version: 'v1.35.2' }), {
      version: 'v1.35.2',
    });
    const metadata = { name: 'pod', namespace: 'kube-system', labels: { 'k8s-app': app } };
    const whole = { apiVersion: 'v1', kind: 'Pod', metadata, spec: { nodeName, containers: [], ...spec } };
    const place = { cluster, simulation, accountId: '111122223333', region: 'eu-west-1' };
    return nodeRolesEffect(whole as unknown as Pod, place);
  };
  const fromAws = { containers: [{ name: 'c', image: 'eks/coredns:v1.12.4' }] };
  const cni = { app: 'aws-node', containers: [{ name: 'c', image: 'eks/amazon-k8s-cni:v1.20.4' }] };
  const withIdentity = {
    containers: [{ name: 'c', image: 'a', env: [{ name: 'AWS_CONTAINER_CREDENTIALS_FULL_URI', value: 'http://x' }] }],
  } as unknown as Partial<Pod['spec']>;

  it('keeps nothing from running while it lacks nothing', () => {
    expect([fromAws, cni, withIdentity].map((pod) => effectOn(pod))).toEqual([undefined, undefined, undefined]);
  });

  it.each(['karpenter', 'managed'])("keeps images in AWS's registries (node of %s)", (node) => {
    takeAway('AmazonEC2ContainerRegistryPullOnly');

    expect(effectOn(fromAws, node)).toEqual({
      pullFault: expect.stringMatching(/"eks\/coredns:v1\.12\.4": .*:role\/nodes .*ecr:GetAuthorizationToken/),
    });
    expect(effectOn({ containers: [{ name: 'c', image: 'public.ecr.aws/karpenter/controller:1' }] }, node)).toBe(
      undefined,
    );
  });

  it('keeps the CNI from making interfaces', () => {
    takeAway('AmazonEKS_CNI_Policy');

    expect(effectOn(cni)).toEqual({
      crash: expect.stringMatching(/no addresses for pods: .*ec2:DescribeNetworkInterfaces/),
    });
    expect(effectOn({ ...cni, app: 'kube-proxy' })).toBe(undefined);
  });

  it('keeps the Pod Identity agent from getting credentials', () => {
    takeAway('AmazonEKSWorkerNodePolicy');

    expect(effectOn(withIdentity)).toEqual({ crash: expect.stringMatching(/no AWS credentials: .*:role\/nodes/) });
  });

  it('is everything where the machine has no role', () => {
    for (const instance of Object.values(ec2World(world.simulation).instances)) instance.instanceProfile = null;

    expect(effectOn(fromAws)).toEqual({ pullFault: expect.stringContaining('no role is not authorized') });
    expect(effectOn(withIdentity)).toEqual({ crash: expect.stringContaining('no AWS credentials') });
  });

  it('is not asked of nodes that are not of EC2', () => {
    for (const name of POLICIES) takeAway(name);

    expect([fromAws, cni, withIdentity].map((pod) => effectOn(pod, 'other'))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
