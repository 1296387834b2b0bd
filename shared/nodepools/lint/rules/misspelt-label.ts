import { nearest } from '../../../clusters/nearest.ts';
import { normalKey } from '../../../instance-types/requirement.ts';
import { poolRule } from '../rule.ts';
import { isWellKnown, WELL_KNOWN_KEYS } from '../view/label-keys.ts';

const PARTS = WELL_KNOWN_KEYS.map((key) => {
  const [domain = '', name = ''] = key.split('/');
  return { key, domain, name };
});
/** Domains whose labels mean something to Kubernetes, AWS or Karpenter; a key elsewhere is a team's own. */
const DOMAINS = [...new Set(PARTS.map(({ domain }) => domain)), 'karpenter.sh', 'k8s.io'];
/** Such as a node's role: no name that an instance type answers, and no mistake. */
const OTHER_DOMAINS = ['node-role.kubernetes.io', 'node-restriction.kubernetes.io', 'app.kubernetes.io'];

function meantBy(key: string): string | undefined {
  const [first = '', second] = normalKey(key).split('/');
  const [domain, name] = second === undefined ? ['', first] : [first, second];
  const sameName = PARTS.find((part) => part.name === name);
  // `instance-family`, or `karpenter.sh/instance-family`; a plain `zone` or `region` may be a team's own.
  if (sameName && (domain === '' ? name.includes('-') : nearest(domain, DOMAINS) !== undefined)) return sameName.key;
  const near = domain === '' ? undefined : nearest(domain, DOMAINS);
  const inDomain = PARTS.filter((part) => part.domain === near);
  const word = nearest(
    name,
    inDomain.map((part) => part.name),
  );
  return inDomain.find((part) => part.name === word)?.key;
}

export const misspeltLabel = poolRule({
  id: 'misspelt-label',
  severity: 'warning',
  finds: 'A key that is close to a label that Karpenter knows, and is none.',
  breaks: 'Karpenter takes it for a label of your own: it excludes no instance type, and is written on the nodes.',
  mend: '- { key: topology.kubernetes.io/zone, operator: In, values: [eu-west-1a] }',
  check: (pool) =>
    pool.allRequirements.flatMap(({ key, path }) => {
      const domain = key.split('/')[0] ?? '';
      if (isWellKnown(key) || OTHER_DOMAINS.includes(domain)) return [];
      const meant = meantBy(key);
      if (meant === undefined) return [];
      return [
        {
          path,
          reason: `${key} is no label that Karpenter knows, so it excludes no instance type; ${meant} is one`,
          fix: `if that was meant, here: key: ${meant}`,
        },
      ];
    }),
});
