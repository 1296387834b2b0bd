import { contradictionsIn, explainEmpty } from '../../../instance-types/explain.ts';
import { LABEL } from '../../../instance-types/labels.ts';
import { poolRule } from '../rule.ts';
import { requirementYaml } from '../view/named.ts';

export const selectsNoType = poolRule({
  id: 'selects-no-type',
  severity: 'error',
  finds: 'Requirements that no instance type meets: of the Region, where it is known.',
  breaks: 'Karpenter launches nothing for the pool, and its pods stay Pending.',
  mend: requirementYaml(LABEL.category, 'In', ['c', 'm', 'r']),
  check: (pool) => {
    const types = pool.types();
    if (!types || types.candidates.length > 0 || contradictionsIn(pool.allRequirements).length > 0) return [];
    const why = explainEmpty(pool.allRequirements, types.options);
    if (!why) return [];
    const [first, ...others] = why.conflict;
    const { region } = types.options;
    return [
      {
        path: pool.allRequirements.find((requirement) => requirement === first)?.path ?? pool.pathOf(),
        reason: `${why.message}${region === undefined ? '' : ` in ${region}`}: no node is ever launched`,
        fix: `${others.length > 0 ? 'drop or widen one of these' : 'widen this requirement'}, such as ${requirementYaml(LABEL.category, 'In', ['c', 'm', 'r'])}`,
      },
    ];
  },
});
