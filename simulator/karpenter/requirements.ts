import type { RequirementSpec } from './objects.ts';

/** The values that a label may have: a set of them or its complement, within bounds; `mayBeAbsent` when no label will do. */
export type Requirement = {
  readonly isComplement: boolean;
  readonly values: ReadonlySet<string>;
  readonly above?: number;
  readonly below?: number;
  readonly mayBeAbsent: boolean;
};

export type Requirements = ReadonlyMap<string, Requirement>;

const ANY: Requirement = { isComplement: true, values: new Set(), mayBeAbsent: true };

function requirementOf({ operator, values = [] }: Pick<RequirementSpec, 'operator' | 'values'>): Requirement {
  const limit = Number(values[0]);
  const set = new Set(values);
  switch (operator) {
    case 'In':
      return { isComplement: false, values: set, mayBeAbsent: false };
    case 'NotIn':
      return { isComplement: true, values: set, mayBeAbsent: true };
    case 'Exists':
      return { isComplement: true, values: new Set(), mayBeAbsent: false };
    case 'DoesNotExist':
      return { isComplement: false, values: new Set(), mayBeAbsent: true };
    case 'Gt':
      return { isComplement: true, values: new Set(), above: limit, mayBeAbsent: false };
    case 'Gte':
      return { isComplement: true, values: new Set(), above: limit - 1, mayBeAbsent: false };
    case 'Lt':
      return { isComplement: true, values: new Set(), below: limit, mayBeAbsent: false };
    case 'Lte':
      return { isComplement: true, values: new Set(), below: limit + 1, mayBeAbsent: false };
    default:
      throw new Error(`requirement operator ${operator} is unknown`);
  }
}

export function isMet(requirement: Requirement, value: string | undefined): boolean {
  if (value === undefined) return requirement.mayBeAbsent;
  if (requirement.values.has(value) === requirement.isComplement) return false;
  const { above, below } = requirement;
  if (above === undefined && below === undefined) return true;
  const number = Number(value);
  return Number.isInteger(number) && number > (above ?? -Infinity) && number < (below ?? Infinity);
}

function both(left: Requirement, right: Requirement): Requirement {
  const above = Math.max(left.above ?? -Infinity, right.above ?? -Infinity);
  const below = Math.min(left.below ?? Infinity, right.below ?? Infinity);
  const bounds = {
    ...(above === -Infinity ? {} : { above }),
    ...(below === Infinity ? {} : { below }),
  };
  const mayBeAbsent = left.mayBeAbsent && right.mayBeAbsent;
  if (left.isComplement && right.isComplement) {
    return { isComplement: true, values: new Set([...left.values, ...right.values]), mayBeAbsent, ...bounds };
  }
  const [given, other] = left.isComplement ? [right, left] : [left, right];
  const values = [...given.values].filter((value) => isMet({ ...other, ...bounds }, value));
  return { isComplement: false, values: new Set(values), mayBeAbsent };
}

/** Whether no label value (and no absence) can meet it. */
export function isImpossible(requirement: Requirement): boolean {
  const { above, below } = requirement;
  if (requirement.mayBeAbsent) return false;
  if (!requirement.isComplement) return requirement.values.size === 0;
  return above !== undefined && below !== undefined && below - above < 2;
}

export function requirementsOf(
  expressions: readonly Pick<RequirementSpec, 'key' | 'operator' | 'values'>[],
  labels: Readonly<Record<string, string>> = {},
): Requirements {
  const found = new Map<string, Requirement>();
  const add = (key: string, requirement: Requirement) => found.set(key, both(found.get(key) ?? ANY, requirement));
  for (const expression of expressions) add(expression.key, requirementOf(expression));
  for (const [key, value] of Object.entries(labels)) add(key, requirementOf({ operator: 'In', values: [value] }));
  return found;
}

export function intersection(left: Requirements, right: Requirements): Requirements {
  const found = new Map(left);
  for (const [key, requirement] of right) found.set(key, both(found.get(key) ?? ANY, requirement));
  return found;
}

/** What a key may be where nothing is said of it: anything. */
export function requirementFor(requirements: Requirements, key: string): Requirement {
  return requirements.get(key) ?? ANY;
}

/** Keys with exactly one possible value, as labels. */
export function singleValues(requirements: Requirements): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const [key, { isComplement, values, mayBeAbsent }] of requirements) {
    const [value] = values;
    if (!isComplement && values.size === 1 && !mayBeAbsent && value !== undefined) labels[key] = value;
  }
  return labels;
}

/** As a NodeClaim's spec carries them; a bounded complement may need more than one expression. */
export function expressionsOf(requirements: Requirements): RequirementSpec[] {
  return [...requirements]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .flatMap(([key, requirement]) => {
      const { isComplement, values, above, below, mayBeAbsent } = requirement;
      const list = [...values].sort();
      if (!isComplement)
        return [values.size > 0 ? { key, operator: 'In', values: list } : { key, operator: 'DoesNotExist' }];
      const expressions: RequirementSpec[] = [];
      if (values.size > 0) expressions.push({ key, operator: 'NotIn', values: list });
      if (above !== undefined && above >= 0) expressions.push({ key, operator: 'Gt', values: [String(above)] });
      if (above !== undefined && above < 0) expressions.push({ key, operator: 'Gte', values: ['0'] });
      if (below !== undefined) expressions.push({ key, operator: 'Lt', values: [String(below)] });
      if (expressions.length === 0 && !mayBeAbsent) expressions.push({ key, operator: 'Exists' });
      return expressions;
    });
}
