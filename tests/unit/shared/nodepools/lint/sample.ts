import type { LintContext, LintSubnet } from '../../../../../shared/nodepools/lint/context.ts';
import type { Finding } from '../../../../../shared/nodepools/lint/finding.ts';
import { lint } from '../../../../../shared/nodepools/lint/lint.ts';
import { readWorkload, type Workload } from '../../../../../shared/nodepools/lint/workload.ts';

export type Requirement = { key: string; operator: string; values?: string[]; minValues?: number };
type Json = Record<string, unknown>;

export const instance = (name: string) => `karpenter.k8s.aws/instance-${name}`;
export const TYPE = 'node.kubernetes.io/instance-type';
export const ARCH = 'kubernetes.io/arch';
export const CAPACITY = 'karpenter.sh/capacity-type';
export const ZONE = 'topology.kubernetes.io/zone';

export const isIn = (key: string, ...values: string[]): Requirement => ({ key, operator: 'In', values });

const amd64 = isIn(ARCH, 'amd64');
const onDemand = isIn(CAPACITY, 'on-demand');
export const spot = isIn(CAPACITY, 'spot');
export const spotAndOnDemand = isIn(CAPACITY, 'spot', 'on-demand');

type Pool = {
  readonly name?: string;
  /** In place of those of the sound pool with the same key. */
  readonly requirements?: readonly Requirement[];
  /** Keys whose requirements the pool does without. */
  readonly without?: readonly string[];
  readonly spec?: Json;
  readonly template?: Json;
  readonly templateMetadata?: Json;
  readonly metadata?: Json;
};

const SOUND: readonly Requirement[] = [
  amd64,
  onDemand,
  isIn(instance('category'), 'c', 'm'),
  { key: instance('generation'), operator: 'Gt', values: ['4'] },
  isIn(instance('hypervisor'), 'nitro'),
];

/** A NodePool on which no rule finds anything above info, with changes. */
export function aPool(changes: Pool = {}): Json {
  const { name = 'general', requirements = [], without = [], spec, template, templateMetadata, metadata } = changes;
  const replaced = [...without, ...requirements.map(({ key }) => key)];
  return {
    apiVersion: 'karpenter.sh/v1',
    kind: 'NodePool',
    metadata: { name, ...metadata },
    spec: {
      limits: { cpu: '100', memory: '200Gi' },
      disruption: {
        consolidationPolicy: 'WhenEmptyOrUnderutilized',
        consolidateAfter: '1m',
        budgets: [{ nodes: '10%' }],
      },
      template: {
        ...(templateMetadata ? { metadata: templateMetadata } : {}),
        spec: {
          nodeClassRef: { group: 'karpenter.k8s.aws', kind: 'EC2NodeClass', name: 'default' },
          requirements: [...SOUND.filter(({ key }) => !replaced.includes(key)), ...requirements],
          expireAfter: '720h',
          ...template,
        },
      },
      ...spec,
    },
  };
}

/** An EC2NodeClass on which no rule finds anything, with changes to its spec. */
export function aClass(spec: Json = {}, name = 'default'): Json {
  return {
    apiVersion: 'karpenter.k8s.aws/v1',
    kind: 'EC2NodeClass',
    metadata: { name },
    spec: {
      amiSelectorTerms: [{ alias: 'al2023@v20261101' }],
      role: 'karpenter-node',
      subnetSelectorTerms: [{ tags: { 'karpenter.sh/discovery': 'banking-prod' } }],
      securityGroupSelectorTerms: [{ id: 'sg-0a' }],
      metadataOptions: { httpTokens: 'required', httpPutResponseHopLimit: 1 },
      blockDeviceMappings: [volume({ volumeType: 'gp3', encrypted: true })],
      ...spec,
    },
  };
}

export function volume(ebs: Json): Json {
  return { deviceName: '/dev/xvda', ebs: { volumeSize: '50Gi', ...ebs } };
}

type Pod = { readonly metadata?: Json; readonly spec?: Json; readonly name?: string };

export function aWorkload({ name = 'api', metadata, spec }: Pod = {}): Workload {
  const template = { ...(metadata ? { metadata } : {}), spec: { containers: [{ image: 'bank/api:1' }], ...spec } };
  const found = readWorkload({ kind: 'Deployment', metadata: { name }, spec: { template } });
  if (!found) throw new Error('a Deployment is a workload');
  return found;
}

export const SUBNET: LintSubnet = {
  id: 'subnet-0a',
  zone: 'eu-west-1a',
  tags: { 'karpenter.sh/discovery': 'banking-prod' },
};

/** What a rule finds in the objects; in those of one pool with its class unless told otherwise. */
export function found(rule: string, objects: readonly unknown[], context: LintContext = {}): readonly Finding[] {
  return lint(objects, { region: 'eu-west-1', ...context }).filter((finding) => finding.rule === rule);
}
