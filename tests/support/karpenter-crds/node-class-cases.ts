import { accepted, type Case, rejected } from './cases.ts';
import { REMOVED } from './change.ts';

const N = 'default';
const amis = (...terms: unknown[]) => ({ 'spec.amiSelectorTerms': terms });
const alias = (text: string, amiFamily: unknown = REMOVED) => ({
  ...amis({ alias: text }),
  'spec.amiFamily': amiFamily,
});
const subnets = (...terms: unknown[]) => ({ 'spec.subnetSelectorTerms': terms });
const groups = (...terms: unknown[]) => ({ 'spec.securityGroupSelectorTerms': terms });
const reservations = (...terms: unknown[]) => ({ 'spec.capacityReservationSelectorTerms': terms });
const volume = (ebs: unknown) => ({ 'spec.blockDeviceMappings': [{ deviceName: '/dev/xvda', ebs }] });
const size = (volumeSize: string) => volume({ volumeSize });
const interfaces = (...list: [number, number, string][]) => ({
  'spec.networkInterfaces': list.map(([networkCardIndex, deviceIndex, interfaceType]) => ({
    networkCardIndex,
    deviceIndex,
    interfaceType,
  })),
});
const many = (count: number, item: unknown) => Array.from({ length: count }, () => item);
const manyTags = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 'v']));

const FAMILIES = ['AL2', 'AL2023', 'Bottlerocket', 'Windows2019', 'Windows2022', 'Windows2025'];

const amiCases: Case[] = [
  ...FAMILIES.flatMap((family) => [
    accepted(N, `an alias of ${family} alone`, alias(`${family.toLowerCase()}@latest`)),
    accepted(N, `an alias of ${family} with its family`, alias(`${family.toLowerCase()}@latest`, family)),
    accepted(N, `an alias of ${family} with Custom`, alias(`${family.toLowerCase()}@latest`, 'Custom')),
    rejected(
      N,
      `an alias of ${family} with another family`,
      alias(`${family.toLowerCase()}@latest`, family === 'AL2' ? 'AL2023' : 'AL2'),
    ),
  ]),
  rejected(N, 'an alias without a version', alias('al2023')),
  rejected(N, 'an alias of an unknown family', alias('ubuntu@v1')),
  rejected(N, 'an alias of Windows with a version', alias('windows2022@v1')),
  accepted(N, 'an alias with two @, which only Karpenter refuses', alias('windows2022@latest@v1')),
  rejected(N, 'an alias of 31 characters', alias(`al2023@v${'1'.repeat(23)}`)),
  rejected(N, 'neither alias nor family', { ...amis({ id: 'ami-1' }), 'spec.amiFamily': REMOVED }),
  rejected(N, 'no AMI terms', amis()),
  rejected(N, '31 AMI terms', amis(...many(31, { id: 'ami-1' }))),
  rejected(N, 'a term with an owner alone', amis({ owner: 'self' })),
  rejected(N, 'an AMI id beside a name', amis({ id: 'ami-1', name: 'n' }, { id: 'ami-2' })),
  accepted(N, 'an AMI id beside a parameter, which only Karpenter refuses', amis({ id: 'ami-1', ssmParameter: 'p' })),
  rejected(N, 'an alias beside tags', amis({ alias: 'al2023@v1', tags: { a: 'b' } })),
  rejected(N, 'an alias beside another term', amis({ alias: 'al2023@v1' }, { id: 'ami-1' })),
  rejected(N, 'an empty tag value in a term', amis({ tags: { a: '' } })),
  rejected(N, 'an empty tag key in a term', amis({ tags: { '': 'a' } })),
  rejected(N, '21 tags in a term', amis({ tags: manyTags(21) })),
  accepted(N, '20 tags in a term', amis({ tags: manyTags(20) })),
];

const networkCases: Case[] = [
  rejected(N, 'no subnet terms', subnets()),
  rejected(N, 'an empty subnet term', subnets({})),
  rejected(N, 'a subnet id beside tags in every term', subnets({ id: 'subnet-1', tags: { a: 'b' } })),
  accepted(
    N,
    'a subnet id beside tags in one of two terms',
    subnets({ id: 'subnet-1', tags: { a: 'b' } }, { id: 'subnet-2' }),
  ),
  accepted(N, 'a subnet id with more around it', subnets({ id: 'x-subnet-1!' })),
  rejected(N, 'an empty tag value of a subnet', subnets({ tags: { a: '' } })),
  rejected(N, 'no security group terms', groups()),
  rejected(N, 'an empty security group term', groups({})),
  rejected(N, 'a security group id beside a name in every term', groups({ id: 'sg-1', name: 'n' })),
  rejected(N, 'a security group name beside tags in every term', groups({ name: 'n', tags: { a: 'b' } })),
  accepted(N, 'a bad security group term beside a good one', groups({ id: 'sg-1', name: 'n' }, { tags: { a: 'b' } })),
  rejected(N, 'an empty tag value of a security group', groups({ tags: { a: '' } })),
  rejected(N, 'an empty list of reservations', reservations()),
  rejected(N, 'a reservation by owner alone', reservations({ ownerID: '111122223333' })),
  rejected(
    N,
    'a reservation id beside another field in every term',
    reservations({ id: 'cr-1', ownerID: '111122223333' }),
  ),
  accepted(
    N,
    'a bad reservation term beside a good one',
    reservations({ id: 'cr-1', tags: { a: 'b' } }, { id: 'cr-2' }),
  ),
  rejected(N, 'an empty tag value of a reservation', reservations({ tags: { a: '' } })),
  rejected(N, 'network interfaces without the primary one', interfaces([0, 1, 'interface'])),
  rejected(N, 'a primary interface of efa-only', interfaces([0, 0, 'efa-only'])),
  rejected(N, 'two interfaces at one place', interfaces([0, 0, 'interface'], [0, 0, 'interface'])),
  rejected(N, 'two efa-only on one card', interfaces([0, 0, 'interface'], [1, 1, 'efa-only'], [1, 2, 'efa-only'])),
  accepted(N, 'efa-only on two cards', interfaces([0, 0, 'interface'], [1, 1, 'efa-only'], [2, 1, 'efa-only'])),
  accepted(N, 'an empty list of interfaces', interfaces()),
  rejected(N, 'connection tracking without a timeout', { 'spec.connectionTracking': {} }),
  rejected(N, 'a placement group by nothing', { 'spec.placementGroupSelector': {} }),
  rejected(N, 'a placement group by id and name', { 'spec.placementGroupSelector': { id: 'pg-1', name: 'n' } }),
];

