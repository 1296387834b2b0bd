import { objectAt, objectsAt } from '../../read-object.ts';
import { classRule } from '../rule.ts';
import { subnetsOfTerm } from '../view/class-view.ts';

export const subnetNotFound = classRule({
  id: 'subnet-not-found',
  severity: 'error',
  otherwise: 'warning where another term of the same class does select subnets.',
  finds: 'A term of `subnetSelectorTerms` that selects no subnet. Needs the subnets, which a run knows.',
  breaks: 'Without a subnet the EC2NodeClass does not become Ready, nor does any pool that names it.',
  mend: 'subnetSelectorTerms: [{ tags: { karpenter.sh/discovery: banking-prod } }]',
  check: ({ spec }, { context: { subnets } }) => {
    if (subnets === undefined) return [];
    const terms = objectsAt(spec, 'subnetSelectorTerms');
    const empty = terms.map((term) => subnetsOfTerm(term, subnets).length === 0);
    const all = empty.every(Boolean);
    const [sample] = subnets;
    return terms.flatMap((term, index) => {
      if (!empty[index]) return [];
      const { id } = term;
      const tags = Object.entries(objectAt(term, 'tags')).map(([key, value]) => `${key}=${value}`);
      const what = typeof id === 'string' ? `the id ${id}` : `the tags ${tags.join(', ')}`;
      return [
        {
          path: `spec.subnetSelectorTerms[${index}]`,
          severity: all ? ('error' as const) : ('warning' as const),
          reason: `no subnet has ${what}${all ? ': the class does not become Ready, and nothing is launched' : ': nodes keep to the subnets of the other terms'}`,
          fix: `tag the subnets, or name them in place of this term: - { id: ${sample?.id ?? 'subnet-0123456789abcdef0'} }`,
        },
      ];
    });
  },
});
