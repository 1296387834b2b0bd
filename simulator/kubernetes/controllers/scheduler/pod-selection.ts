import { type LabelSelector, matchesLabelSelector } from '../../api/selectors.ts';
import type { Labels, Pod, PodAffinityTerm } from '../objects.ts';

/** A selector narrowed to pods that share (or do not share) the values that `pod` has for some labels. */
export function selectorWithKeys(
  selector: LabelSelector | undefined,
  pod: Pod,
  keys: { readonly match?: readonly string[] | undefined; readonly mismatch?: readonly string[] | undefined },
): LabelSelector | undefined {
  if (!selector) return undefined;
  const labels = pod.metadata.labels ?? {};
  const expressions = (names: readonly string[] | undefined, operator: string) =>
    (names ?? []).flatMap((key) => (labels[key] === undefined ? [] : [{ key, operator, values: [labels[key]] }]));
  const more = [...expressions(keys.match, 'In'), ...expressions(keys.mismatch, 'NotIn')];
  return { ...selector, matchExpressions: [...(selector.matchExpressions ?? []), ...more] };
}

/** Whether `other` is one of the pods that a term of `owner` means. */
export function matchesAffinityTerm(
  term: PodAffinityTerm,
  owner: Pod,
  other: Pod,
  namespaces: Readonly<Record<string, Labels>>,
): boolean {
  const keys = { match: term.matchLabelKeys, mismatch: term.mismatchLabelKeys };
  const selector = selectorWithKeys(term.labelSelector, owner, keys);
  return (
    isMeantNamespace(term, owner, other, namespaces) && matchesLabelSelector(selector, other.metadata.labels ?? {})
  );
}

function isMeantNamespace(
  term: PodAffinityTerm,
  owner: Pod,
  other: Pod,
  namespaces: Readonly<Record<string, Labels>>,
): boolean {
  const name = other.metadata.namespace ?? '';
  if (!term.namespaces?.length && !term.namespaceSelector) return name === owner.metadata.namespace;
  if (term.namespaces?.includes(name)) return true;
  return matchesLabelSelector(term.namespaceSelector, namespaces[name] ?? {});
}
