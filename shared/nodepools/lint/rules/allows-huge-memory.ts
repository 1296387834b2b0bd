import { LABEL } from '../../../instance-types/labels.ts';
import { poolRule } from '../rule.ts';
import { lists, requirementYaml, someOf, strangersIn } from '../view/named.ts';

const HUGE_MIB = 512 * 1024;
const FIX = requirementYaml(LABEL.memory, 'Lt', [String(256 * 1024 + 1)]);
const SIZES: readonly string[] = [LABEL.size, LABEL.memory, LABEL.cpu];

export const allowsHugeMemory = poolRule({
  id: 'allows-huge-memory',
  severity: 'warning',
  finds:
    'A pool that may launch types with 512 GiB of memory or more beside smaller ones, without a requirement on size, memory or CPU that says so.',
  breaks:
    'One pod with a mistyped request gets a node that costs more than the rest of the pool; so does a burst of pods that is packed onto it.',
  mend: FIX,
  check: (pool) => {
    const isBounded = pool.requirements.some(({ key, operator }) => SIZES.includes(key) && operator.startsWith('L'));
    if (isBounded || lists(pool, [LABEL.instanceType, ...SIZES])) return [];
    const found = strangersIn(pool, ({ memoryMiB }) => memoryMiB >= HUGE_MIB);
    const [largest] = found;
    if (!largest) return [];
    return [
      {
        path: 'spec.template.spec.requirements',
        reason: `nothing excludes memory monsters (${someOf(found.map(({ name }) => name))}; up to ${Math.round(largest.memoryMiB / 1024)} GiB): one mistyped request buys one`,
        fix: `add to spec.template.spec.requirements: ${FIX}`,
      },
    ];
  },
});
