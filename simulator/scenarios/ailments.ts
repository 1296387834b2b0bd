import type { CauseId } from '../../shared/diagnosis/cause.ts';
import { findCluster } from '../aws/services/eks/state.ts';
import { iamState } from '../aws/services/iam/state.ts';
import { type KubeApi, type KubeObject, SYSTEM_ADMIN } from '../kubernetes/types.ts';
import type { Stage } from './scenario.ts';

/** Something that is wrong with a cluster: how it comes about, how long it takes to show, and what a diagnosis must call it. */
export type Ailment = {
  readonly name: string;
  readonly summary: string;
  readonly shownAfterSeconds: number;
  readonly cause: CauseId;
  befall(stage: Stage, api: KubeApi): void;
};

const SYSTEM = 'kube-system';
const CLASS = { apiVersion: 'karpenter.k8s.aws/v1', kind: 'EC2NodeClass' };
const POOL = { apiVersion: 'karpenter.sh/v1', kind: 'NodePool' };

/** Pods that no bootstrap node takes. */
function shop(spec: Readonly<Record<string, unknown>> = {}, cpu = '1'): KubeObject {
  const labels = { app: 'shop' };
  const containers = [
    { name: 'web', image: 'registry.example/shop:1', resources: { requests: { cpu, memory: '1Gi' } } },
  ];
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'shop', namespace: 'default', labels },
    spec: {
      replicas: 3,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers, ...spec } },
    },
  };
}

function patchAll(api: KubeApi, kind: { apiVersion: string; kind: string }, patch: Record<string, unknown>): void {
  for (const { metadata } of api.list(kind.apiVersion, kind.kind))
    api.mergePatch({ ...kind, name: metadata.name }, patch);
}

const LIST: readonly Ailment[] = [
  {
    name: 'subnets-without-tag',
    summary: 'the node classes look for subnets by a tag that none has',
    shownAfterSeconds: 120,
    cause: 'node-class-not-ready',
    befall: (_stage, api) => {
      const subnetSelectorTerms = [{ tags: { 'karpenter.sh/discovery': 'somebody-else' } }];
      patchAll(api, CLASS, { spec: { subnetSelectorTerms } });
      api.create(shop());
    },
  },
  {
    name: 'role-without-permission',
    summary: "a statement of the controller's role denies launches",
    shownAfterSeconds: 120,
    cause: 'controller-not-authorized',
    befall: ({ account }, api) => {
      const statement = { Sid: 'Freeze', Effect: 'Deny', Action: 'ec2:CreateFleet', Resource: '*' };
      for (const role of Object.values(iamState(account.simulation).roles)) {
        if (role.name.includes('ControllerRole'))
          role.inline['freeze'] = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
      }
      api.create(shop());
    },
  },
  {
    name: 'nodes-without-access',
    summary: 'the role of the nodes has no access entry any more',
    shownAfterSeconds: 300,
    cause: 'node-not-registered',
    befall: ({ account, clusterName }, api) => {
      const cluster = findCluster(account.simulation, clusterName);
      const arn = Object.keys(cluster?.accessEntries ?? {}).find((one) => /-NodeRole-/.test(one));
      if (!cluster || arn === undefined) throw new Error(`${clusterName} has no access entry for its nodes`);
      delete cluster.accessEntries[arn];
      cluster.grants = cluster.grants.filter(({ principalArn }) => principalArn !== arn);
      api.create(shop());
    },
  },
  {
    name: 'limits-reached',
    summary: 'the limits of every pool are as low as what it has',
    shownAfterSeconds: 60,
    cause: 'limits-reached',
    befall: (_stage, api) => {
      patchAll(api, POOL, { spec: { limits: { cpu: '0' } } });
      api.create(shop());
    },
  },
  {
    name: 'taint-not-tolerated',
    summary: 'every pool has a taint that the pods do not tolerate',
    shownAfterSeconds: 60,
    cause: 'pod-taint-not-tolerated',
    befall: (_stage, api) => {
      const taints = [{ key: 'team', value: 'payments', effect: 'NoSchedule' }];
      patchAll(api, POOL, { spec: { template: { spec: { taints } } } });
      api.create(shop());
    },
  },
  {
    name: 'label-of-no-pool',
    summary: 'the pods select a label that no pool gives its nodes',
    shownAfterSeconds: 60,
    cause: 'pod-selects-no-pool',
    befall: (_stage, api) => {
      api.create(shop({ nodeSelector: { 'shop.example/disk': 'fast' } }));
    },
  },
  {
    name: 'pods-too-large',
    summary: 'the pods ask for more than any instance type has',
    shownAfterSeconds: 60,
    cause: 'pod-too-large',
    befall: (_stage, api) => {
      api.create(shop({}, '4000'));
    },
  },
  {
    name: 'no-pools',
    summary: 'somebody deleted every NodePool',
    shownAfterSeconds: 120,
    cause: 'no-node-pools',
    befall: (_stage, api) => {
      for (const { metadata } of api.list(POOL.apiVersion, POOL.kind)) api.delete({ ...POOL, name: metadata.name });
      api.create(shop());
    },
  },
  {
    name: 'controller-at-zero',
    summary: 'somebody scaled the controller to nothing',
    shownAfterSeconds: 60,
    cause: 'controller-not-running',
    befall: (_stage, api) => {
      const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'karpenter', namespace: SYSTEM };
      api.mergePatch(deployment, { spec: { replicas: 0 } });
      api.create(shop());
    },
  },
];

/** By name. */
export const AILMENTS: Readonly<Record<string, Ailment>> = Object.fromEntries(LIST.map((one) => [one.name, one]));

/** Lets an ailment befall the cluster and waits until it shows; the answer is that of the deployed function. */
export async function diagnosed(stage: Stage, ailment: Ailment | undefined): Promise<unknown> {
  const { account, clusterName } = stage;
  const cluster = account.kubernetes.find(clusterName);
  if (!cluster) throw new Error(`there is no Kubernetes of ${clusterName}`);
  if (ailment) {
    ailment.befall(stage, cluster.as(SYSTEM_ADMIN));
    await account.simulation.sleep(ailment.shownAfterSeconds);
  }
  const deployed = [...account.runtime.functions.values()].find(({ name }) => name.endsWith('-diagnose'));
  if (!deployed) throw new Error('the template has no function diagnose');
  return account.runtime.invoke(deployed.arn, { cluster: clusterName });
}
