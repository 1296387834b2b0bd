/** A large cluster, made up so that every look at it is the same: node by node, so that nobody holds it as a whole. */

export const POOLS = ['general', 'compute', 'memory', 'batch', 'gpu-free', 'arm', 'steady', 'spiky', 'ci', 'web'];
const ZONES = ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'];
const TYPES = ['m6i', 'm7g', 'c6i', 'c7g', 'r6i', 'r7g'].flatMap((family) =>
  ['xlarge', '2xlarge', '4xlarge'].map((size) => `${family}.${size}`),
);

export type BenchNode = {
  readonly index: number;
  readonly name: string;
  readonly claim: string;
  readonly instanceId: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly createdAt: string;
  readonly cpus: number;
};

export function benchNode(index: number, nowMs: number): BenchNode {
  const pick = <T>(values: readonly T[], by: number): T => values[by % values.length] as T;
  const [type, zone, pool] = [pick(TYPES, index * 7), pick(ZONES, index), pick(POOLS, index * 3)];
  const [family = '', size = ''] = type.split('.');
  const name = `ip-10-${(index >> 16) & 255}-${(index >> 8) & 255}-${index & 255}.eu-west-1.compute.internal`;
  const cpus = { xlarge: 4, '2xlarge': 8, '4xlarge': 16 }[size] ?? 4;
  // One in fifty came within the last minutes; the others are hours old.
  const ageSeconds = index % 50 === 0 ? 60 + (index % 240) : 3_600 + index * 13;
  return {
    index,
    name,
    claim: `${pool}-${index.toString(36).padStart(5, '0')}`,
    instanceId: `i-${index.toString(16).padStart(17, '0')}`,
    createdAt: new Date(nowMs - ageSeconds * 1000).toISOString().replace(/\.\d+Z$/, 'Z'),
    cpus,
    labels: {
      'karpenter.sh/nodepool': pool,
      'karpenter.sh/capacity-type': index % 5 === 0 ? 'on-demand' : 'spot',
      'kubernetes.io/arch': family.endsWith('g') ? 'arm64' : 'amd64',
      'kubernetes.io/os': 'linux',
      'node.kubernetes.io/instance-type': type,
      'topology.kubernetes.io/region': 'eu-west-1',
      'topology.kubernetes.io/zone': zone,
      'topology.k8s.aws/zone-id': `euw1-az${(index % 3) + 1}`,
      'karpenter.k8s.aws/instance-capability-flex': 'false',
      'karpenter.k8s.aws/instance-category': family.slice(0, 1),
      'karpenter.k8s.aws/instance-cpu': String(cpus),
      'karpenter.k8s.aws/instance-cpu-manufacturer': family.endsWith('g') ? 'aws' : 'intel',
      'karpenter.k8s.aws/instance-cpu-sustained-clock-speed-mhz': '3500',
      'karpenter.k8s.aws/instance-ebs-bandwidth': '10000',
      'karpenter.k8s.aws/instance-encryption-in-transit-supported': 'true',
      'karpenter.k8s.aws/instance-family': family,
      'karpenter.k8s.aws/instance-generation': family.slice(1, 2),
      'karpenter.k8s.aws/instance-hypervisor': 'nitro',
      'karpenter.k8s.aws/instance-memory': String(cpus * 4096),
      'karpenter.k8s.aws/instance-network-bandwidth': '12500',
      'karpenter.k8s.aws/instance-size': size,
      'karpenter.k8s.aws/instance-tenancy': 'default',
    },
  };
}
