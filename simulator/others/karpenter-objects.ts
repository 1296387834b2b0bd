import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { parse } from 'yaml';
import type { KubeObject } from '../kubernetes/types.ts';
import type { OthersKarpenter } from './description.ts';

const CHART = new URL('../../charts/stand-in/karpenter-crd/files/', import.meta.url);

/** A CustomResourceDefinition of the chart, by its name. */
export function definition(name: string): KubeObject {
  const [plural = '', ...group] = name.split('.');
  return parse(readFileSync(new URL(`${group.join('.')}_${plural}.yaml`, CHART), 'utf8')) as KubeObject;
}

/** Namespace, service account, rights, the Deployment and Helm's record of it; the record alone where no controller is left. */
export function controllerObjects(cluster: string, karpenter: OthersKarpenter, accountId: string): KubeObject[] {
  const { namespace, serviceAccount, controllerRole, credentials } = karpenter;
  const roleArn = `arn:aws:iam::${accountId}:role/${controllerRole.name}`;
  const annotations = credentials === 'irsa' ? { 'eks.amazonaws.com/role-arn': roleArn } : undefined;
  const space: KubeObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } };
  const account: KubeObject = {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: serviceAccount, namespace, ...(annotations ? { annotations } : {}) },
  };
  if (!karpenter.hasController) return [space, account];
  const binding: KubeObject = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'karpenter' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ kind: 'ServiceAccount', name: serviceAccount, namespace }],
  };
  return [space, account, binding, releaseSecret(karpenter), deployment(cluster, karpenter)];
}

function deployment(cluster: string, { namespace, serviceAccount, image, settings }: OthersKarpenter): KubeObject {
  const labels = { 'app.kubernetes.io/name': 'karpenter', 'app.kubernetes.io/instance': 'karpenter' };
  const queue = settings['interruptionQueue'];
  const env = [
    { name: 'CLUSTER_NAME', value: cluster },
    { name: 'KARPENTER_SERVICE', value: 'karpenter' },
    ...(queue ? [{ name: 'INTERRUPTION_QUEUE', value: queue }] : []),
  ];
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'karpenter', namespace, labels: { ...labels, 'app.kubernetes.io/managed-by': 'Helm' } },
    spec: {
      replicas: 2,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          serviceAccountName: serviceAccount,
          priorityClassName: 'system-cluster-critical',
          tolerations: [{ key: 'CriticalAddonsOnly', operator: 'Exists' }],
          affinity: {
            nodeAffinity: {
              requiredDuringSchedulingIgnoredDuringExecution: {
                nodeSelectorTerms: [{ matchExpressions: [{ key: 'karpenter.sh/nodepool', operator: 'DoesNotExist' }] }],
              },
            },
          },
          containers: [
            {
              name: 'controller',
              image,
              env,
              resources: { requests: { cpu: '250m', memory: '512Mi' } },
              ports: [{ name: 'http-metrics', containerPort: 8080 }],
            },
          ],
        },
      },
    },
  };
}

/** As Helm keeps a release: JSON, zipped, in base64. */
function releaseSecret({ namespace, chartVersion, releaseStatus, settings }: OthersKarpenter): KubeObject {
  const release = {
    name: 'karpenter',
    namespace,
    version: 1,
    info: { status: releaseStatus, description: 'Install complete' },
    chart: { metadata: { name: 'karpenter', version: chartVersion } },
    config: { settings },
  };
  const content = gzipSync(JSON.stringify(release)).toString('base64');
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: 'sh.helm.release.v1.karpenter.v1',
      namespace,
      labels: { name: 'karpenter', owner: 'helm', status: releaseStatus, version: '1' },
    },
    type: 'helm.sh/release.v1',
    data: { release: Buffer.from(content, 'utf8').toString('base64') },
  };
}
