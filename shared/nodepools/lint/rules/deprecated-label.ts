import { normalKey } from '../../../instance-types/requirement.ts';
import { poolRule } from '../rule.ts';

/** Not old: the CSI driver's own name for the zone. */
const IN_USE = ['topology.ebs.csi.aws.com/zone'];

export const deprecatedLabel = poolRule({
  id: 'deprecated-label',
  severity: 'warning',
  finds: 'A requirement or template label with an old name of a label, such as `beta.kubernetes.io/arch`.',
  breaks: 'Kubernetes has deprecated these; pods that select by the old name miss nodes once it is gone.',
  mend: '- { key: kubernetes.io/arch, operator: In, values: [amd64] }',
  check: (pool) =>
    pool.allRequirements
      .filter(({ key }) => normalKey(key) !== key && !IN_USE.includes(key))
      .map(({ key, path }) => ({
        path,
        reason: `${key} is an old name: Karpenter reads it as ${normalKey(key)}, and what selects by the old one breaks once it is gone`,
        fix: `here: key: ${normalKey(key)}`,
      })),
});
