import { poolRule } from '../rule.ts';

export const uncompiledWildcard = poolRule({
  id: 'uncompiled-wildcard',
  severity: 'error',
  finds: 'A wildcard such as `t3.*` in the values of a requirement.',
  breaks: 'The API server takes it and Karpenter does not: the pool never becomes Ready and is skipped.',
  mend: '- { key: karpenter.k8s.aws/instance-family, operator: In, values: [t3] }',
  check: (pool) =>
    pool.requirements.flatMap(({ values, path }) =>
      values.flatMap((value, index) => {
        if (!/[*?]/.test(value)) return [];
        const family = /^([a-z][a-z0-9-]*)\.\*$/.exec(value)?.[1];
        const example = family
          ? `, or by hand: - { key: karpenter.k8s.aws/instance-family, operator: In, values: [${family}] }`
          : '';
        return [
          {
            path: `${path}.values[${index}]`,
            reason: `"${value}" is a pattern, and Karpenter takes none: the pool never becomes Ready and is skipped`,
            fix: `joinery nodepools compile writes what it means${example}`,
          },
        ];
      }),
    ),
});
