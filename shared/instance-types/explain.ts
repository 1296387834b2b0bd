import {
  allowsAbsence,
  intersection,
  normalKey,
  type RequirementExpression,
  requirementsByKey,
  valueSetOf,
} from './requirement.ts';
import { candidatesOf, type SelectionOptions, selectTypes } from './select.ts';

/** Requirements of one key that no value meets together. */
export type Contradiction = { readonly key: string; readonly expressions: readonly RequirementExpression[] };

/**
 * Keys whose requirements exclude each other. Karpenter reads what is left as "has no such label", so a pool can still select the
 * types that lack the label: hardly what was meant.
 */
export function contradictionsIn(requirements: readonly RequirementExpression[]): Contradiction[] {
  return [...requirementsByKey(requirements)].flatMap(([key, { set, expressions }]) => {
    const isEmpty = !set.isComplement && set.values.size === 0;
    const needsValue = expressions.some((expression) => !allowsAbsence(valueSetOf(expression)));
    return isEmpty && needsValue ? [{ key, expressions: smallestConflict(expressions) }] : [];
  });
}

/** The first pair without a common value; all of them when only together they leave none. */
function smallestConflict(expressions: readonly RequirementExpression[]): readonly RequirementExpression[] {
  const isEmptyTogether = (left: RequirementExpression, right: RequirementExpression) => {
    const { isComplement, values } = intersection(valueSetOf(left), valueSetOf(right));
    return !isComplement && values.size === 0;
  };
  for (const [index, left] of expressions.entries()) {
    const right = expressions.slice(index + 1).find((other) => isEmptyTogether(left, other));
    if (right) return [left, right];
  }
  return expressions;
}

export type EmptyReason = {
  /** Requirements that select nothing together; without any one of them they would select something. */
  readonly conflict: readonly RequirementExpression[];
  /** For people. */
  readonly message: string;
};

/** Why the requirements select no instance type; undefined when they select some, or may. */
export function explainEmpty(
  requirements: readonly RequirementExpression[],
  options: SelectionOptions = {},
): EmptyReason | undefined {
  const selectsSome = (list: readonly RequirementExpression[]) => {
    const selection = selectTypes(list, options);
    return candidatesOf(selection).length > 0 && selection.unmetMinValues.length === 0;
  };
  if (selectsSome(requirements)) return undefined;
  const alone = requirements.find((expression) => !selectsSome([expression]));
  const conflict = alone ? [alone] : withoutNeedless(requirements, (list) => !selectsSome(list));
  return { conflict, message: messageOf(conflict) };
}

/** A part of the list that still has the property, and no longer has it without any one of its items. */
function withoutNeedless<T>(list: readonly T[], holds: (part: readonly T[]) => boolean): readonly T[] {
  let part = list;
  for (const item of list) {
    const rest = part.filter((other) => other !== item);
    if (holds(rest)) part = rest;
  }
  return part;
}

function messageOf(conflict: readonly RequirementExpression[]): string {
  const texts = conflict.map(({ key, operator, values = [], minValues }) => {
    const parts = [normalKey(key), operator, ...(values.length > 0 ? [`[${values.join(', ')}]`] : [])];
    return minValues === undefined ? parts.join(' ') : `${parts.join(' ')} (at least ${minValues} values)`;
  });
  if (texts.length === 0) return 'no instance type is offered here';
  if (texts.length === 1) return `no instance type has ${texts[0]}`;
  return `no instance type has all of: ${texts.join('; ')}`;
}
