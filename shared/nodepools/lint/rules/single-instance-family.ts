import { instanceTypes } from '../../../instance-types/catalogue.ts';
import type { InstanceType } from '../../../instance-types/instance-type.ts';
import { LABEL } from '../../../instance-types/labels.ts';
import { poolRule } from '../rule.ts';
import { requirementYaml } from '../view/named.ts';

const MOST_SIBLINGS = 3;

/** Families of the same category and architecture that are no older, the nearest generations first. */
function siblingsOf(type: InstanceType): string[] {
  const generation = type.generation ?? 0;
  const alike = instanceTypes().filter(
    (other) =>
      other.family !== type.family &&
      other.category === type.category &&
      other.arch === type.arch &&
      (other.generation ?? 0) >= generation &&
      (other.gpu === undefined) === (type.gpu === undefined) &&
      (other.accelerator === undefined) === (type.accelerator === undefined),
  );
  const nearest = alike.toSorted(
    (a, b) => (a.generation ?? 0) - (b.generation ?? 0) || a.family.length - b.family.length,
  );
  return [...new Set(nearest.map(({ family }) => family))].slice(0, MOST_SIBLINGS);
}

export const singleInstanceFamily = poolRule({
  id: 'single-instance-family',
  severity: 'warning',
  finds: 'A pool whose requirements leave one instance family.',
  breaks:
    'Capacity runs out by family and zone: when it does, no pod of the pool gets a node; on spot, all nodes are interrupted together.',
  mend: requirementYaml(LABEL.family, 'In', ['c5', 'c5a', 'c6i', 'c6a']),
  check: (pool) => {
    const candidates = pool.types()?.candidates ?? [];
    const [first] = candidates;
    // One type is another rule's.
    if (!first || candidates.length === 1 || candidates.some(({ family }) => family !== first.family)) return [];
    const siblings = siblingsOf(first);
    const path = pool.pathOf(LABEL.family, LABEL.instanceType, LABEL.category);
    const reason = `all ${candidates.length} types are of the family ${first.family}: where EC2 runs out of it, no pod of this pool gets a node${pool.types()?.allowsSpot ? ', and spot interruptions come to all nodes at once' : ''}`;
    const fix =
      siblings.length === 0
        ? 'EC2 has no other family like it: keep an on-demand capacity reservation for what must run, or switch the rule off with that reason'
        : `allow more families, in place of this requirement: ${requirementYaml(LABEL.family, 'In', [first.family, ...siblings])}`;
    return [{ path, reason, fix }];
  },
});
