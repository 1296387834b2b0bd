import { durationSeconds } from '../../../clusters/quantities.ts';
import { poolRule } from '../rule.ts';

const SHORTEST_SECONDS = 3600;

export const shortExpiry = poolRule({
  id: 'short-expiry',
  severity: 'warning',
  finds: '`expireAfter` under an hour.',
  breaks:
    'Every node is drained and replaced that often, whatever runs on it and whatever the budgets say: v1 expires by force. Where that is meant (nodes that must not live long), switch the rule off with that reason.',
  mend: 'spec: { template: { spec: { expireAfter: 720h } } }',
  check: ({ templateSpec }) => {
    const { expireAfter } = templateSpec;
    if (typeof expireAfter !== 'string' || expireAfter === 'Never') return [];
    if (durationSeconds(expireAfter) >= SHORTEST_SECONDS) return [];
    return [
      {
        path: 'spec.template.spec.expireAfter',
        reason: `each node is replaced after ${expireAfter}, by force: budgets do not hold it back, and its pods start anew that often`,
        fix: 'under spec.template.spec: expireAfter: 720h (or switch this rule off with the reason why nodes must not live longer)',
      },
    ];
  },
});
