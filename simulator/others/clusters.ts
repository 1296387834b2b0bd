import type { KubeObject } from '../kubernetes/types.ts';
import type { OthersCluster, OthersKarpenter, OthersNodeGroup } from './description.ts';
import { nodeClass, nodePool, soundKarpenter } from './karpenters.ts';

const ACCOUNT = '111122223333';
const FOUR_NOTICES = [0, 1, 2, 3];

function nodeGroup(name: string, cluster: string, more: Partial<OthersNodeGroup> = {}): OthersNodeGroup {
  return {
    name,
    roleName: `${cluster}-${name}-nodes`,
    instanceTypes: ['m5.large'],
    minSize: 2,
    desiredSize: 2,
    maxSize: 3,
    tags: {},
    ...more,
  };
}

export type RoleMapping = { readonly roleName: string; readonly username?: string; readonly groups: readonly string[] };

/** The ConfigMap that EKS writes for node groups, and that tools and people add to. */
export function awsAuth(mappings: readonly RoleMapping[]): KubeObject {
  const mapRoles = mappings
    .map(({ roleName, username = 'system:node:{{EC2PrivateDNSName}}', groups }) =>
      [
        `- rolearn: arn:aws:iam::${ACCOUNT}:role/${roleName}`,
        `  username: ${username}`,
        '  groups:',
        ...groups.map((group) => `    - ${group}`),
      ].join('\n'),
    )
    .join('\n');
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'aws-auth', namespace: 'kube-system' },
    data: { mapRoles: `${mapRoles}\n` },
  };
}

const NODE_GROUPS = ['system:bootstrappers', 'system:nodes'];

function clusterAutoscaler(cluster: string, replicas: number): KubeObject {
  const labels = { app: 'cluster-autoscaler' };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'cluster-autoscaler', namespace: 'kube-system', labels },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          containers: [
            {
              name: 'cluster-autoscaler',
              image: 'registry.k8s.io/autoscaling/cluster-autoscaler:v1.35.0',
              command: [
                './cluster-autoscaler',
                `--node-group-auto-discovery=asg:tag=k8s.io/cluster-autoscaler/enabled,k8s.io/cluster-autoscaler/${cluster}`,
              ],
              resources: { requests: { cpu: '100m', memory: '300Mi' } },
            },
          ],
        },
      },
    },
  };
}

const plain = (name: string): OthersCluster => ({
  name,
  kubernetesVersion: '1.35',
  authenticationMode: 'API_AND_CONFIG_MAP',
  tags: {},
  autoMode: false,
  selfManagedAddons: false,
  addons: ['vpc-cni', 'kube-proxy', 'coredns', 'eks-pod-identity-agent'],
  nodeGroups: [nodeGroup('initial', name)],
  subnetTags: {},
  clusterGroupTags: {},
  securityGroups: [],
  karpenter: null,
  launchTemplates: [],
  strayMachines: 0,
  objects: [],
});

/** As the module of the Terraform community leaves it, with its Karpenter; nothing is wrong with this one. */
export function terraformCluster(name = 'terraform-prod'): OthersCluster {
  return {
    ...plain(name),
    tags: { 'terraform-aws-modules': 'eks' },
    clusterGroupTags: { 'karpenter.sh/discovery': name },
    subnetTags: { 'karpenter.sh/discovery': name },
    karpenter: soundKarpenter(name),
  };
}

/** The same without a Karpenter: what an adopt finds most often. */
export function terraformPlainCluster(name = 'terraform-plain'): OthersCluster {
  return { ...plain(name), tags: { 'terraform-aws-modules': 'eks' }, authenticationMode: 'API' };
}

/** eksctl before September 2026: aws-auth alone, the key of the queue misspelt, one policy for everything, four rules. */
export function eksctlCluster(name = 'eksctl-prod'): OthersCluster {
  const base = plain(name);
  const tags = { 'alpha.eksctl.io/cluster-name': name };
  const nodeRoleName = `eksctl-KarpenterNodeRole-${name}`;
  const sound = soundKarpenter(name);
  const actions = sound.controllerRole.policies.flatMap(({ statements }) => statements.flatMap((one) => one.actions));
  return {
    ...base,
    authenticationMode: 'CONFIG_MAP',
    selfManagedAddons: true,
    addons: [],
    tags,
    nodeGroups: [nodeGroup('ng-1', name, { roleName: `eksctl-${name}-nodegroup-NodeInstanceRole`, tags })],
    clusterGroupTags: { 'karpenter.sh/discovery': name },
    subnetTags: { 'karpenter.sh/discovery': name },
    karpenter: {
      ...sound,
      namespace: 'karpenter',
      image: 'public.ecr.aws/karpenter/controller:1.6.3',
      chartVersion: '1.6.3',
      settings: { clusterName: name, interruptionQueueName: name },
      credentials: 'irsa',
      controllerRole: {
        name: `eksctl-${name}-iamservice-role`,
        exists: true,
        policies: [
          {
            name: `eksctl-KarpenterControllerPolicy-${name}`,
            kind: 'managed',
            statements: [{ actions, resources: ['*'] }],
          },
        ],
      },
      nodeRoleName,
      hasNodeAccessEntry: false,
      queue: { name, isEncrypted: false, deniesPlainTransport: false },
      rules: FOUR_NOTICES.flatMap((index) => sound.rules[index] ?? []).map((rule, index) => ({
        ...rule,
        name: `eksctl-${name}-karpenter-Rule${index}`,
      })),
      definitions: sound.definitions.filter((definition) => !definition.startsWith('capacitybuffers')),
      manifests: [nodeClass('default', name, nodeRoleName), nodePool('default', 'default')],
    },
    objects: [
      awsAuth([
        { roleName: `eksctl-${name}-nodegroup-NodeInstanceRole`, groups: NODE_GROUPS },
        { roleName: nodeRoleName, groups: NODE_GROUPS },
      ]),
    ],
  };
}

