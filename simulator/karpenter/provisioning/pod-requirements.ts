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

/**
 * The pod as if all that it would like to be spread over it must be, then with one such constraint less at a time, the last one
 * first, down to the pod as it is.
 */
export function spreadAlternatives(pod: Pod, respectsPreferences: boolean): Pod[] {
  const { topologySpreadConstraints: constraints = [], ...spec } = pod.spec;
  const soft = constraints.filter(({ whenUnsatisfiable }) => whenUnsatisfiable === 'ScheduleAnyway');
  if (!respectsPreferences) return [pod];
  const strict = soft.map((_, left) => {
    const kept = new Set(soft.slice(0, soft.length - left));
    const hard = constraints.flatMap((constraint) => {
      if (constraint.whenUnsatisfiable !== 'ScheduleAnyway') return [constraint];
      return kept.has(constraint) ? [{ ...constraint, whenUnsatisfiable: 'DoNotSchedule' as const }] : [];
    });
    return { ...pod, spec: { ...spec, topologySpreadConstraints: hard } };
  });
  return [...strict, pod];
}
