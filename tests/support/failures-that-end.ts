import { SimulatedAwsError } from '../../simulator/aws/errors.ts';
import { eksState, findCluster } from '../../simulator/aws/services/eks/state.ts';
import { iamState } from '../../simulator/aws/services/iam/state.ts';
import type { Account } from '../../simulator/boot/account.ts';
import { type KubeApi, type KubeObject, SYSTEM_ADMIN } from '../../simulator/kubernetes/types.ts';
import { aClusterFile, SUBNETS } from './simulated-run.ts';

/** One way in which a run cannot succeed: what is done to the world before it, and what it must say. */
type Failure = {
  readonly name: string;
  /** In an account where nothing was made, or in one where a bootstrap went well. */
  readonly in: 'empty' | 'whole';
  readonly injure?: (account: Account) => void;
  /** What an operation answers, always. */
  readonly answers?: Readonly<Record<string, SimulatedAwsError>>;
  readonly machine?: 'install-karpenter' | 'smoke-test';
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly error: string;
  readonly words: readonly RegExp[];
};

const CLUSTER = 'banking-prod';
const { karpenter, nodePools } = aClusterFile().spec as unknown as { karpenter: object; nodePools: object[] };

export const FAILURES: readonly Failure[] = [
  {
    name: 'a role that EKS can never assume',
    in: 'empty',
    answers: {
      CreateCluster: new SimulatedAwsError(
        'InvalidParameterException',
        "Error in role params: the role doesn't have the Amazon EKS Managed Policies",
      ),
    },
    error: 'RoleUnusable',
    words: [/After 120 s/, /trust policy/],
  },
  {
    name: 'a zone without room for a control plane',
    in: 'empty',
    injure: ({ simulation }) => {
      eksState(simulation).unsupportedZoneIds = ['euw1-az2'];
    },
    error: 'ZoneUnsupported',
    words: [/offers eu-west-1a, eu-west-1c/, /spec\.network\.subnetIds/],
  },
  {
    name: 'a cluster of that name that is not ours',
    in: 'whole',
    injure: (account) => {
      clusterOf(account).tags = {};
    },
    error: 'PreflightFailed',
    words: [/did not make/, /mode: adopt/],
  },
  {
    name: 'requests too large for the bootstrap nodes',
    in: 'empty',
    spec: {
      karpenter: {
        ...karpenter,
        resources: { requests: { cpu: '2', memory: '1Gi' }, limits: { cpu: '2', memory: '1Gi' } },
      },
    },
    error: 'PreflightFailed',
    words: [/a Karpenter replica requests 2000m CPU/, /larger instance type/],
  },
  {
    name: 'zonal shift on a cluster that is not enabled for it',
    in: 'empty',
    spec: { karpenter: { ...karpenter, settings: { enableZonalShift: true } } },
    error: 'PreflightFailed',
    words: [/enableZonalShift/, /not enabled for zonal shift/],
  },
  {
    name: 'no Pod Identity agent',
    in: 'whole',
    injure: (account) => {
      const name = 'eks-pod-identity-agent';
      apiOf(account).delete({ apiVersion: 'apps/v1', kind: 'DaemonSet', name, namespace: 'kube-system' });
      for (const pod of podsOf(account, `app.kubernetes.io/name=${name}`)) remove(account, pod);
      for (const pod of podsOf(account, 'app.kubernetes.io/name=karpenter')) remove(account, pod);
    },
    machine: 'install-karpenter',
    error: 'StepExpired',
    words: [/CrashLoopBackOff/, /there is no Pod Identity agent: install the add-on/],
  },
  {
    name: 'no room for the second replica',
    in: 'whole',
    injure: (account) => {
      const [first, ...others] = podsOf(account, 'app.kubernetes.io/name=karpenter');
      const taken = first?.spec?.['nodeName'];
      for (const pod of others) remove(account, pod);
      const nodes = apiOf(account).list('v1', 'Node');
      for (const { metadata } of nodes) if (metadata.name !== taken) apiOf(account).create(greedyPod(metadata.name));
    },
    machine: 'install-karpenter',
    error: 'StepExpired',
    words: [/1 of 2 replicas are available/, /cannot be scheduled: .*Insufficient cpu/],
  },
  {
    name: 'node classes that find nothing',
    in: 'whole',
    machine: 'install-karpenter',
    spec: { nodePools: [...nodePools, ...classesThatFindNothing()] },
    error: 'StepExpired',
    words: [
      /no-subnets: SubnetsReady is False .*karpenter\.sh\/discovery on the subnets/,
      /no-groups: SecurityGroupsReady is False .*securityGroupSelectorTerms/,
      /no-images: AMIsReady is False .*check the alias/,
      /no-profile: InstanceProfileReady is False .*check that it exists/,
    ],
  },
  {
    name: 'nodes whose role has no access entry',
    in: 'whole',
    injure: (account) => {
      const cluster = clusterOf(account);
      const ofNodes = Object.keys(cluster.accessEntries).find((arn) => /-NodeRole-/.test(arn)) ?? '';
      delete cluster.accessEntries[ofNodes];
      cluster.grants = cluster.grants.filter(({ principalArn }) => principalArn !== ofNodes);
    },
    machine: 'smoke-test',
    error: 'StepExpired',
    words: [/ Launched/, /never register: check the access entry of the node role/],
  },
  {
    name: 'nodes whose role may not pull images',
    in: 'whole',
    injure: (account) => takePolicy(account, 'AmazonEC2ContainerRegistryPullOnly'),
    machine: 'smoke-test',
    error: 'StepExpired',
    words: [
      /Initialized: NodeNotReady/,
      /internal takes no pods/,
      /AmazonEC2ContainerRegistryPullOnly on the node role/,
    ],
  },
];