const volumeCases: Case[] = [
  ...['1Gi', '59000Gi', '64000G', '58Ti', '64T', '17Ti', '20T', 'Ti', 'T'].map((text) =>
    accepted(N, `a volume of ${text}`, size(text)),
  ),
  ...['18Ti', '19Ti', '59Ti', '59001Gi', '64001G', '65T', '0Gi', '10', 'Gi'].map((text) =>
    rejected(N, `a volume of ${text}`, size(text)),
  ),
  rejected(N, 'a volume without size or snapshot', volume({ encrypted: true })),
  rejected(
    N,
    'an initialization rate without a snapshot',
    volume({ volumeSize: '1Gi', volumeInitializationRate: 100 }),
  ),
  rejected(
    N,
    'an initialization rate with an empty snapshot',
    volume({ snapshotID: '', volumeInitializationRate: 100 }),
  ),
  rejected(N, 'two root volumes', { 'spec.blockDeviceMappings': many(2, { rootVolume: true }) }),
  accepted(N, 'a root volume beside one that is none', {
    'spec.blockDeviceMappings': [{ rootVolume: true }, { rootVolume: false }],
  }),
];

const kubelet = (settings: Record<string, unknown>) => ({ 'spec.kubelet': settings });

const kubeletCases: Case[] = [
  rejected(
    N,
    'a low threshold at the high one',
    kubelet({ imageGCHighThresholdPercent: 80, imageGCLowThresholdPercent: 80 }),
  ),
  accepted(N, 'a low threshold alone', kubelet({ imageGCLowThresholdPercent: 100 })),
  rejected(N, 'a soft eviction without its grace period', kubelet({ evictionSoft: { 'memory.available': '5%' } })),
  rejected(
    N,
    'a grace period without its soft eviction',
    kubelet({ evictionSoftGracePeriod: { 'memory.available': '1m' } }),
  ),
  accepted(N, 'an empty soft eviction alone', kubelet({ evictionSoft: {} })),
  accepted(
    N,
    'an empty threshold, which only the kubelet refuses',
    kubelet({ evictionHard: { 'memory.available': '' } }),
  ),
  ...['evictionHard', 'evictionSoft', 'evictionSoftGracePeriod'].map((field) =>
    rejected(
      N,
      `an unknown signal in ${field}`,
      kubelet({ evictionSoft: { x: '1' }, evictionSoftGracePeriod: { x: '1' }, [field]: { x: '1' } }),
    ),
  ),
  ...['kubeReserved', 'systemReserved'].flatMap((field) => [
    rejected(N, `an unknown resource in ${field}`, kubelet({ [field]: { pods: '1' } })),
    rejected(N, `a negative quantity in ${field}`, kubelet({ [field]: { cpu: '-1' } })),
    accepted(
      N,
      `each known resource in ${field}`,
      kubelet({ [field]: { cpu: '1', memory: '1', 'ephemeral-storage': '1', pid: '1' } }),
    ),
  ]),
];

const identityCases: Case[] = [
  rejected(N, 'role and instance profile', { 'spec.role': 'r' }),
  rejected(N, 'neither role nor instance profile', { 'spec.instanceProfile': REMOVED }),
  rejected(N, 'an empty instance profile', { 'spec.instanceProfile': '' }),
  rejected(N, 'an empty role', { 'spec.instanceProfile': REMOVED, 'spec.role': '' }),
  accepted(N, 'a role alone', { 'spec.instanceProfile': REMOVED, 'spec.role': 'r' }),
  accepted(N, 'no spec at all', { spec: REMOVED }),
  ...[
    '',
    'eks:eks-cluster-name',
    'kubernetes.io/cluster',
    'kubernetes.io/cluster/a',
    'karpenter.sh/nodepool',
    'karpenter.sh/nodeclaim',
    'karpenter.k8s.aws/ec2nodeclass',
  ].map((tag) => rejected(N, `the tag "${tag}"`, { 'spec.tags': { [tag]: 'a' } })),
  accepted(N, 'an empty tag value', { 'spec.tags': { a: '' } }),
  rejected(N, 'a hop limit of 65', { 'spec.metadataOptions': { httpPutResponseHopLimit: 65 } }),
  accepted(N, 'metadata options with defaults', { 'spec.metadataOptions': {} }),
];

export const NODE_CLASS_CASES: readonly Case[] = [
  ...amiCases,
  ...networkCases,
  ...volumeCases,
  ...kubeletCases,
  ...identityCases,
];
