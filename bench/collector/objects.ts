import { type BenchNode, POOLS } from './fleet.ts';

/** Objects as large as real ones: with what the API server keeps beside what anybody reads. */

const MANAGED = Array.from({ length: 4 }, (_, at) => ({
  manager: ['karpenter', 'kubelet', 'aws-cloud-controller-manager', 'vpc-resource-controller'][at],
  operation: 'Update',
  apiVersion: 'v1',
  time: '2026-11-02T07:00:00Z',
  fieldsType: 'FieldsV1',
  fieldsV1: Object.fromEntries(
    Array.from({ length: 20 }, (_field, field) => [`f:metadata-field-${field}`, { 'f:name': {} }]),
  ),
}));
const IMAGES = Array.from({ length: 30 }, (_, at) => ({
  names: [
    `602401143452.dkr.ecr.eu-west-1.amazonaws.com/team/service-${at}@sha256:${'ab'.repeat(32)}`,
    `602401143452.dkr.ecr.eu-west-1.amazonaws.com/team/service-${at}:v1.${at}.0`,
  ],
  sizeBytes: 100_000_000 + at,
}));
const TYPES = Array.from({ length: 100 }, (_, at) => `m${(at % 8) + 1}i.${at}xlarge`);

export function nodeObject(node: BenchNode): object {
  const { name, labels, createdAt, cpus, instanceId } = node;
  const capacity = {
    cpu: String(cpus),
    memory: `${cpus * 4 * 2 ** 20}Ki`,
    pods: '58',
    'ephemeral-storage': '20959212Ki',
  };
  return {
    metadata: {
      name,
      uid: `node-${instanceId}`,
      resourceVersion: '123456',
      creationTimestamp: createdAt,
      labels: {
        ...labels,
        'kubernetes.io/hostname': name,
        'karpenter.sh/registered': 'true',
        'karpenter.sh/initialized': 'true',
      },
      annotations: { 'karpenter.sh/nodepool-hash': '1234567890123456789', 'node.alpha.kubernetes.io/ttl': '300' },
      finalizers: ['karpenter.sh/termination'],
      managedFields: MANAGED,
    },
    spec: { providerID: `aws:///${labels['topology.kubernetes.io/zone']}/${instanceId}` },
    status: {
      capacity,
      allocatable: { ...capacity, cpu: `${cpus * 980}m` },
      conditions: ['MemoryPressure', 'DiskPressure', 'PIDPressure', 'Ready'].map((type) => ({
        type,
        status: type === 'Ready' ? 'True' : 'False',
        reason: 'KubeletHasSufficient',
        message: 'kubelet has sufficient memory available',
        lastHeartbeatTime: createdAt,
        lastTransitionTime: createdAt,
      })),
      images: IMAGES,
      nodeInfo: { kernelVersion: '6.12.40-64.114.amzn2023.x86_64', kubeletVersion: 'v1.35.2-eks-0000000' },
    },
  };
}

export function claimObject(node: BenchNode): object {
  const { name, claim, labels, createdAt, instanceId, cpus } = node;
  const stamp = (seconds: number) =>
    new Date(Date.parse(createdAt) + seconds * 1000).toISOString().replace(/\.\d+Z$/, 'Z');
  const seconds = { Launched: 4, Registered: 25, Initialized: 40, Ready: 40 };
  return {
    metadata: {
      name: claim,
      uid: `claim-${instanceId}`,
      resourceVersion: '123456',
      creationTimestamp: createdAt,
      labels: { ...labels, 'karpenter.k8s.aws/ec2nodeclass': 'default' },
      finalizers: ['karpenter.sh/termination'],
      managedFields: MANAGED,
    },
    spec: {
      nodeClassRef: { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: 'default' },
      requirements: [
        { key: 'node.kubernetes.io/instance-type', operator: 'In', values: TYPES },
        { key: 'karpenter.sh/capacity-type', operator: 'In', values: ['spot', 'on-demand'] },
      ],
      resources: { requests: { cpu: `${cpus * 500}m`, memory: `${cpus}Gi`, pods: '20' } },
      expireAfter: '720h',
    },
    status: {
      providerID: `aws:///${labels['topology.kubernetes.io/zone']}/${instanceId}`,
      nodeName: name,
      imageID: 'ami-0123456789abcdef0',
      capacity: { cpu: String(cpus), memory: `${cpus * 4}Gi`, pods: '58' },
      allocatable: { cpu: `${cpus * 980}m`, memory: `${cpus * 4 - 1}Gi`, pods: '58' },
      conditions: Object.entries(seconds).map(([type, after]) => ({
        type,
        status: 'True',
        reason: type,
        message: '',
        lastTransitionTime: stamp(after),
      })),
    },
  };
}

export function poolObjects(): object[] {
  return POOLS.map((name) => ({
    metadata: { name, uid: `pool-${name}`, resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' },
    spec: {
      template: {
        spec: { requirements: [{ key: 'karpenter.sh/capacity-type', operator: 'In', values: ['spot', 'on-demand'] }] },
      },
      limits: { cpu: '10000', memory: '40000Gi' },
    },
    status: { resources: { cpu: '5000', memory: '20000Gi' }, conditions: [{ type: 'Ready', status: 'True' }] },
  }));
}

export const CLASS_OBJECTS: readonly object[] = [
  {
    metadata: { name: 'default', uid: 'class', resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' },
    status: { conditions: [{ type: 'Ready', status: 'True' }] },
  },
];