export function clusterOf({ simulation }: Account) {
  const found = findCluster(simulation, CLUSTER);
  if (!found) throw new Error(`there is no cluster ${CLUSTER}`);
  return found;
}

/** As somebody who may do everything. */
export function apiOf({ kubernetes }: Account): KubeApi {
  const found = kubernetes.find(CLUSTER);
  if (!found) throw new Error(`there is no cluster ${CLUSTER}`);
  return found.as(SYSTEM_ADMIN);
}

export function podsOf(account: Account, labelSelector: string): KubeObject[] {
  return apiOf(account).list('v1', 'Pod', { namespace: 'kube-system', labelSelector });
}

function remove(account: Account, { metadata }: KubeObject): void {
  const { name, namespace = 'kube-system' } = metadata;
  apiOf(account).delete({ apiVersion: 'v1', kind: 'Pod', name, namespace }, { gracePeriodSeconds: 0 });
}

/** Takes one of AWS's policies from the role of Karpenter's nodes. */
function takePolicy({ simulation }: Account, name: string): void {
  const role = Object.values(iamState(simulation).roles).find((one) => /-NodeRole-/.test(one.name));
  if (!role?.attached.some((arn) => arn.endsWith(`/${name}`))) throw new Error(`the node role has no ${name}`);
  role.attached = role.attached.filter((arn) => !arn.endsWith(`/${name}`));
}

/** Takes what a bootstrap node has left. */
function greedyPod(node: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `greedy-${node.split('.')[0]}`, namespace: 'default' },
    spec: {
      nodeName: node,
      tolerations: [{ operator: 'Exists' }],
      containers: [{ name: 'greedy', image: 'example.com/greedy:1', resources: { requests: { cpu: '1500m' } } }],
    },
  };
}

function classesThatFindNothing(): object[] {
  const nothing = [{ tags: { nobody: 'has-this' } }];
  const right = {
    role: 'some-role',
    amiSelectorTerms: [{ alias: 'al2023@latest' }],
    subnetSelectorTerms: SUBNETS.map((id) => ({ id })),
    securityGroupSelectorTerms: [{ tags: { 'aws:eks:cluster-name': CLUSTER } }],
  };
  const { role: _, ...withoutRole } = right;
  const classes: Record<string, object> = {
    'no-subnets': { ...right, subnetSelectorTerms: nothing },
    'no-groups': { ...right, securityGroupSelectorTerms: nothing },
    'no-images': { ...right, amiSelectorTerms: [{ alias: 'al2023@v20200101' }] },
    'no-profile': { ...withoutRole, instanceProfile: 'nobody-made-this' },
  };
  return Object.entries(classes).map(([name, spec]) => ({
    manifest: { apiVersion: 'karpenter.k8s.aws/v1', kind: 'EC2NodeClass', metadata: { name }, spec },
  }));
}
