import { LABEL } from '../../../instance-types/labels.ts';
import { poolRule } from '../rule.ts';
import { requirementYaml } from '../view/named.ts';

const FIX = requirementYaml(LABEL.capacityType, 'In', ['on-demand']);

export const capacityTypeNotSet = poolRule({
  id: 'capacity-type-not-set',
  severity: 'info',
  finds: 'No requirement on `karpenter.sh/capacity-type`.',
  breaks:
    'Spot is taken first: v1 has no default, other than v1alpha5, where on-demand was. Pods that must stay are interrupted.',
  mend: FIX,
  check: (pool) =>
    pool.allRequirements.some(({ key }) => key === LABEL.capacityType)
      ? []
      : [
          {
            path: pool.pathOf(),
            reason: 'no capacity type is asked for, so Karpenter takes spot first: nodes are interrupted',
            fix: `add to spec.template.spec.requirements: ${FIX}`,
          },
        ],
});
