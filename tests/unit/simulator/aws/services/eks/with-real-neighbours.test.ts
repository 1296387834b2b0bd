import * as ec2Sdk from '@aws-sdk/client-ec2';
import * as eksSdk from '@aws-sdk/client-eks';
import * as iamSdk from '@aws-sdk/client-iam';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Cloud, type SdkModule } from '../../../../../../simulator/aws/cloud.ts';
import { ec2ForEks } from '../../../../../../simulator/aws/services/ec2/eks-port.ts';
import { terminateInstance } from '../../../../../../simulator/aws/services/ec2/instance-lifecycle.ts';
import { seedNetwork } from '../../../../../../simulator/aws/services/ec2/network-seed.ts';
import { ec2Service } from '../../../../../../simulator/aws/services/ec2/service.ts';
import { ec2World } from '../../../../../../simulator/aws/services/ec2/world.ts';
import { iamForEks, nodesForEks } from '../../../../../../simulator/aws/services/eks/adapters.ts';
import type { KubernetesPort } from '../../../../../../simulator/aws/services/eks/ports.ts';
import { createEksService } from '../../../../../../simulator/aws/services/eks/service.ts';
import { iamService } from '../../../../../../simulator/aws/services/iam/service.ts';
import { settleRoles } from '../../../../../../simulator/aws/services/iam/state.ts';
import { Simulation } from '../../../../../../simulator/core/simulation.ts';
import { createKubeCluster } from '../../../../../../simulator/kubernetes/api/cluster.ts';
import { startControllers } from '../../../../../../simulator/kubernetes/controllers/start.ts';
import { type KubeCluster, SYSTEM_ADMIN } from '../../../../../../simulator/kubernetes/types.ts';
import { aCluster, aNodegroup } from './eks-world.ts';
import { DEPLOYER } from './fake-aws.ts';

function kubernetesOf(simulation: Simulation): KubernetesPort {
  const clusters = new Map<string, KubeCluster>();
  return {
    createCluster: (name, version) => {
      const cluster = createKubeCluster({ name, simulation, version });
      startControllers(cluster);
      clusters.set(name, cluster);
      return cluster;
    },
    find: (name) => clusters.get(name),
    endpointOf: (name) => ({ url: `https://127.0.0.1/${name}`, caData: 'Q0E=' }),
    setVersion: () => undefined,
    deleteCluster: (name) => void clusters.delete(name),
  };
}

describe('simulated EKS with the simulated EC2, IAM and Kubernetes', () => {
  let simulation: Simulation;
  let kubernetes: KubernetesPort;
  let cloud: Cloud;
  const call = <O>(service: string, operation: string, input: object): Promise<O> =>
    simulation.runUntil(
      cloud.call(service, operation, input, { roleArn: DEPLOYER, sessionName: 'run-1' }),
    ) as unknown as Promise<O>;
  const role = async (RoleName: string, service: string, policies: string[]) => {
    const AssumeRolePolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
    });
    await call('IAM', 'CreateRole', { RoleName, Path: '/joinery/', AssumeRolePolicyDocument });
    for (const name of policies)
      await call('IAM', 'AttachRolePolicy', { RoleName, PolicyArn: `arn:aws:iam::aws:policy/${name}` });
  };
  const nodes = () => kubernetes.find('banking-prod')?.as(SYSTEM_ADMIN).list('v1', 'Node') ?? [];

  beforeEach(async () => {
    simulation = new Simulation({ seed: 5, startAt: '2026-11-02T08:00:00Z' });
    kubernetes = kubernetesOf(simulation);
    const eks = createEksService({ kubernetes, nodes: nodesForEks(kubernetes), ec2: ec2ForEks, iam: iamForEks });
    cloud = new Cloud({
      simulation,
      accountId: '111122223333',
      region: 'eu-west-1',
      services: [
        { service: eks, sdk: eksSdk as unknown as SdkModule },
        { service: ec2Service, sdk: ec2Sdk as unknown as SdkModule },
        { service: iamService, sdk: iamSdk as unknown as SdkModule },
      ],
      authorize: () => undefined,
    });
    seedNetwork(simulation);
    await role('cluster', 'eks.amazonaws.com', ['AmazonEKSClusterPolicy']);
    await role('bootstrap-nodes', 'ec2.amazonaws.com', [
      'AmazonEKSWorkerNodePolicy',
      'AmazonEKS_CNI_Policy',
      'AmazonEC2ContainerRegistryPullOnly',
    ]);
  });
  afterEach(() => simulation.close());

  it('refuses a role that has not settled, then brings a cluster up whose group replaces a lost machine', async () => {
    await expect(call('EKS', 'CreateCluster', aCluster())).rejects.toThrow('could not be assumed');
    settleRoles(simulation);
    await call('EKS', 'CreateCluster', aCluster());
    await simulation.runFor(600);
    for (const addonName of ['vpc-cni', 'kube-proxy', 'eks-pod-identity-agent'])
      await call('EKS', 'CreateAddon', { clusterName: 'banking-prod', addonName });
    await call('EKS', 'CreateNodegroup', aNodegroup());
    await simulation.runFor(245);
    await call('EKS', 'CreateAddon', { clusterName: 'banking-prod', addonName: 'coredns' });
    await simulation.runFor(100);
    const { nodegroup } = await call<eksSdk.DescribeNodegroupCommandOutput>('EKS', 'DescribeNodegroup', {
      clusterName: 'banking-prod',
      nodegroupName: 'bootstrap',
    });
    const { addon } = await call<eksSdk.DescribeAddonCommandOutput>('EKS', 'DescribeAddon', {
      clusterName: 'banking-prod',
      addonName: 'coredns',
    });
    const before = nodes().map((node) => node.metadata.name);
    terminateInstance(simulation, Object.keys(ec2World(simulation).instances)[0] ?? '');
    await simulation.runFor(240);

    expect(nodegroup).toMatchObject({ status: 'ACTIVE', health: { issues: [] } });
    expect(addon).toMatchObject({ status: 'ACTIVE' });
    expect(before).toHaveLength(3);
    expect(nodes()).toHaveLength(3);
    expect(nodes().filter((node) => !before.includes(node.metadata.name))).toHaveLength(1);
  });
});
