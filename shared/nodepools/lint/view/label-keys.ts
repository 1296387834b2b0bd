import { LABEL } from '../../../instance-types/labels.ts';
import { normalKey } from '../../../instance-types/requirement.ts';

export const POOL_LABEL = 'karpenter.sh/nodepool';

/** Keys that Karpenter knows, beside those that instance types answer. */
const OTHERS = [
  'kubernetes.io/hostname',
  'karpenter.k8s.aws/ec2nodeclass',
  'karpenter.k8s.aws/capacity-reservation-id',
  'karpenter.k8s.aws/capacity-reservation-interruptible',
  'karpenter.k8s.aws/capacity-reservation-type',
  'karpenter.k8s.aws/placement-group-id',
  'karpenter.k8s.aws/placement-group-partition',
];

/** Keys that a requirement may use and that mean something to Karpenter. */
export const WELL_KNOWN_KEYS: readonly string[] = [...Object.values(LABEL), ...OTHERS];

export function isWellKnown(key: string): boolean {
  return WELL_KNOWN_KEYS.includes(normalKey(key));
}
