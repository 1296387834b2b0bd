import { objectsAt } from '../../read-object.ts';
import { classRule } from '../rule.ts';

export const latestAmi = classRule({
  id: 'latest-ami',
  severity: 'warning',
  otherwise:
    'info where the cluster file says that it is not production (a tag such as `environment: staging`), and for Windows, of which only `@latest` exists; info for a name with a wildcard, too.',
  finds: 'An AMI alias with `@latest`.',
  breaks:
    'Each AMI release makes every node drift: they are replaced on a day that Amazon chooses, by an image that nobody tried.',
  mend: 'amiSelectorTerms: [{ alias: al2023@v20261101 }]',
  check: ({ spec }, { context }) =>
    objectsAt(spec, 'amiSelectorTerms').flatMap(({ alias, name }, index) => {
      const path = `spec.amiSelectorTerms[${index}]`;
      if (typeof name === 'string' && name.includes('*')) {
        return [
          {
            path: `${path}.name`,
            severity: 'info' as const,
            reason: `the newest image of ${name} is taken: one more image there, and every node drifts`,
            fix: 'pin the image, in place of this term: - { id: ami-0123456789abcdef0 }',
          },
        ];
      }
      if (typeof alias !== 'string' || !alias.endsWith('@latest')) return [];
      const isWindows = alias.startsWith('windows');
      return [
        {
          path: `${path}.alias`,
          severity: isWindows || context.isProduction === false ? ('info' as const) : ('warning' as const),
          reason: `${alias} moves: each AMI release makes every node drift and be replaced, by an image that was tried nowhere`,
          fix: isWindows
            ? 'Windows aliases have no versions: select a tried image by its id, such as - { id: ami-0123456789abcdef0 }'
            : `pin the version that was tried, such as - { alias: ${alias.replace('@latest', '@v20261101')} }`,
        },
      ];
    }),
});
