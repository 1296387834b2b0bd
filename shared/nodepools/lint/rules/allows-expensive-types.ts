import { LABEL } from '../../../instance-types/labels.ts';
import { poolRule } from '../rule.ts';
import { lists, requirementYaml, someOf, strangersIn } from '../view/named.ts';
import { priceOf } from '../view/prices.ts';

/** US dollars an hour, on demand. */
const EXPENSIVE = 10;
const FIX = requirementYaml(LABEL.cpu, 'Lt', ['65']);

export const allowsExpensiveTypes = poolRule({
  id: 'allows-expensive-types',
  severity: 'warning',
  finds:
    'A pool that may launch types of $10 an hour or more beside cheaper ones, and lists neither types, families nor sizes.',
  breaks:
    'A single node of such a type costs more than $7,000 a month; one wrong request, or a shortage of the others, is enough.',
  mend: FIX,
  check: (pool, { context }) => {
    if (lists(pool, [LABEL.instanceType, LABEL.family, LABEL.size])) return [];
    const price = priceOf(context.region);
    const found = strangersIn(pool, (type) => (price(type) ?? 0) >= EXPENSIVE).toSorted(
      (a, b) => (price(b) ?? 0) - (price(a) ?? 0),
    );
    const [dearest] = found;
    if (!dearest) return [];
    return [
      {
        path: 'spec.template.spec.requirements',
        reason: `nothing excludes types of $${EXPENSIVE} an hour and more (${someOf(found.map(({ name }) => name))}; up to $${price(dearest)?.toFixed(2)}): one node of these costs more than a rack of the others`,
        fix: `add to spec.template.spec.requirements: ${FIX}`,
      },
    ];
  },
});
