import { poolRule } from '../rule.ts';

export const minValuesNotMet = poolRule({
  id: 'min-values-not-met',
  severity: 'error',
  finds: '`minValues` above the number of values that the types of the pool have.',
  breaks: 'With the policy Strict, the default, Karpenter launches nothing for the pool.',
  mend: '- { key: karpenter.k8s.aws/instance-family, operator: Exists, minValues: 3 }',
  check: (pool) => {
    const types = pool.types();
    if (!types || types.candidates.length === 0) return [];
    return types.selection.unmetMinValues.map(({ key, minValues, found }) => {
      const requirement = pool.requirements.find((one) => one.key === key && one.minValues === minValues);
      const path = requirement?.path ?? pool.pathOf(key);
      return {
        path: `${path}.minValues`,
        reason: `at least ${minValues} values of ${key} are asked for and the types have ${found}: no node is ever launched`,
        fix:
          found > 0 ? `in this requirement: minValues: ${found}, or widen the others` : 'widen the other requirements',
      };
    });
  },
});
