import type { Rule } from '../rule.ts';

export const duplicateObject: Rule = {
  id: 'duplicate-object',
  severity: 'error',
  finds: 'Two objects of the same kind and name.',
  breaks: 'The one that is applied last wins; the other is lost without a word.',
  mend: 'metadata: { name: general-2 }',
  check: ({ pools, classes }) => {
    const seen = new Set<string>();
    return [...pools, ...classes].flatMap(({ resource, name }) => {
      const isSecond = seen.has(resource);
      seen.add(resource);
      if (!isSecond) return [];
      return [
        {
          resource,
          path: 'metadata.name',
          reason: `${resource} is there already: the one that is applied last wins, and the other is lost without a word`,
          fix: `give one of them another name, such as metadata: { name: ${name}-2 }`,
        },
      ];
    });
  },
};
