import type { Pod, Taint, Toleration } from '../objects.ts';

export function tolerates(toleration: Toleration, taint: Taint): boolean {
  if (toleration.effect && toleration.effect !== taint.effect) return false;
  if (toleration.key && toleration.key !== taint.key) return false;
  const operator = toleration.operator || 'Equal';
  if (operator === 'Exists') return true;
  if (operator === 'Equal') return toleration.key === taint.key && (toleration.value ?? '') === (taint.value ?? '');
  throw new Error(`toleration operator ${operator} is not simulated`);
}

/** The first taint of one of these effects that the pod does not tolerate. */
export function untoleratedTaint(
  pod: Pod,
  taints: readonly Taint[] | undefined,
  effects: readonly string[],
): Taint | undefined {
  return (taints ?? []).find(
    (taint) =>
      effects.includes(taint.effect) &&
      !(pod.spec.tolerations ?? []).some((toleration) => tolerates(toleration, taint)),
  );
}
