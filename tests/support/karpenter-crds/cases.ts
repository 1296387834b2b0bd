import { BASE_MANIFESTS, type Manifest } from './base-manifests.ts';
import { changed, REMOVED } from './change.ts';

/** A manifest, and whether the API server takes it; with `old`, as a change of that. */
export type Case = {
  readonly name: string;
  readonly manifest: Manifest;
  readonly old?: Manifest;
  readonly isAccepted: boolean;
};

type Edits = Readonly<Record<string, unknown>>;

function edited(metadataName: string, edits: Edits): Manifest {
  const base = BASE_MANIFESTS.find(({ metadata }) => metadata['name'] === metadataName);
  if (!base) throw new Error(`no base manifest is called ${metadataName}`);
  return Object.entries(edits).reduce((manifest, [path, value]) => {
    const members = path.split('.').map((member) => (/^\d+$/.test(member) ? Number(member) : member));
    return changed(manifest, members, value);
  }, base);
}

function accepted(base: string, name: string, edits: Edits): Case {
  return { name: `${base}: takes ${name}`, manifest: edited(base, edits), isAccepted: true };
}

function rejected(base: string, name: string, edits: Edits): Case {
  return { name: `${base}: refuses ${name}`, manifest: edited(base, edits), isAccepted: false };
}

function update(base: string, name: string, isAccepted: boolean, from: Edits, to: Edits): Case {
  return { name: `${base}: ${name}`, manifest: edited(base, to), old: edited(base, from), isAccepted };
}

const inTemplate = 'spec.template.spec';
const key = (name: string) => ({ key: name, operator: 'Exists' });
const requirement = (operator: string, values?: string[], minValues?: number) => ({
  key: 'example.com/a',
  operator,
  ...(values ? { values } : {}),
  ...(minValues === undefined ? {} : { minValues }),
});

/** Cases that hold for the requirements of any kind. */
function requirementCases(base: string, path: string): Case[] {
  const one = (value: unknown) => ({ [path]: [value] });
  return [
    rejected(base, 'In without values', one(requirement('In'))),
    rejected(base, 'In with no value', one(requirement('In', []))),
    accepted(base, 'Exists without values', one(requirement('Exists'))),
    rejected(base, 'Gt without values', one(requirement('Gt'))),
    rejected(base, 'Gte with two values', one(requirement('Gte', ['1', '2']))),
    rejected(base, 'Lt with a word', one(requirement('Lt', ['a']))),
    rejected(base, 'Lte with a negative number', one(requirement('Lte', ['-1']))),
    rejected(base, 'Gt with a number too large', one(requirement('Gt', ['9223372036854775808']))),
    accepted(base, 'Gt with zero', one(requirement('Gt', ['0']))),
    accepted(base, 'a value with a wildcard, which only Karpenter refuses', one(requirement('In', ['t3.*']))),
    accepted(base, 'a value of 64 characters, which only Karpenter refuses', one(requirement('In', ['a'.repeat(64)]))),
    rejected(base, 'an unknown operator', one(requirement('Equals', ['a']))),
    rejected(base, '101 requirements', { [path]: Array.from({ length: 101 }, () => requirement('Exists')) }),
    accepted(base, '100 requirements', { [path]: Array.from({ length: 100 }, () => requirement('Exists')) }),
    rejected(base, 'a key with the host name', one(key('kubernetes.io/hostname'))),
    rejected(base, 'a key of karpenter.sh', one(key('karpenter.sh/initialized'))),
    rejected(base, 'a key of a subdomain of karpenter.sh', one(key('a.karpenter.sh/b'))),
    accepted(base, 'the capacity type', one(key('karpenter.sh/capacity-type'))),
    rejected(base, 'an unknown key of karpenter.k8s.aws', one(key('karpenter.k8s.aws/instance-colour'))),
    accepted(base, 'the instance family', one(key('karpenter.k8s.aws/instance-family'))),
    rejected(base, 'a key of 317 characters', one(key(`${'a'.repeat(315)}/b`))),
  ];
}

const weekly = { schedule: '@weekly', duration: '1h' };

