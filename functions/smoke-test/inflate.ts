import { milliCpu } from '../../shared/clusters/quantities.ts';
import type { Manifest } from '../../shared/kube/api.ts';
import { MANAGED_BY_LABEL } from '../../shared/kube/labels.ts';

export type SmokeTestSpec = {
  readonly name: string;
  readonly namespace: string;
  readonly nodeClass: string;
  readonly architecture: 'amd64' | 'arm64';
  readonly pods: number;
  readonly cpu: string;
};

/** Keeps other workloads off the temporary nodes, and ours off other nodes. */
const TAINT = 'joinery.dev/smoke-test';
const PAUSE_IMAGE = 'public.ecr.aws/eks-distro/kubernetes/pause:3.10';
/** Room for the pods and for what the daemons of two or three nodes take. */
const CPU_LIMIT_FACTOR = 3;
const labels = { [MANAGED_BY_LABEL]: 'joinery' };

/** A pool of its own, which goes after an hour even if nobody cleans up. */
export function smokeNodePool(spec: SmokeTestSpec): Manifest {
  return {
    apiVersion: 'karpenter.sh/v1',
    kind: 'NodePool',
    metadata: { name: spec.name, labels },
    spec: {
      limits: { cpu: String(Math.max(8, Math.ceil((spec.pods * milliCpu(spec.cpu) * CPU_LIMIT_FACTOR) / 1000))) },
      disruption: { consolidationPolicy: 'WhenEmpty', consolidateAfter: '30s', budgets: [{ nodes: '100%' }] },
      template: {
        metadata: { labels: { [TAINT]: spec.name } },
        spec: {
          nodeClassRef: { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: spec.nodeClass },
          taints: [{ key: TAINT, value: spec.name, effect: 'NoSchedule' }],
          requirements: [
            { key: 'kubernetes.io/os', operator: 'In', values: ['linux'] },
            { key: 'kubernetes.io/arch', operator: 'In', values: [spec.architecture] },
            { key: 'karpenter.sh/capacity-type', operator: 'In', values: ['on-demand'] },
            { key: 'karpenter.k8s.aws/instance-category', operator: 'In', values: ['t', 'c', 'm'] },
            { key: 'karpenter.k8s.aws/instance-generation', operator: 'Gt', values: ['3'] },
            { key: 'karpenter.k8s.aws/instance-cpu', operator: 'Lt', values: ['9'] },
          ],
          expireAfter: '1h',
          terminationGracePeriod: '5m',
        },
      },
    },
  };
}

/** Pods that do nothing, one of which needs a node of its own size. */
export function inflateDeployment(spec: SmokeTestSpec, replicas: number): Manifest {
  const selector = { 'app.kubernetes.io/name': 'joinery-inflate' };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'inflate', namespace: spec.namespace, labels },
    spec: {
      replicas,
      selector: { matchLabels: selector },
      template: {
        metadata: { labels: selector },
        spec: {
          terminationGracePeriodSeconds: 0,
          automountServiceAccountToken: false,
          securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } },
          nodeSelector: { [TAINT]: spec.name },
          tolerations: [{ key: TAINT, operator: 'Equal', value: spec.name, effect: 'NoSchedule' }],
          containers: [
            {
              name: 'pause',
              image: PAUSE_IMAGE,
              securityContext: {
                allowPrivilegeEscalation: false,
                readOnlyRootFilesystem: true,
                capabilities: { drop: ['ALL'] },
              },
              resources: { requests: { cpu: spec.cpu, memory: '64Mi' }, limits: { memory: '64Mi' } },
            },
          ],
        },
      },
    },
  };
}
