import { LABEL } from '../../../instance-types/labels.ts';
import { poolRule } from '../rule.ts';
import { lists, requirementYaml, someOf, strangersIn } from '../view/named.ts';

const NAMED_BY = [
  LABEL.instanceType,
  LABEL.family,
  LABEL.category,
  LABEL.gpuName,
  LABEL.gpuManufacturer,
  LABEL.gpuCount,
  LABEL.acceleratorName,
  LABEL.acceleratorManufacturer,
  LABEL.acceleratorCount,
];
const FIX = requirementYaml(LABEL.category, 'In', ['c', 'm', 'r', 't']);

export const allowsAccelerators = poolRule({
  id: 'allows-accelerators',
  severity: 'warning',
  finds: 'A pool for general work that may launch GPU or other accelerator types, which its requirements do not list.',
  breaks: 'A pod that only such a type has room for, or a shortage of the others, buys a GPU that nothing uses.',
  mend: FIX,
  check: (pool) => {
    if (lists(pool, NAMED_BY)) return [];
    const found = strangersIn(pool, ({ gpu, accelerator }) => gpu !== undefined || accelerator !== undefined);
    if (found.length === 0) return [];
    const names = someOf(found.map(({ name }) => name));
    return [
      {
        path: 'spec.template.spec.requirements',
        reason: `nothing excludes types with GPUs and accelerators (${names}): a large pod or a shortage of the rest buys one that nothing uses`,
        fix: `add to spec.template.spec.requirements: ${FIX}`,
      },
    ];
  },
});
