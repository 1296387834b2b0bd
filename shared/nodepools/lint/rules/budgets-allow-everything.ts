import { poolRule } from '../rule.ts';
import { allowedAlways } from '../view/budgets.ts';

export const budgetsAllowEverything = poolRule({
  id: 'budgets-allow-everything',
  severity: 'warning',
  finds: 'Budgets that let all nodes be disrupted at once: "100%", or an empty list.',
  breaks: 'One changed line in the EC2NodeClass makes every node drift, and all are drained together.',
  mend: 'budgets: [{ nodes: "10%" }]',
  check: (pool) => {
    const open = (['Underutilized', 'Drifted'] as const).filter((reason) => allowedAlways(pool.spec, reason).isAll);
    if (open.length === 0 || pool.isStatic) return [];
    return [
      {
        path: 'spec.disruption.budgets',
        reason: `nothing holds back ${open.join(' and ')}: one changed line in the EC2NodeClass, and all nodes are drained together`,
        fix: 'under spec.disruption: budgets: [{ nodes: "10%" }]',
      },
    ];
  },
});
