import { describe, expect, it } from '@jest/globals';
import {
  expressionsOf,
  intersection,
  isImpossible,
  isMet,
  requirementFor,
  requirementsOf,
} from '../../../../simulator/karpenter/requirements.ts';

const one = (operator: string, ...values: string[]) => requirementsOf([{ key: 'k', operator, values }]);
const met = (operator: string, values: string[], value: string | undefined) =>
  isMet(requirementFor(one(operator, ...values), 'k'), value);

describe('requirements on labels', () => {
  it.each([
    ['In', ['a', 'b'], 'a', true],
    ['In', ['a'], undefined, false],
    ['NotIn', ['a'], 'a', false],
    ['NotIn', ['a'], undefined, true],
    ['Exists', [], 'a', true],
    ['Exists', [], undefined, false],
    ['DoesNotExist', [], 'a', false],
    ['DoesNotExist', [], undefined, true],
    ['Gt', ['3'], '4', true],
    ['Gt', ['3'], '3', false],
    ['Gte', ['3'], '3', true],
    ['Lt', ['3'], '2', true],
    ['Lte', ['3'], '3', true],
    ['Lte', ['3'], 'x', false],
  ])('%s %j is met by %s: %s', (operator, values, value, isSo) => {
    expect(met(operator, values, value)).toBe(isSo);
  });

  it.each([
    [one('In', 'a', 'b'), one('NotIn', 'b'), [{ key: 'k', operator: 'In', values: ['a'] }]],
    [one('Gt', '3'), one('In', '3', '5'), [{ key: 'k', operator: 'In', values: ['5'] }]],
    [
      one('Gte', '0'),
      one('Lte', '7'),
      [
        { key: 'k', operator: 'Gte', values: ['0'] },
        { key: 'k', operator: 'Lt', values: ['8'] },
      ],
    ],
    [one('Exists'), one('NotIn', 'a'), [{ key: 'k', operator: 'NotIn', values: ['a'] }]],
  ])('are written out after an intersection', (left, right, written) => {
    expect(expressionsOf(intersection(left, right))).toEqual(written);
  });

  it.each([
    ['In with other values', one('In', 'a'), one('In', 'b')],
    ['a gap without an integer', one('Gt', '3'), one('Lt', '4')],
    ['a value that must not be there', one('In', 'a'), one('DoesNotExist')],
  ])('contradict each other: %s', (_, left, right) => {
    expect(isImpossible(requirementFor(intersection(left, right), 'k'))).toBe(true);
  });
});
