export type Manifest = {
  apiVersion: string;
  kind: string;
  metadata: Record<string, unknown>;
  spec?: unknown;
  status?: unknown;
};

const at = '2026-11-02T08:00:00Z';
const condition = {
  lastTransitionTime: at,
  message: '',
  observedGeneration: 1,
  reason: 'Ready',
  status: 'True',
  type: 'Ready',
};
const taint = { key: 'example.com/a', value: 'b', effect: 'NoSchedule', timeAdded: at };
const nodeClassRef = { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: 'default' };
const requirements = [
  { key: 'karpenter.k8s.aws/instance-family', operator: 'In', values: ['m7g', 'c7g'], minValues: 2 },
  { key: 'karpenter.k8s.aws/instance-generation', operator: 'Gt', values: ['3'] },
  { key: 'topology.kubernetes.io/zone', operator: 'Exists' },
];

const nodePool: Manifest = {
  apiVersion: 'karpenter.sh/v1',
  kind: 'NodePool',
  metadata: { name: 'general' },
  spec: {
    weight: 10,
    limits: { cpu: '100', memory: '200Gi', nodes: 5 },
    disruption: {
      consolidateAfter: '30s',
      consolidationPolicy: 'WhenEmpty',
      budgets: [
        { nodes: '10%', reasons: ['Empty', 'Drifted'], schedule: '0 9 * * mon-fri', duration: '8h' },
        { nodes: '0' },
      ],
    },
    template: {
      metadata: { labels: { team: 'web', 'karpenter.k8s.aws/instance-family': 'm7g' }, annotations: { a: 'b' } },
      spec: {
        nodeClassRef,
        requirements,
        taints: [taint],
        startupTaints: [taint],
        expireAfter: '720h',
        terminationGracePeriod: '1h30m',
      },
    },
  },
  status: { conditions: [condition], nodeClassObservedGeneration: 1, nodes: 2, resources: { cpu: '4' } },
};

const staticPool: Manifest = {
  apiVersion: 'karpenter.sh/v1',
  kind: 'NodePool',
  metadata: { name: 'fixed' },
  spec: { replicas: 3, limits: { nodes: '5' }, template: { spec: { nodeClassRef, requirements: [] } } },
};

const nodeClaim: Manifest = {
  apiVersion: 'karpenter.sh/v1',
  kind: 'NodeClaim',
  metadata: { name: 'general-abcde' },
  spec: {
    nodeClassRef,
    requirements: [...requirements, { key: 'karpenter.sh/nodepool', operator: 'In', values: ['general'] }],
    resources: { requests: { cpu: '1', memory: 1024 } },
    taints: [taint],
    startupTaints: [taint],
    expireAfter: 'Never',
    terminationGracePeriod: '30s',
  },
  status: {
    allocatable: { cpu: '1930m' },
    capacity: { cpu: '2' },
    conditions: [condition, { lastTransitionTime: at, status: 'Unknown', type: 'Launched', reason: '' }],
    imageID: 'ami-1',
    lastPodEventTime: at,
    nodeName: 'ip-10-0-0-1',
    providerID: 'aws:///eu-west-1a/i-1',
  },
};

const nodeClassSpec = {
  amiFamily: 'AL2023',
  amiSelectorTerms: [{ alias: 'al2023@v20261101' }],
  instanceProfile: 'p',
  securityGroupSelectorTerms: [{ id: 'sg-1' }, { tags: { a: 'b' } }, { name: 'n' }],
  subnetSelectorTerms: [{ id: 'subnet-1' }, { tags: { a: '*' } }],
};

function nodeClassWith(name: string, spec: Record<string, unknown>): Manifest {
  return {
    apiVersion: 'karpenter.k8s.aws/v1',
    kind: 'EC2NodeClass',
    metadata: { name },
    spec: { ...nodeClassSpec, ...spec },
  };
}

const nodeClass = nodeClassWith('default', {
  associatePublicIPAddress: false,
  capacityReservationSelectorTerms: [
    { id: 'cr-1' },
    { tags: { a: 'b' }, ownerID: '111122223333', instanceMatchCriteria: 'open' },
  ],
  context: 'c',
  cpuOptions: { nestedVirtualization: 'enabled' },
  detailedMonitoring: true,
  instanceStorePolicy: 'RAID0',
  ipPrefixCount: 1,
  tags: { team: 'web' },
  userData: 'u',
});

const volumeNodeClass = nodeClassWith('volumes', {
  blockDeviceMappings: [
    {
      deviceName: '/dev/xvda',
      rootVolume: true,
      ebs: {
        deleteOnTermination: true,
        encrypted: true,
        iops: 3000,
        kmsKeyID: 'k',
        snapshotID: 'snap-1',
        throughput: 125,
        volumeInitializationRate: 200,
        volumeSize: '50Gi',
        volumeType: 'gp3',
      },
    },
    { deviceName: '/dev/xvdb', ebs: { volumeSize: '1T' } },
  ],
});

