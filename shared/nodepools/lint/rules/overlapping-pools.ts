import { type Bits, noBits, setBit } from '../../../instance-types/bits.ts';
import type { InstanceType } from '../../../instance-types/instance-type.ts';
import { intersection, type KeyRequirement, requirementsByKey } from '../../../instance-types/requirement.ts';
import type { Rule } from '../rule.ts';
import { isWellKnown } from '../view/label-keys.ts';
import type { PoolView } from '../view/pool-view.ts';

const HARD = ['NoSchedule', 'NoExecute'];

/** Pools that Karpenter does not tell apart by taints or weight. */
function groupKey({ taints, weight }: PoolView): string {
  const hard = taints.filter(({ effect }) => HARD.includes(effect));
  return JSON.stringify([weight, hard.map(({ key, value, effect }) => `${key}=${value}:${effect}`).sort()]);
}

type Candidate = {
  readonly pool: PoolView;
  readonly types: Bits;
  readonly byKey: ReadonlyMap<string, KeyRequirement>;
};

/** Numbers for types, as they come. */
function numbering(): (type: InstanceType) => number {
  const numbers = new Map<InstanceType, number>();
  return (type) => {
    const number = numbers.get(type) ?? numbers.size;
    numbers.set(type, number);
    return number;
  };
}

function bitsOf(numbers: readonly number[]): Bits {
  const bits = noBits(Math.max(0, ...numbers) + 1);
  for (const number of numbers) setBit(bits, number);
  return bits;
}

function shareType({ types }: Candidate, other: Candidate): boolean {
  const words = Math.min(types.length, other.types.length);
  for (let word = 0; word < words; word += 1) if (((types[word] ?? 0) & (other.types[word] ?? 0)) !== 0) return true;
  return false;
}

/** Three are enough to see it, and the search may end there. */
function firstFew<T>(list: readonly T[], isFound: (item: T) => boolean): T[] {
  const found: T[] = [];
  for (const item of list) {
    if (isFound(item)) found.push(item);
    if (found.length === 3) break;
  }
  return found;
}

/** Whether some pods could go to either: a label of a team's own keeps no pod away that does not ask for it. */
function areCompatible(one: Candidate, other: Candidate): boolean {
  return [...one.byKey].every(([key, { set }]) => {
    const against = other.byKey.get(key);
    if (against === undefined || !isWellKnown(key)) return true;
    const both = intersection(set, against.set);
    return both.isComplement || both.values.size > 0;
  });
}

export const overlappingPools: Rule = {
  id: 'overlapping-pools',
  severity: 'warning',
  finds: 'Two pools with the same taints and the same weight that select the same instance types.',
  breaks:
    'Which of the two a pod gets is the order of their names: limits, expiry and costs are not those that were meant for it.',
  mend: 'spec: { weight: 10 }',
  check: ({ pools }) => {
    const groups = new Map<string, Candidate[]>();
    const numberOf = numbering();
    return pools.flatMap((pool) => {
      const types = pool.types()?.launchable ?? [];
      if (pool.isStatic || types.length === 0) return [];
      const candidate = { pool, types: bitsOf(types.map(numberOf)), byKey: requirementsByKey(pool.allRequirements) };
      const key = groupKey(pool);
      const before = groups.get(key) ?? [];
      const isOverlapping = (other: Candidate) => shareType(other, candidate) && areCompatible(other, candidate);
      const names = firstFew(before, isOverlapping).map((other) => other.pool.name);
      groups.set(key, before);
      before.push(candidate);
      if (names.length === 0) return [];
      return [
        {
          resource: pool.resource,
          path: 'spec.weight',
          reason: `pods that may go here may go to ${names.join(', ')} as well, with the same weight: the order of the names decides`,
          fix: `say which comes first, under spec: weight: ${Math.min(100, pool.weight + 10)} (the higher one is tried first), or set the pools apart by a taint`,
        },
      ];
    });
  },
};
