import { poolRule } from '../rule.ts';
import { allowedAlways, DISRUPTIONS } from '../view/budgets.ts';

export const budgetsBlockDisruption = poolRule({
  id: 'budgets-block-disruption',
  severity: 'warning',
  finds: 'A budget of no nodes, always, for every reason or for drift.',
  breaks:
    'Drifted nodes are never replaced, so they keep old images until they expire by force; nothing is consolidated.',
  mend: 'budgets: [{ nodes: "10%" }, { nodes: "0", schedule: "0 8 * * mon-fri", duration: 10h }]',
  check: (pool) => {
    const blocked = DISRUPTIONS.filter((reason) => allowedAlways(pool.spec, reason).isNone);
    // Consolidation alone may be off on purpose.
    if (!blocked.includes('Drifted')) return [];
    return [
      {
        path: 'spec.disruption.budgets',
        reason: `a budget of 0 nodes holds always for ${blocked.join(', ')}: drifted nodes are never replaced until they expire, by force`,
        fix: 'block hours, not all time, under spec.disruption: budgets: [{ nodes: "10%" }, { nodes: "0", schedule: "0 8 * * mon-fri", duration: 10h }]',
      },
    ];
  },
});
