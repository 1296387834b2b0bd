import type { ValidationRule } from '../../kube/schema/types.ts';

export const LABEL_KEY_PATTERN =
  '^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*(\\/))?([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$';
export const LABEL_VALUE_PATTERN = '^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$';
export const MAX_LABEL_KEY_LENGTH = 316;
export const MAX_LABEL_VALUE_LENGTH = 63;

const PROVIDER_DOMAIN = 'karpenter.k8s.aws';

/** Labels of the provider that describe an instance type or its node class: allowed in every requirement. */
export const INSTANCE_LABELS = [
  'ec2nodeclass',
  'instance-accelerator-count',
  'instance-accelerator-manufacturer',
  'instance-accelerator-name',
  'instance-capability-flex',
  'instance-category',
  'instance-cpu',
  'instance-cpu-manufacturer',
  'instance-cpu-sustained-clock-speed-mhz',
  'instance-ebs-bandwidth',
  'instance-encryption-in-transit-supported',
  'instance-family',
  'instance-generation',
  'instance-gpu-count',
  'instance-gpu-manufacturer',
  'instance-gpu-memory',
  'instance-gpu-name',
  'instance-hypervisor',
  'instance-local-nvme',
  'instance-memory',
  'instance-network-bandwidth',
  'instance-size',
].map((name) => `${PROVIDER_DOMAIN}/${name}`);

/** Labels of the provider that describe where an instance is placed; a NodeOverlay may not use them. */
export const PLACEMENT_LABELS = [
  'capacity-reservation-id',
  'capacity-reservation-interruptible',
  'capacity-reservation-type',
  'instance-tenancy',
  'placement-group-id',
  'placement-group-partition',
].map((name) => `${PROVIDER_DOMAIN}/${name}`);

/** Which well-known labels of restricted domains a kind accepts. */
export type LabelUse = 'node-pool' | 'node-claim' | 'node-overlay';

const CAPACITY_TYPE = 'karpenter.sh/capacity-type';
const NODE_POOL = 'karpenter.sh/nodepool';

function allowedLabels(use: LabelUse): { core: readonly string[]; provider: readonly string[] } {
  return {
    core: use === 'node-pool' ? [CAPACITY_TYPE] : [CAPACITY_TYPE, NODE_POOL],
    provider: use === 'node-overlay' ? INSTANCE_LABELS : [...INSTANCE_LABELS, ...PLACEMENT_LABELS],
  };
}

function celList(values: readonly string[]): string {
  return `[${values.map((value) => `'${value}'`).join(', ')}]`;
}

/** True for any key whose prefix ends with the domain, subdomains and look-alikes such as mykarpenter.sh included. */
function inDomain(key: string, domain: string): string {
  return `${key}.matches('^[^/]*${domain.replaceAll('.', '[.]')}(/|$)')`;
}

/** The rules that keep Karpenter's own labels out of a map's keys (`subject: 'keys'`) or out of one key (`'self'`). */
export function restrictedLabelRules(use: LabelUse, subject: 'keys' | 'self'): ValidationRule[] {
  const { core, provider } = allowedLabels(use);
  const key = subject === 'keys' ? 'key' : 'self';
  const forEach = (condition: string) => (subject === 'keys' ? `self.all(key, ${condition})` : condition);
  return [
    {
      rule: forEach(`${key} in ${celList(core)} || !${inDomain(key, 'karpenter.sh')}`),
      message: `Of the domain karpenter.sh only ${core.join(' and ')} may be used here`,
    },
    {
      rule: forEach(`${key} != 'kubernetes.io/hostname'`),
      message: 'kubernetes.io/hostname is set by the kubelet and may not be used here',
    },
    {
      rule: forEach(`${key} in ${celList(provider)} || !${inDomain(key, PROVIDER_DOMAIN)}`),
      message: `Of the domain ${PROVIDER_DOMAIN} only the labels that Karpenter documents may be used here`,
    },
  ];
}
