import { LABEL } from '../../../instance-types/labels.ts';
import { poolRule } from '../rule.ts';
import { requirementYaml } from '../view/named.ts';

export const singleInstanceType = poolRule({
  id: 'single-instance-type',
  severity: 'warning',
  finds: 'A pool whose requirements leave one instance type.',
  breaks:
    'When EC2 has no capacity of that type, no pod of the pool gets a node; and no smaller or cheaper type is ever chosen.',
  mend: requirementYaml(LABEL.category, 'In', ['c', 'm', 'r']),
  check: (pool) => {
    const [only, ...others] = pool.types()?.candidates ?? [];
    if (!only || others.length > 0) return [];
    const category = only.category === undefined || only.gpu || only.accelerator ? undefined : only.category;
    const wider =
      category === undefined
        ? requirementYaml(LABEL.family, 'In', [only.family])
        : requirementYaml(LABEL.category, 'In', [category]);
    return [
      {
        path: pool.pathOf(LABEL.instanceType, LABEL.size, LABEL.family),
        reason: `only ${only.name} can be launched: while EC2 has none of it, no pod of this pool gets a node, and no better fitting size is ever chosen`,
        fix: `allow more types, in place of this requirement: ${wider}`,
      },
    ];
  },
});
