import { LABEL } from '../../../instance-types/labels.ts';
import { poolRule } from '../rule.ts';
import { lists, requirementYaml, someOf, strangersIn } from '../view/named.ts';

const FIX = requirementYaml(LABEL.hypervisor, 'In', ['nitro']);

export const allowsBareMetal = poolRule({
  id: 'allows-bare-metal',
  severity: 'info',
  finds: 'A pool that may launch bare-metal types, which its requirements do not list.',
  breaks:
    'Karpenter takes bare metal only where nothing else fits. It boots for ten minutes or more, costs as much as the largest size, and pods wait meanwhile.',
  mend: FIX,
  check: (pool) => {
    if (lists(pool, [LABEL.instanceType, LABEL.size, LABEL.hypervisor])) return [];
    const found = strangersIn(pool, ({ isBareMetal }) => isBareMetal);
    if (found.length === 0) return [];
    return [
      {
        path: 'spec.template.spec.requirements',
        reason: `nothing excludes bare metal (${someOf(found.map(({ name }) => name))}): when nothing else fits, pods wait ten minutes or more while it boots`,
        fix: `add to spec.template.spec.requirements: ${FIX}`,
      },
    ];
  },
});