/** eksctl without Karpenter. */
export function eksctlPlainCluster(name = 'eksctl-plain'): OthersCluster {
  const base = eksctlCluster(name);
  const [, ...others] = base.objects;
  const group = base.nodeGroups.map(({ roleName }) => ({ roleName, groups: NODE_GROUPS }));
  return { ...base, karpenter: null, clusterGroupTags: {}, subnetTags: {}, objects: [awsAuth(group), ...others] };
}

/** The CDK's blueprints: IRSA, a misspelt event and a misspelt group, permissions of an older release, objects owned by the stack. */
export function cdkCluster(name = 'cdk-prod'): OthersCluster {
  const base = plain(name);
  const sound = soundKarpenter(name);
  const prune = { 'aws.cdk.eks/prune-c8e7a1b2': '' };
  const nodeRoleName = `${name}-karpenternoderole`;
  const lacking = ['iam:ListInstanceProfiles', 'ec2:DescribeInstanceStatus', 'iam:PassRole'];
  const actions = sound.controllerRole.policies
    .flatMap(({ statements }) => statements.flatMap((one) => one.actions))
    .filter((action) => !lacking.includes(action));
  return {
    ...base,
    selfManagedAddons: true,
    addons: [],
    clusterGroupTags: { 'karpenter.sh/discovery': name },
    subnetTags: { 'karpenter.sh/discovery': name },
    karpenter: {
      ...sound,
      namespace: 'karpenter',
      serviceAccount: 'blueprints-addon-karpenter',
      image: 'public.ecr.aws/karpenter/controller:1.3.0',
      chartVersion: '1.3.0',
      settings: { clusterName: name, interruptionQueue: `${name}-karpenter` },
      credentials: 'irsa',
      controllerRole: {
        name: `${name}-blueprintsaddonkarpenter`,
        exists: true,
        policies: [
          { name: 'karpenter', kind: 'inline', statements: [{ actions, resources: ['*'] }] },
          {
            name: 'pass-role',
            kind: 'inline',
            statements: [{ actions: ['iam:PassRole'], resources: [`arn:aws:iam::${ACCOUNT}:role/${nodeRoleName}`] }],
          },
        ],
      },
      nodeRoleName,
      hasNodeAccessEntry: false,
      queue: { name: `${name}-karpenter`, isEncrypted: true, deniesPlainTransport: true },
      rules: FOUR_NOTICES.flatMap((index) => sound.rules[index] ?? []).map((rule, index) => ({
        ...rule,
        name: `${name}-Rule${index}4F8A2`,
        detailType: rule.detailType.replace(/^EC2 Instance State/, 'C2 Instance State'),
      })),
      definitions: sound.definitions.slice(0, 3),
      oldStoredVersion: 'v1beta1',
      manifests: [nodeClass('default', name, nodeRoleName, prune), nodePool('default', 'default', prune)],
    },
    objects: [
      awsAuth([
        { roleName: `${name}-initial-nodes`, groups: NODE_GROUPS },
        { roleName: nodeRoleName, groups: ['system:bootstrapper', 'system:nodes'] },
      ]),
    ],
  };
}

/** EKS Auto Mode: no node groups, no add-ons, a Karpenter of AWS's own. */
export function autoModeCluster(name = 'auto-prod'): OthersCluster {
  return { ...plain(name), authenticationMode: 'API', autoMode: true, addons: [], nodeGroups: [] };
}

/** Cluster Autoscaler over node groups. */
export function autoscalerCluster(name = 'cas-prod'): OthersCluster {
  return {
    ...plain(name),
    addons: ['vpc-cni', 'kube-proxy', 'coredns'],
    nodeGroups: [nodeGroup('workers', name, { maxSize: 10, instanceTypes: ['m5.large'] })],
    objects: [clusterAutoscaler(name, 1)],
  };
}

/** Every cluster of others by the name with which `joinery inspect` calls it. */
export const OTHERS_CLUSTERS: Readonly<Record<string, (name?: string) => OthersCluster>> = {
  terraform: terraformCluster,
  'terraform-plain': terraformPlainCluster,
  eksctl: eksctlCluster,
  'eksctl-plain': eksctlPlainCluster,
  cdk: cdkCluster,
  'auto-mode': autoModeCluster,
  'cluster-autoscaler': autoscalerCluster,
};

/** One change to the Karpenter of a cluster that has one. */
export function withKarpenter(
  cluster: OthersCluster,
  change: (karpenter: OthersKarpenter) => Partial<OthersKarpenter>,
): OthersCluster {
  if (!cluster.karpenter) throw new Error(`${cluster.name} has no Karpenter`);
  return { ...cluster, karpenter: { ...cluster.karpenter, ...change(cluster.karpenter) } };
}
