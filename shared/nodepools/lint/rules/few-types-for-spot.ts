import { LABEL } from '../../../instance-types/labels.ts';
import { poolRule } from '../rule.ts';
import { requirementYaml } from '../view/named.ts';

/** What Karpenter wants before it replaces a spot node by a cheaper spot node. */
const ENOUGH = 15;

export const fewTypesForSpot = poolRule({
  id: 'few-types-for-spot',
  severity: 'warning',
  otherwise: 'info where the pool offers on-demand too: then a shortage costs money, not nodes.',
  finds: `A spot pool with fewer than ${ENOUGH} instance types that EC2 offers as spot.`,
  breaks: `Spot capacity comes and goes by type and zone: few types are interrupted more often and run out together, and with fewer than ${ENOUGH} Karpenter does not replace a spot node by a cheaper one.`,
  mend: requirementYaml(LABEL.category, 'In', ['c', 'm', 'r']),
  check: (pool) => {
    const types = pool.types();
    if (!types?.allowsSpot) return [];
    const count = types.candidates.filter(({ usageClasses }) => usageClasses.includes('spot')).length;
    if (count === 0 || count >= ENOUGH) return [];
    return [
      {
        path: pool.pathOf(LABEL.instanceType, LABEL.size, LABEL.family, LABEL.category),
        severity: types.allowsOnDemand ? 'info' : 'warning',
        reason: `${count} spot ${count === 1 ? 'type' : 'types'}, fewer than ${ENOUGH}: interruptions are more frequent, and spot nodes are not consolidated onto cheaper ones`,
        fix: `allow more families or sizes, in place of this requirement: ${requirementYaml(LABEL.category, 'In', ['c', 'm', 'r'])}`,
      },
    ];
  },
});
