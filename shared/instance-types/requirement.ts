/** As a NodePool writes it. */
export type RequirementExpression = {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
  readonly minValues?: number;
};

/** The values that a label may have: a set of them, or all but a set of them, within bounds that only integers can be in. */
export type ValueSet = {
  readonly isComplement: boolean;
  readonly values: ReadonlySet<string>;
  readonly least?: number;
  readonly most?: number;
};

const NONE: ValueSet = { isComplement: false, values: new Set() };
const INTEGER = /^[+-]?[0-9]+$/;

/** The values that one expression allows. The expression is valid; a bound that is no integer or an unknown operator is a mistake of the caller. */
export function valueSetOf({ key, operator, values = [] }: RequirementExpression): ValueSet {
  switch (operator) {
    case 'In':
      return { isComplement: false, values: new Set(values) };
    case 'NotIn':
      return { isComplement: true, values: new Set(values) };
    case 'Exists':
      return { isComplement: true, values: new Set() };
    case 'DoesNotExist':
      return NONE;
    case 'Gt':
      return { isComplement: true, values: new Set(), least: boundOf(key, operator, values) + 1 };
    case 'Gte':
      return { isComplement: true, values: new Set(), least: boundOf(key, operator, values) };
    case 'Lt':
      return { isComplement: true, values: new Set(), most: boundOf(key, operator, values) - 1 };
    case 'Lte':
      return { isComplement: true, values: new Set(), most: boundOf(key, operator, values) };
    default:
      throw new Error(`requirement on ${key}: operator ${operator} is unknown`);
  }
}

function boundOf(key: string, operator: string, values: readonly string[]): number {
  const [value] = values;
  if (values.length !== 1 || value === undefined || !INTEGER.test(value)) {
    throw new Error(`requirement on ${key}: ${operator} takes exactly one integer, not [${values.join(', ')}]`);
  }
  return Number(value);
}

export function allows(set: ValueSet, value: string): boolean {
  return set.values.has(value) !== set.isComplement && isWithin(value, set.least, set.most);
}

function isWithin(value: string, least: number | undefined, most: number | undefined): boolean {
  if (least === undefined && most === undefined) return true;
  if (!INTEGER.test(value)) return false;
  const number = Number(value);
  return number >= (least ?? -Infinity) && number <= (most ?? Infinity);
}

/**
 * Whether a type that lacks the label meets it. Karpenter decides by the form that is left after intersection, not by what was
 * written: all but some values (even within bounds), or no value at all, let a missing label pass. So `In [a]` with `In [b]` passes
 * every type without the label.
 */
export function allowsAbsence(set: ValueSet): boolean {
  return set.isComplement ? set.values.size > 0 : set.values.size === 0;
}

/** Exactly the values that both allow. */
export function intersection(left: ValueSet, right: ValueSet): ValueSet {
  const least = extreme(Math.max, left.least, right.least);
  const most = extreme(Math.min, left.most, right.most);
  if (least !== undefined && most !== undefined && least > most) return NONE;
  const isKept = (value: string) => isWithin(value, least, most);
  if (left.isComplement && right.isComplement) {
    return {
      isComplement: true,
      values: new Set([...left.values, ...right.values].filter(isKept)),
      ...(least === undefined ? {} : { least }),
      ...(most === undefined ? {} : { most }),
    };
  }
  const [given, other] = left.isComplement ? [right, left] : [left, right];
  return {
    isComplement: false,
    values: new Set([...given.values].filter((value) => isKept(value) && allows(other, value))),
  };
}

function extreme(choose: (...numbers: number[]) => number, left?: number, right?: number): number | undefined {
  return left === undefined || right === undefined ? (left ?? right) : choose(left, right);
}

/** Old names of labels, which Karpenter reads as the present ones. */
const ALIASES: Readonly<Record<string, string>> = {
  'failure-domain.beta.kubernetes.io/zone': 'topology.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region': 'topology.kubernetes.io/region',
  'topology.ebs.csi.aws.com/zone': 'topology.kubernetes.io/zone',
  'beta.kubernetes.io/arch': 'kubernetes.io/arch',
  'beta.kubernetes.io/os': 'kubernetes.io/os',
  'beta.kubernetes.io/instance-type': 'node.kubernetes.io/instance-type',
};

export function normalKey(key: string): string {
  return ALIASES[key] ?? key;
}

export type KeyRequirement = {
  readonly set: ValueSet;
  readonly minValues: number | undefined;
  readonly expressions: readonly RequirementExpression[];
};

/** What the expressions together ask of each label. */
export function requirementsByKey(expressions: readonly RequirementExpression[]): ReadonlyMap<string, KeyRequirement> {
  const found = new Map<string, KeyRequirement>();
  for (const expression of expressions) {
    const key = normalKey(expression.key);
    const set = valueSetOf(expression);
    const before = found.get(key);
    found.set(key, {
      set: before ? intersection(before.set, set) : set,
      minValues: extreme(Math.max, before?.minValues, expression.minValues),
      expressions: [...(before?.expressions ?? []), expression],
    });
  }
  return found;
}