const networkNodeClass = nodeClassWith('network', {
  connectionTracking: { tcpEstablishedTimeout: 60, udpStreamTimeout: 60, udpTimeout: 30 },
  networkInterfaces: [
    { deviceIndex: 0, networkCardIndex: 0, interfaceType: 'interface' },
    { deviceIndex: 1, networkCardIndex: 1, interfaceType: 'efa-only' },
  ],
  placementGroupSelector: { id: 'pg-1' },
  metadataOptions: {
    httpEndpoint: 'enabled',
    httpProtocolIPv6: 'disabled',
    httpPutResponseHopLimit: 1,
    httpTokens: 'required',
  },
});

const kubeletNodeClass = nodeClassWith('kubelet', {
  kubelet: {
    clusterDNS: ['10.0.0.10'],
    cpuCFSQuota: true,
    evictionHard: { 'memory.available': '5%' },
    evictionMaxPodGracePeriod: 60,
    evictionSoft: { 'nodefs.available': '10Gi' },
    evictionSoftGracePeriod: { 'nodefs.available': '1m' },
    imageGCHighThresholdPercent: 85,
    imageGCLowThresholdPercent: 80,
    kubeReserved: { cpu: '100m', pid: '100' },
    maxPods: 110,
    podsPerCore: 10,
    systemReserved: { memory: '1Gi', 'ephemeral-storage': '1Gi' },
  },
});

const observedNodeClass: Manifest = {
  ...nodeClassWith('observed', {}),
  status: {
    amis: [{ id: 'ami-1', name: 'n', deprecated: false, requirements: [{ key: 'k', operator: 'In', values: ['v'] }] }],
    capacityReservations: [
      {
        availabilityZone: 'eu-west-1a',
        endTime: at,
        id: 'cr-1',
        instanceMatchCriteria: 'open',
        instanceType: 'm7g.large',
        interruptible: false,
        ownerID: '111122223333',
        reservationType: 'default',
        state: 'active',
      },
    ],
    conditions: [condition],
    instanceProfile: 'p',
    securityGroups: [{ id: 'sg-1', name: 'n' }],
    subnets: [{ id: 'subnet-1', zone: 'eu-west-1a', zoneID: 'euw1-az1' }],
  },
};

const selectingNodeClass: Manifest = {
  apiVersion: 'karpenter.k8s.aws/v1',
  kind: 'EC2NodeClass',
  metadata: { name: 'selecting' },
  spec: {
    amiFamily: 'Bottlerocket',
    amiSelectorTerms: [{ id: 'ami-1' }, { name: 'n', owner: 'self' }, { tags: { a: 'b' } }, { ssmParameter: '/p' }],
    placementGroupSelector: { name: 'n' },
    role: 'r',
    securityGroupSelectorTerms: [{ name: 'n' }],
    subnetSelectorTerms: [{ tags: { a: 'b' } }],
  },
};

const nodeOverlay: Manifest = {
  apiVersion: 'karpenter.sh/v1alpha1',
  kind: 'NodeOverlay',
  metadata: { name: 'overlay' },
  spec: {
    capacity: { 'example.com/gpu': '1' },
    price: '0.5',
    requirements: [
      { key: 'karpenter.k8s.aws/instance-family', operator: 'In', values: ['m7g'] },
      { key: 'karpenter.sh/nodepool', operator: 'NotIn', values: ['general'] },
    ],
    weight: 5,
  },
  status: { conditions: [condition] },
};

const adjustingOverlay: Manifest = { ...nodeOverlay, spec: { priceAdjustment: '-10%', requirements: [] } };

const capacityBuffer: Manifest = {
  apiVersion: 'autoscaling.x-k8s.io/v1beta1',
  kind: 'CapacityBuffer',
  metadata: { name: 'buffer', namespace: 'default' },
  spec: {
    limits: { cpu: '4' },
    percentage: 10,
    podTemplateRef: { name: 't' },
    provisioningStrategy: 'buffer.x-k8s.io/active-capacity',
    replicas: 2,
  },
  status: {
    conditions: [condition],
    podTemplateGeneration: 1,
    podTemplateRef: { name: 't' },
    provisioningStrategy: 's',
    replicas: 2,
  },
};

const scalableBuffer: Manifest = {
  ...capacityBuffer,
  spec: { scalableRef: { apiGroup: 'apps', kind: 'Deployment', name: 'd' } },
};

/** Manifests that are right; together they use every field of the released schemas (a test says so). */
export const BASE_MANIFESTS: readonly Manifest[] = [
  nodePool,
  staticPool,
  nodeClaim,
  nodeClass,
  volumeNodeClass,
  networkNodeClass,
  kubeletNodeClass,
  observedNodeClass,
  selectingNodeClass,
  nodeOverlay,
  adjustingOverlay,
  capacityBuffer,
  scalableBuffer,
];
