import type { KubeObject } from '../kubernetes/types.ts';

/** The name of the workload and of its pool. */
export const PAYMENTS = 'payments';

const TAINT = 'joinery.dev/storm';

/** A pool of spot nodes of its own, so that every one of them can be taken back and nothing else is hit. */
export function spotPool(nodeClass: string): KubeObject {
  return {
    apiVersion: 'karpenter.sh/v1',
    kind: 'NodePool',
    metadata: { name: PAYMENTS },
    spec: {
      limits: { cpu: '200' },
      disruption: { consolidationPolicy: 'WhenEmpty', consolidateAfter: '5m' },
      template: {
        spec: {
          nodeClassRef: { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: nodeClass },
          taints: [{ key: TAINT, value: 'true', effect: 'NoSchedule' }],
          requirements: [
            { key: 'kubernetes.io/os', operator: 'In', values: ['linux'] },
            { key: 'kubernetes.io/arch', operator: 'In', values: ['amd64'] },
            { key: 'karpenter.sh/capacity-type', operator: 'In', values: ['spot'] },
            { key: 'karpenter.k8s.aws/instance-category', operator: 'In', values: ['c', 'm', 'r'] },
            { key: 'karpenter.k8s.aws/instance-generation', operator: 'Gt', values: ['4'] },
            { key: 'karpenter.k8s.aws/instance-size', operator: 'In', values: ['large', 'xlarge'] },
          ],
          expireAfter: '720h',
        },
      },
    },
  };
}

/** Pods that want a node each. */
export function workload(replicas: number): KubeObject {
  const labels = { app: PAYMENTS };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: PAYMENTS, namespace: 'default', labels },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          tolerations: [{ key: TAINT, operator: 'Exists' }],
          nodeSelector: { 'karpenter.sh/nodepool': PAYMENTS },
          affinity: {
            podAntiAffinity: {
              requiredDuringSchedulingIgnoredDuringExecution: [
                { labelSelector: { matchLabels: labels }, topologyKey: 'kubernetes.io/hostname' },
              ],
            },
          },
          containers: [
            {
              name: 'payments',
              image: 'registry.example/payments:1',
              resources: { requests: { cpu: '1', memory: '1Gi' } },
            },
          ],
        },
      },
    },
  };
}
