import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  allows,
  allowsAbsence,
  intersection,
  type RequirementExpression,
  requirementsByKey,
  valueSetOf,
} from '../../../../shared/instance-types/requirement.ts';

const VALUES = ['', 'a', 'b', '0', '1', '2', '3', '4', '02', '-1', '+3', '1.5', 'true'];
const words = fc.subarray(VALUES);
const bound = fc.integer({ min: -1, max: 5 }).map((number) => [String(number)]);
const expression = fc.oneof(
  fc.record({ key: fc.constant('k'), operator: fc.constantFrom('In', 'NotIn'), values: words }),
  fc.record({ key: fc.constant('k'), operator: fc.constantFrom('Exists', 'DoesNotExist') }),
  fc.record({ key: fc.constant('k'), operator: fc.constantFrom('Gt', 'Gte', 'Lt', 'Lte'), values: bound }),
);

/** What the operator means, said of one value. */
function meets({ operator, values = [] }: RequirementExpression, value: string): boolean {
  const [given, number] = [Number(values[0]), /^[+-]?\d+$/.test(value) ? Number(value) : Number.NaN];
  const verdicts: Record<string, boolean> = {
    In: values.includes(value),
    NotIn: !values.includes(value),
    Exists: true,
    DoesNotExist: false,
    Gt: number > given,
    Gte: number >= given,
    Lt: number < given,
    Lte: number <= given,
  };
  return verdicts[operator] ?? false;
}

describe('what requirements allow', () => {
  it('is, for several on one key, exactly the values that meet each of them', () => {
    fc.assert(
      fc.property(fc.array(expression, { minLength: 1, maxLength: 5 }), (expressions) => {
        const set = requirementsByKey(expressions).get('k')?.set;

        const allowed = VALUES.filter((value) => set && allows(set, value));

        expect(allowed).toEqual(VALUES.filter((value) => expressions.every((one) => meets(one, value))));
      }),
      { numRuns: 3000 },
    );
  });

  it('does not depend on the order in which they are written', () => {
    fc.assert(
      fc.property(expression, expression, expression, (first, second, third) => {
        const [a, b, c] = [valueSetOf(first), valueSetOf(second), valueSetOf(third)];
        const verdicts = (set: typeof a) => VALUES.map((value) => allows(set, value));

        expect(verdicts(intersection(a, b))).toEqual(verdicts(intersection(b, a)));
        expect(verdicts(intersection(intersection(a, b), c))).toEqual(verdicts(intersection(a, intersection(b, c))));
      }),
    );
  });

  it.each([
    [[{ operator: 'In', values: ['a'] }], false],
    [[{ operator: 'NotIn', values: ['a'] }], true],
    [[{ operator: 'Exists' }], false],
    [[{ operator: 'DoesNotExist' }], true],
    [[{ operator: 'Gt', values: ['1'] }], false],
    [[{ operator: 'Lte', values: ['1'] }], false],
    [
      [
        { operator: 'In', values: ['a'] },
        { operator: 'In', values: ['b'] },
      ],
      true,
    ],
    [
      [
        { operator: 'Gt', values: ['4'] },
        { operator: 'Lt', values: ['2'] },
      ],
      true,
    ],
    [
      [
        { operator: 'Gt', values: ['1'] },
        { operator: 'NotIn', values: ['3'] },
      ],
      true,
    ],
    [
      [
        { operator: 'Gt', values: ['1'] },
        { operator: 'NotIn', values: ['a'] },
      ],
      false,
    ],
  ])('of a missing label, for %j, is %s as Karpenter has it', (expressions, isAllowed) => {
    const set = requirementsByKey(expressions.map((expression) => ({ key: 'k', ...expression }))).get('k')?.set;

    expect(set && allowsAbsence(set)).toBe(isAllowed);
  });

  it('reads old names of labels as the present ones, and keeps the greatest minValues', () => {
    const found = requirementsByKey([
      { key: 'beta.kubernetes.io/arch', operator: 'In', values: ['amd64', 'arm64'], minValues: 1 },
      { key: 'kubernetes.io/arch', operator: 'NotIn', values: ['arm64'], minValues: 2 },
    ]);

    expect([...found.keys()]).toEqual(['kubernetes.io/arch']);
    expect(found.get('kubernetes.io/arch')).toMatchObject({ minValues: 2, set: { values: new Set(['amd64']) } });
  });

  it.each([
    [{ key: 'k', operator: 'Near', values: ['1'] }, 'operator Near is unknown'],
    [{ key: 'k', operator: 'Gt', values: ['a'] }, 'exactly one integer'],
    [{ key: 'k', operator: 'Lt', values: ['1', '2'] }, 'exactly one integer'],
  ])('is not guessed of %j', (wrong, message) => {
    expect(() => valueSetOf(wrong)).toThrow(message);
  });
});
