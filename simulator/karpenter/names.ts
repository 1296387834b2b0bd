/** Labels, annotations, taints and finalizers of Karpenter and of Kubernetes that several controllers use. */
export const LABELS = {
  nodePool: 'karpenter.sh/nodepool',
  capacityType: 'karpenter.sh/capacity-type',
  registered: 'karpenter.sh/registered',
  initialized: 'karpenter.sh/initialized',
  nodeClass: 'karpenter.k8s.aws/ec2nodeclass',
  zone: 'topology.kubernetes.io/zone',
  zoneId: 'topology.k8s.aws/zone-id',
  region: 'topology.kubernetes.io/region',
  instanceType: 'node.kubernetes.io/instance-type',
  arch: 'kubernetes.io/arch',
  os: 'kubernetes.io/os',
  hostname: 'kubernetes.io/hostname',
} as const;

export const ANNOTATIONS = {
  doNotDisrupt: 'karpenter.sh/do-not-disrupt',
  poolHash: 'karpenter.sh/nodepool-hash',
  poolHashVersion: 'karpenter.sh/nodepool-hash-version',
  terminationTimestamp: 'karpenter.sh/nodeclaim-termination-timestamp',
  classHash: 'karpenter.k8s.aws/ec2nodeclass-hash',
  classHashVersion: 'karpenter.k8s.aws/ec2nodeclass-hash-version',
  tagged: 'karpenter.k8s.aws/tagged',
  clusterNameTagged: 'compatibility.karpenter.k8s.aws/cluster-name-tagged',
  instanceProfile: 'karpenter.k8s.aws/instance-profile-name',
} as const;

export const FINALIZERS = { core: 'karpenter.sh/termination', nodeClass: 'karpenter.k8s.aws/termination' } as const;

export const UNREGISTERED_TAINT = { key: 'karpenter.sh/unregistered', effect: 'NoExecute' } as const;
export const DISRUPTED_TAINT = { key: 'karpenter.sh/disrupted', effect: 'NoSchedule' } as const;

/** What a node carries for a while after it joined; pods may be planned onto it all the same. */
export const EPHEMERAL_TAINTS: readonly { key: string; effect: string }[] = [
  { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' },
  { key: 'node.kubernetes.io/not-ready', effect: 'NoExecute' },
  { key: 'node.kubernetes.io/unreachable', effect: 'NoSchedule' },
  { key: 'node.cloudprovider.kubernetes.io/uninitialized', effect: 'NoSchedule' },
  UNREGISTERED_TAINT,
];

export const POOL_HASH_VERSION = 'v3';
export const CLASS_HASH_VERSION = 'v4';
