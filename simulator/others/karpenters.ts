import { createHash } from 'node:crypto';
import { actionsOf, definitionsOf, NOTICES } from '../../shared/adoption/upstream.ts';
import type { KubeObject } from '../kubernetes/types.ts';
import type { OthersKarpenter, OthersPolicy } from './description.ts';

const VERSION = '1.14.1';
const ACCOUNT = '111122223333';

/** Everything that a controller of the version calls; the node role alone may be handed on. */
function soundPolicies(nodeRoleName: string): OthersPolicy[] {
  const actions = actionsOf(VERSION).filter((action) => action !== 'iam:PassRole');
  return [
    { name: 'controller', kind: 'inline', statements: [{ actions, resources: ['*'] }] },
    {
      name: 'pass-role',
      kind: 'inline',
      statements: [{ actions: ['iam:PassRole'], resources: [`arn:aws:iam::${ACCOUNT}:role/${nodeRoleName}`] }],
    },
  ];
}

const RULE_PREFIXES = ['KarpenterSpot', 'KarpenterRebalance', 'KarpenterState', 'KarpenterHealth', 'KarpenterCapacity'];

/** What the module appends to a prefix, so that names of two clusters differ. */
function generated(cluster: string, index: number): string {
  const digits = BigInt(`0x${createHash('sha256').update(`${cluster}/${index}`).digest('hex').slice(0, 16)}`);
  return String(digits).padStart(20, '2').slice(0, 20);
}

export function nodeClass(name: string, cluster: string, role: string, labels?: Record<string, string>): KubeObject {
  const terms = [{ tags: { 'karpenter.sh/discovery': cluster } }];
  return {
    apiVersion: 'karpenter.k8s.aws/v1',
    kind: 'EC2NodeClass',
    metadata: { name, ...(labels ? { labels } : {}) },
    spec: {
      role,
      amiSelectorTerms: [{ alias: 'al2023@latest' }],
      subnetSelectorTerms: terms,
      securityGroupSelectorTerms: terms,
    },
  };
}

export function nodePool(name: string, className: string, labels?: Record<string, string>): KubeObject {
  return {
    apiVersion: 'karpenter.sh/v1',
    kind: 'NodePool',
    metadata: { name, ...(labels ? { labels } : {}) },
    spec: {
      limits: { cpu: '100' },
      disruption: { consolidationPolicy: 'WhenEmptyOrUnderutilized', consolidateAfter: '1m' },
      template: {
        spec: {
          nodeClassRef: { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: className },
          requirements: [
            { key: 'karpenter.sh/capacity-type', operator: 'In', values: ['spot', 'on-demand'] },
            { key: 'karpenter.k8s.aws/instance-family', operator: 'In', values: ['m5', 'c5'] },
          ],
        },
      },
    },
  };
}

/** A Karpenter as the module of the Terraform community installs it; nothing is wrong with it. */
export function soundKarpenter(cluster: string): OthersKarpenter {
  const nodeRoleName = `Karpenter-${cluster}-nodes`;
  const queue = `Karpenter-${cluster}`;
  return {
    hasController: true,
    namespace: 'kube-system',
    serviceAccount: 'karpenter',
    image: `public.ecr.aws/karpenter/controller:${VERSION}`,
    chartVersion: VERSION,
    releaseStatus: 'deployed',
    settings: { clusterName: cluster, interruptionQueue: queue },
    credentials: 'pod-identity',
    controllerRole: { name: `KarpenterController-${cluster}`, exists: true, policies: soundPolicies(nodeRoleName) },
    nodeRoleName,
    hasNodeAccessEntry: true,
    queue: { name: queue, isEncrypted: true, deniesPlainTransport: true },
    rules: NOTICES.map(({ source, detailType }, index) => ({
      name: `${RULE_PREFIXES[index]}-${generated(cluster, index)}`,
      source,
      detailType,
    })),
    definitions: definitionsOf(VERSION),
    oldStoredVersion: null,
    manifests: [nodeClass('default', cluster, nodeRoleName), nodePool('default', 'default')],
  };
}
