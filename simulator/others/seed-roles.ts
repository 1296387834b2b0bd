import type { Account } from '../boot/account.ts';
import type { OthersCluster, OthersPolicy } from './description.ts';

const MANAGED = 'arn:aws:iam::aws:policy/';
const NODE_POLICIES = ['AmazonEKS_CNI_Policy', 'AmazonEKSWorkerNodePolicy', 'AmazonEC2ContainerRegistryPullOnly'];

export const clusterRoleName = (cluster: string) => `${cluster}-cluster`;

function trust(principal: object, actions: readonly string[]): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: principal, Action: actions }],
  });
}

const service = (name: string, actions: readonly string[] = ['sts:AssumeRole']) => trust({ Service: [name] }, actions);

function documentOf({ statements }: OthersPolicy): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: statements.map(({ actions, resources }) => ({ Effect: 'Allow', Action: actions, Resource: resources })),
  });
}

/** The roles of a cluster, its node groups and its Karpenter. */
export async function seedRoles({ cloud, deployer }: Account, cluster: OthersCluster): Promise<void> {
  const call = (operation: string, input: object) => cloud.call('IAM', operation, input, deployer);
  const role = async (RoleName: string, AssumeRolePolicyDocument: string, policies: readonly string[]) => {
    await call('CreateRole', { RoleName, AssumeRolePolicyDocument });
    for (const name of policies) await call('AttachRolePolicy', { RoleName, PolicyArn: MANAGED + name });
  };
  await role(clusterRoleName(cluster.name), service('eks.amazonaws.com'), ['AmazonEKSClusterPolicy']);
  const { karpenter } = cluster;
  const nodeRoles = [
    ...cluster.nodeGroups.map(({ roleName }) => roleName),
    ...(karpenter ? [karpenter.nodeRoleName] : []),
  ];
  for (const name of new Set(nodeRoles)) await role(name, service('ec2.amazonaws.com'), NODE_POLICIES);
  if (!karpenter?.controllerRole.exists) return;
  const { name: RoleName, policies } = karpenter.controllerRole;
  const issuer = `arn:aws:iam::${cloud.context(deployer).accountId}:oidc-provider/oidc.eks/${cluster.name}`;
  const trusted =
    karpenter.credentials === 'irsa'
      ? trust({ Federated: issuer }, ['sts:AssumeRoleWithWebIdentity'])
      : service('pods.eks.amazonaws.com', ['sts:AssumeRole', 'sts:TagSession']);
  await role(RoleName, trusted, []);
  for (const policy of policies) {
    const PolicyDocument = documentOf(policy);
    if (policy.kind === 'inline') {
      await call('PutRolePolicy', { RoleName, PolicyName: policy.name, PolicyDocument });
      continue;
    }
    const made = await call('CreatePolicy', { PolicyName: policy.name, PolicyDocument });
    await call('AttachRolePolicy', { RoleName, PolicyArn: (made as { Policy: { Arn: string } }).Policy.Arn });
  }
}
