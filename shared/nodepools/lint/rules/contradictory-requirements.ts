import { contradictionsIn } from '../../../instance-types/explain.ts';
import { poolRule } from '../rule.ts';

export const contradictoryRequirements = poolRule({
  id: 'contradictory-requirements',
  severity: 'error',
  finds: 'Two requirements, or a requirement and a label of the template, on one key that no value meets together.',
  breaks: 'Karpenter reads them as "has no such label": the pool selects nothing, or types that were not meant.',
  mend: '- { key: kubernetes.io/arch, operator: In, values: [amd64, arm64] }',
  check: (pool) => {
    if (!pool.types()) return [];
    return contradictionsIn(pool.allRequirements).map(({ key, expressions }) => {
      const paths = expressions.map((one) => pool.allRequirements.find((other) => other === one)?.path ?? '');
      const texts = expressions.map(({ operator, values = [] }) => `${operator} [${values.join(', ')}]`);
      return {
        path: paths.at(-1) ?? pool.pathOf(key),
        reason: `no value of ${key} meets ${texts.join(' and ')} (${paths.join(', ')}): the pool selects nothing that was meant`,
        fix: `keep one requirement on ${key}, with every value that is meant`,
      };
    });
  },
});