const poolCases: Case[] = [
  ...requirementCases('general', `${inTemplate}.requirements`),
  rejected('general', 'the pool itself as a key', { [`${inTemplate}.requirements`]: [key('karpenter.sh/nodepool')] }),
  accepted('general', 'instance tenancy as a key', {
    [`${inTemplate}.requirements`]: [key('karpenter.k8s.aws/instance-tenancy')],
  }),
  rejected('general', 'fewer values than minValues', { [`${inTemplate}.requirements`]: [requirement('In', ['a'], 2)] }),
  accepted('general', 'minValues with Exists', {
    [`${inTemplate}.requirements`]: [requirement('Exists', undefined, 50)],
  }),
  rejected('general', 'minValues of 51', { [`${inTemplate}.requirements`]: [requirement('Exists', undefined, 51)] }),
  rejected('general', 'the pool itself as a label', {
    'spec.template.metadata.labels': { 'karpenter.sh/nodepool': 'a' },
  }),
  rejected('general', 'a label of karpenter.sh', { 'spec.template.metadata.labels': { 'karpenter.sh/x': 'a' } }),
  rejected('general', 'a label with the host name', {
    'spec.template.metadata.labels': { 'kubernetes.io/hostname': 'a' },
  }),
  rejected('general', 'an unknown label of karpenter.k8s.aws', {
    'spec.template.metadata.labels': { 'karpenter.k8s.aws/x': 'a' },
  }),
  accepted('general', 'labels of one letter', { 'spec.template.metadata.labels': { a: '', b: 'c' } }),
  rejected('general', 'a label value of 64 characters', { 'spec.template.metadata.labels': { a: 'b'.repeat(64) } }),
  rejected('general', 'a budget with a schedule alone', {
    'spec.disruption.budgets': [{ nodes: '1', schedule: '@daily' }],
  }),
  rejected('general', 'a budget with a duration alone', {
    'spec.disruption.budgets': [{ nodes: '1', duration: '1h' }],
  }),
  accepted('general', 'a budget without nodes, which has a default', { 'spec.disruption.budgets': [weekly] }),
  rejected('general', '51 budgets', { 'spec.disruption.budgets': Array.from({ length: 51 }, () => ({ nodes: '1' })) }),
  rejected('general', 'a reason twice', { 'spec.disruption.budgets': [{ nodes: '1', reasons: ['Empty', 'Empty'] }] }),
  rejected('general', 'the old name WhenUnderutilized', { 'spec.disruption.consolidationPolicy': 'WhenUnderutilized' }),
  rejected('general', 'expireAfter where v1beta1 had it', { 'spec.disruption.expireAfter': '720h' }),
  rejected('general', 'a disruption without consolidateAfter', { 'spec.disruption': {} }),
  accepted('general', 'no disruption, which has a default', { 'spec.disruption': REMOVED }),
  rejected('general', 'no template', { 'spec.template': REMOVED }),
  rejected('general', 'no spec', { spec: REMOVED }),
  rejected('general', 'an empty name of a node class', { [`${inTemplate}.nodeClassRef.name`]: '' }),
  rejected('general', 'an empty kind of a node class', { [`${inTemplate}.nodeClassRef.kind`]: '' }),
  rejected('general', 'an empty group of a node class', { [`${inTemplate}.nodeClassRef.group`]: '' }),
  rejected('general', 'a group with a slash', { [`${inTemplate}.nodeClassRef.group`]: 'karpenter.k8s.aws/v1' }),
  rejected('fixed', 'a weight beside replicas', { 'spec.weight': 1 }),
  rejected('fixed', 'a limit of cpu beside replicas', { 'spec.limits': { cpu: '1' } }),
  rejected('fixed', 'a limit of cpu and nodes beside replicas', { 'spec.limits': { cpu: '1', nodes: '1' } }),
  accepted('fixed', 'no limits', { 'spec.limits': {} }),
  update('fixed', 'may change its replicas', true, {}, { 'spec.replicas': 0 }),
  update('fixed', 'may not lose its replicas', false, {}, { 'spec.replicas': REMOVED }),
  update(
    'general',
    'may not become static',
    false,
    {},
    { 'spec.weight': REMOVED, 'spec.limits': REMOVED, 'spec.replicas': 1 },
  ),
  update('general', 'may change the name of its node class', true, {}, { [`${inTemplate}.nodeClassRef.name`]: 'b' }),
  update(
    'general',
    'may not change the group of its node class',
    false,
    {},
    { [`${inTemplate}.nodeClassRef.group`]: 'b' },
  ),
  update(
    'general',
    'may not change the kind of its node class',
    false,
    {},
    { [`${inTemplate}.nodeClassRef.kind`]: 'B' },
  ),
];

const claimCases: Case[] = [
  ...requirementCases('general-abcde', 'spec.requirements'),
  accepted('general-abcde', 'its pool as a key', { 'spec.requirements': [key('karpenter.sh/nodepool')] }),
  rejected('general-abcde', 'fewer values than minValues', { 'spec.requirements': [requirement('In', ['a'], 2)] }),
  rejected('general-abcde', 'an empty name of a node class', { 'spec.nodeClassRef.name': '' }),
  rejected('general-abcde', 'an empty kind of a node class', { 'spec.nodeClassRef.kind': '' }),
  rejected('general-abcde', 'an empty group of a node class', { 'spec.nodeClassRef.group': '' }),
  update('general-abcde', 'may not change its spec', false, {}, { 'spec.expireAfter': '1h' }),
  update('general-abcde', 'may change its status', true, {}, { 'status.nodeName': 'b' }),
];

const overlayCases: Case[] = [
  ...requirementCases('overlay', 'spec.requirements'),
  rejected('overlay', 'NotIn without values', { 'spec.requirements': [requirement('NotIn')] }),
  rejected('overlay', 'instance tenancy as a key', {
    'spec.requirements': [key('karpenter.k8s.aws/instance-tenancy')],
  }),
  rejected('overlay', 'minValues', { 'spec.requirements': [requirement('Exists', undefined, 1)] }),
  rejected('overlay', 'a capacity of cpu', { 'spec.capacity': { cpu: '1' } }),
  rejected('overlay', 'a price and an adjustment', { 'spec.priceAdjustment': '+1' }),
  rejected('overlay', 'a price with a sign', { 'spec.price': '-1' }),
];

const bufferCases: Case[] = [
  rejected('buffer', 'a pod template without a size', { 'spec.replicas': REMOVED, 'spec.limits': REMOVED }),
  accepted('buffer', 'a pod template with limits', { 'spec.replicas': REMOVED }),
  rejected('buffer', 'a pod template and a scalable object', { 'spec.scalableRef': { kind: 'Deployment', name: 'd' } }),
  accepted('buffer', 'neither, which does nothing', { spec: {} }),
];

export const CASES: readonly Case[] = [...poolCases, ...claimCases, ...overlayCases, ...bufferCases];
export { accepted, rejected };
