import type { CreateClusterCommandInput, CreateNodegroupCommandInput } from '@aws-sdk/client-eks';
import * as sdk from '@aws-sdk/client-eks';
import { Cloud } from '../../../../../../simulator/aws/cloud.ts';
import { SimulatedAwsError } from '../../../../../../simulator/aws/errors.ts';
import { createEksService } from '../../../../../../simulator/aws/services/eks/service.ts';
import type { AccessRequest } from '../../../../../../simulator/aws/types.ts';
import { Simulation } from '../../../../../../simulator/core/simulation.ts';
import { CLUSTER_ROLE, DEPLOYER, fakeEc2, fakeIam, NODE_ROLE } from './fake-aws.ts';
import { fakeKubernetes, fakeNodes } from './fake-kubernetes.ts';

export const SUBNETS = ['subnet-a', 'subnet-b', 'subnet-c'];

export const aCluster = (overrides: Partial<CreateClusterCommandInput> = {}): CreateClusterCommandInput => ({
  name: 'banking-prod',
  version: '1.35',
  roleArn: CLUSTER_ROLE,
  resourcesVpcConfig: { subnetIds: SUBNETS, endpointPrivateAccess: true },
  accessConfig: { authenticationMode: 'API', bootstrapClusterCreatorAdminPermissions: false },
  bootstrapSelfManagedAddons: false,
  ...overrides,
});

export const aNodegroup = (overrides: Partial<CreateNodegroupCommandInput> = {}): CreateNodegroupCommandInput => ({
  clusterName: 'banking-prod',
  nodegroupName: 'bootstrap',
  subnets: SUBNETS,
  nodeRole: NODE_ROLE,
  instanceTypes: ['t3.medium'],
  scalingConfig: { minSize: 2, desiredSize: 3, maxSize: 4 },
  taints: [{ key: 'CriticalAddonsOnly', value: 'true', effect: 'NO_SCHEDULE' }],
  labels: { 'joinery.dev/bootstrap': 'true' },
  ...overrides,
});

type Outputs = Record<string, never>;

/** A simulated account with EKS alone, the rest played by fakes. `denied` holds actions that the caller may not do. */
export function eksWorld(seed = 3) {
  const simulation = new Simulation({ seed, startAt: '2026-11-02T08:00:00Z' });
  const kubernetes = fakeKubernetes(simulation);
  const denied = new Set<string>();
  const asked: AccessRequest[] = [];
  const cloud = new Cloud({
    simulation,
    accountId: '111122223333',
    region: 'eu-west-1',
    services: [
      {
        service: createEksService({ kubernetes, nodes: fakeNodes(kubernetes), ec2: fakeEc2, iam: fakeIam }),
        sdk: sdk as unknown as Record<string, unknown>,
      },
    ],
    authorize: (request) => {
      asked.push(request);
      if (denied.has(request.action)) throw new SimulatedAwsError('AccessDeniedException', request.action, 403);
    },
  });
  const call = <O = Outputs>(operation: string, input: object): Promise<O> =>
    simulation.runUntil(
      cloud.call('EKS', operation, input, { roleArn: DEPLOYER, sessionName: 'run-1' }),
    ) as unknown as Promise<O>;
  const cluster = async (name = 'banking-prod') =>
    (await call<sdk.DescribeClusterCommandOutput>('DescribeCluster', { name })).cluster;
  const nodegroup = async () =>
    (
      await call<sdk.DescribeNodegroupCommandOutput>('DescribeNodegroup', {
        clusterName: 'banking-prod',
        nodegroupName: 'bootstrap',
      })
    ).nodegroup;
  const addon = async (addonName: string) =>
    (await call<sdk.DescribeAddonCommandOutput>('DescribeAddon', { clusterName: 'banking-prod', addonName })).addon;
  /** A cluster that is ACTIVE. */
  const withCluster = async (overrides: Partial<CreateClusterCommandInput> = {}) => {
    await call('CreateCluster', aCluster(overrides));
    await simulation.runFor(600);
  };
  const objects = (apiVersion: string, kind: string) =>
    kubernetes.find('banking-prod')?.as({ username: 'test', groups: [] }).list(apiVersion, kind) ?? [];
  return { simulation, kubernetes, cloud, call, cluster, nodegroup, addon, withCluster, objects, denied, asked };
}

export type EksWorld = ReturnType<typeof eksWorld>;
