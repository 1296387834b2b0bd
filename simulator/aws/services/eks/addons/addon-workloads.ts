import type { KubeObject } from '../../../../kubernetes/types.ts';
import type { AddonSettings, WorkloadSettings } from './addon-configuration.ts';

type Resources = {
  readonly requests: Readonly<Record<string, string>>;
  readonly limits?: Readonly<Record<string, string>>;
};

type Workload = {
  readonly kind: 'DaemonSet' | 'Deployment';
  readonly name: string;
  readonly label: readonly [key: string, value: string];
  readonly serviceAccount: string;
  readonly image: string;
  readonly container: string;
  readonly resources?: Resources;
  readonly tolerations: readonly object[];
  readonly replicas?: number;
  readonly hostNetwork?: boolean;
  readonly priorityClassName: string;
  /** Which part of the add-on's configuration is about this workload; without one, all of it. */
  readonly section?: 'controller' | 'node';
};

const EVERYWHERE = [{ operator: 'Exists' }];
const CRITICAL = { key: 'CriticalAddonsOnly', operator: 'Exists' };

/** What each add-on runs, with the requests and tolerations that EKS gives it. */
export const ADDON_WORKLOADS: Readonly<Record<string, readonly Workload[]>> = {
  'vpc-cni': [
    daemon('aws-node', ['k8s-app', 'aws-node'], 'aws-node', 'amazon-k8s-cni', { requests: { cpu: '50m' } }, true),
  ],
  'kube-proxy': [
    daemon('kube-proxy', ['k8s-app', 'kube-proxy'], 'kube-proxy', 'kube-proxy', { requests: { cpu: '100m' } }, true),
  ],
  'eks-pod-identity-agent': [
    daemon(
      'eks-pod-identity-agent',
      ['app.kubernetes.io/name', 'eks-pod-identity-agent'],
      'default',
      'eks-pod-identity-agent',
      undefined,
      true,
    ),
  ],
  coredns: [
    {
      kind: 'Deployment',
      name: 'coredns',
      label: ['k8s-app', 'kube-dns'],
      serviceAccount: 'coredns',
      container: 'coredns',
      image: 'coredns',
      replicas: 2,
      resources: { requests: { cpu: '100m', memory: '70Mi' }, limits: { memory: '170Mi' } },
      tolerations: [{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }, CRITICAL],
      priorityClassName: 'system-cluster-critical',
    },
  ],
  'metrics-server': [
    {
      kind: 'Deployment',
      name: 'metrics-server',
      label: ['app.kubernetes.io/name', 'metrics-server'],
      serviceAccount: 'metrics-server',
      container: 'metrics-server',
      image: 'metrics-server',
      replicas: 2,
      resources: { requests: { cpu: '100m', memory: '200Mi' }, limits: { memory: '400Mi' } },
      tolerations: [],
      priorityClassName: 'system-cluster-critical',
    },
  ],
  'aws-ebs-csi-driver': [
    {
      ...daemon(
        'ebs-csi-node',
        ['app', 'ebs-csi-node'],
        'ebs-csi-node-sa',
        'aws-ebs-csi-driver',
        { requests: { cpu: '30m', memory: '120Mi' }, limits: { memory: '768Mi' } },
        false,
      ),
      section: 'node',
    },
    {
      kind: 'Deployment',
      name: 'ebs-csi-controller',
      label: ['app', 'ebs-csi-controller'],
      serviceAccount: 'ebs-csi-controller-sa',
      container: 'ebs-plugin',
      image: 'aws-ebs-csi-driver',
      replicas: 2,
      resources: { requests: { cpu: '60m', memory: '240Mi' }, limits: { memory: '1536Mi' } },
      tolerations: [CRITICAL, { effect: 'NoExecute', operator: 'Exists', tolerationSeconds: 300 }],
      priorityClassName: 'system-cluster-critical',
      section: 'controller',
    },
  ],
};

function daemon(
  name: string,
  label: readonly [string, string],
  serviceAccount: string,
  image: string,
  resources: Resources | undefined,
  hostNetwork: boolean,
): Workload {
  return {
    kind: 'DaemonSet',
    name,
    label,
    serviceAccount,
    container: name,
    image,
    ...(resources ? { resources } : {}),
    tolerations: EVERYWHERE,
    hostNetwork,
    priorityClassName: 'system-node-critical',
  };
}

/** The DaemonSet or Deployment of an add-on as it stands in kube-system. */
export function workloadObject(workload: Workload, version: string, settings: AddonSettings): KubeObject {
  const own: WorkloadSettings = workload.section ? (settings[workload.section] ?? {}) : settings;
  const [key, value] = workload.label;
  const selector = { [key]: value };
  const env = Object.entries(own.env ?? {}).map(([name, setting]) => ({ name, value: String(setting) }));
  const resources = own.resources ?? workload.resources;
  return {
    apiVersion: 'apps/v1',
    kind: workload.kind,
    metadata: { name: workload.name, namespace: 'kube-system', labels: selector },
    spec: {
      ...(workload.kind === 'Deployment' ? { replicas: own.replicaCount ?? workload.replicas ?? 1 } : {}),
      selector: { matchLabels: selector },
      template: {
        metadata: {
          labels: { ...own.podLabels, ...selector },
          ...(own.podAnnotations ? { annotations: own.podAnnotations } : {}),
        },
        spec: {
          serviceAccountName: workload.serviceAccount,
          priorityClassName: workload.priorityClassName,
          ...(workload.hostNetwork ? { hostNetwork: true } : {}),
          ...(own.nodeSelector ? { nodeSelector: own.nodeSelector } : {}),
          ...(own.affinity ? { affinity: own.affinity } : {}),
          ...(own.topologySpreadConstraints ? { topologySpreadConstraints: own.topologySpreadConstraints } : {}),
          // A list in the configuration takes the place of the add-on's own: that is how an agent loses its tolerations.
          tolerations: own.tolerations ?? workload.tolerations,
          containers: [
            {
              name: workload.container,
              image: `eks/${workload.image}:${version}`,
              ...(env.length > 0 ? { env } : {}),
              ...(resources ? { resources } : {}),
            },
          ],
        },
      },
    },
  };
}
