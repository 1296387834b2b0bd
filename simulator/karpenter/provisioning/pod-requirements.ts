import type { Expression, Pod } from '../../kubernetes/controllers/objects.ts';
import { type Requirements, requirementsOf } from '../requirements.ts';

/**
 * What a pod asks of its node's labels, as alternatives in the order of preference: with its heaviest preferences first (where
 * these are respected), then without; the terms of its required affinity one by one.
 */
export function podAlternatives(pod: Pod, respectsPreferences: boolean): Requirements[] {
  const { nodeSelector = {}, affinity } = pod.spec;
  const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [{}];
  const preferred = respectsPreferences
    ? [...(affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [])]
    : [];
  preferred.sort((left, right) => right.weight - left.weight);
  const [first = {}, ...others] = required;
  const of = (...terms: readonly { matchExpressions?: readonly Expression[] }[]) =>
    requirementsOf(
      terms.flatMap(({ matchExpressions = [] }) =>
        matchExpressions.map(({ key, operator, values }) => ({ key, operator, values: [...(values ?? [])] })),
      ),
      nodeSelector,
    );
  return [...preferred.map(({ preference }) => of(first, preference)), of(first), ...others.map((term) => of(term))];
}
