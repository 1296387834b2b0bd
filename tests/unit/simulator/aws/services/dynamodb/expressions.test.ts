import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { applyUpdate } from '../../../../../../simulator/aws/services/dynamodb/apply-update.ts';
import type { AttributeValue, Item } from '../../../../../../simulator/aws/services/dynamodb/attribute-values.ts';
import { parseCondition } from '../../../../../../simulator/aws/services/dynamodb/conditions.ts';
import { meets } from '../../../../../../simulator/aws/services/dynamodb/evaluate.ts';
import {
  addNumbers,
  canonicalNumber,
  compareNumbers,
  subtractNumbers,
} from '../../../../../../simulator/aws/services/dynamodb/numbers.ts';
import { readPlaceholders } from '../../../../../../simulator/aws/services/dynamodb/placeholders.ts';
import { parseProjection, project } from '../../../../../../simulator/aws/services/dynamodb/projections.ts';
import { parseUpdate } from '../../../../../../simulator/aws/services/dynamodb/updates.ts';

const placeholders = (values: Record<string, AttributeValue> = {}, names: Record<string, string> = {}) =>
  readPlaceholders(
    {
      ...(Object.keys(values).length > 0 ? { ExpressionAttributeValues: values } : {}),
      ...(Object.keys(names).length > 0 ? { ExpressionAttributeNames: names } : {}),
    },
    true,
  );

const holds = (text: string, item: Item, values: Record<string, AttributeValue> = {}) =>
  meets(parseCondition('ConditionExpression', text, placeholders(values)), item);
const updated = (text: string, item: Item, values: Record<string, AttributeValue> = {}) =>
  applyUpdate(parseUpdate(text, placeholders(values)), item);

/** Conditions over the attributes a and b, with what JavaScript makes of them. */
type Formula = { text: string; value: (a: number, b: number) => boolean };
const comparison = fc
  .tuple(fc.constantFrom('a', 'b'), fc.constantFrom('=', '<>', '<', '<=', '>', '>='), fc.integer({ min: 0, max: 3 }))
  .map(([name, operator, right]): Formula => {
    const compare = (left: number) => {
      if (operator === '=') return left === right;
      if (operator === '<>') return left !== right;
      if (operator === '<') return left < right;
      if (operator === '<=') return left <= right;
      return operator === '>' ? left > right : left >= right;
    };
    return { text: `${name} ${operator} :v${right}`, value: (a, b) => compare(name === 'a' ? a : b) };
  });
const { formula } = fc.letrec<{ formula: Formula }>((tie) => ({
  formula: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    comparison,
    tie('formula').map(
      (inner): Formula => ({ text: `NOT (${inner.text} OR a < :v0)`, value: (a, b) => !inner.value(a, b) }),
    ),
    fc.tuple(tie('formula'), fc.constantFrom('AND', 'OR'), tie('formula')).map(
      ([left, operator, right]): Formula => ({
        text: `(${left.text}) ${operator} (${right.text})`,
        value: (a, b) =>
          operator === 'AND' ? left.value(a, b) && right.value(a, b) : left.value(a, b) || right.value(a, b),
      }),
    ),
  ),
}));
const vocabulary = fc.constantFrom(
  ...[
    'a',
    '#n',
    ':v',
    '(',
    ')',
    ',',
    '.',
    '[',
    ']',
    '0',
    '=',
    '<>',
    '<',
    '+',
    '-',
    'AND',
    'OR',
    'NOT',
    'BETWEEN',
    'IN',
  ],
  ...[
    'SET',
    'REMOVE',
    'ADD',
    'DELETE',
    'size',
    'contains',
    'attribute_exists',
    'if_not_exists',
    'list_append',
    '__proto__',
  ],
);
const noise = fc.oneof(
  fc.string(),
  fc.array(vocabulary, { maxLength: 12 }).map((words) => words.join(' ')),
);

describe('DynamoDB expressions', () => {
  it('evaluate as JavaScript does, however they are nested', () => {
    const values = Object.fromEntries([0, 1, 2, 3].map((value) => [`:v${value}`, { N: String(value) }]));
    const small = fc.integer({ min: 0, max: 3 });
    fc.assert(
      fc.property(formula, small, small, ({ text, value }, a, b) => {
        const redundant = /\(\([^()]*\)\)/.test(text);
        fc.pre(!redundant);
        expect(holds(text, { a: { N: String(a) }, b: { N: String(b) } }, values)).toBe(value(a, b));
      }),
    );
  });

  it('fail with nothing but ValidationException, whatever is written', () => {
    const item: Item = { a: { L: [{ N: '1' }] }, n: { M: {} } };
    const given = () => placeholders({ ':v': { N: '1' } }, { '#n': '__proto__' });
    const attempts = [
      (text: string) => meets(parseCondition('ConditionExpression', text, given()), item),
      (text: string) => applyUpdate(parseUpdate(text, given()), item),
      (text: string) => project(item, parseProjection(text, given())),
    ];
    fc.assert(
      fc.property(noise, fc.constantFrom(...attempts), (text, attempt) => {
        try {
          attempt(text);
        } catch (error) {
          expect(error).toMatchObject({ name: 'ValidationException' });
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('read every operand from the item as it was before the update', () => {
    const item: Item = { a: { N: '1' }, b: { N: '2' } };

    expect(updated('SET a = b, b = a', item)).toEqual({ a: { N: '2' }, b: { N: '1' } });
  });

  it('remove the elements of a list that the request meant', () => {
    const item: Item = { a: { L: ['p', 'q', 'r', 's'].map((S) => ({ S })) } };

    expect(updated('REMOVE a[0], a[2]', item)).toEqual({ a: { L: [{ S: 'q' }, { S: 's' }] } });
  });

  it('drop a set that loses its last member', () => {
    expect(updated('DELETE a :v', { a: { SS: ['x'] } }, { ':v': { SS: ['x'] } })).toEqual({});
  });

  it('refuse parentheses that say nothing', () => {
    expect(() => holds('((a = :v))', {}, { ':v': { N: '1' } })).toThrow('redundant parentheses');
  });
});

describe('DynamoDB numbers', () => {
  it('add, subtract and compare exactly', () => {
    const integer = fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n });
    fc.assert(
      fc.property(integer, integer, fc.integer({ min: 0, max: 15 }), (left, right, places) => {
        const [one, other] = [`${left}e-${places}`, `${right}e-${places}`];
        expect(addNumbers(one, other)).toBe(canonicalNumber(`${left + right}e-${places}`));
        expect(subtractNumbers(addNumbers(one, other), other)).toBe(canonicalNumber(one));
        expect(compareNumbers(one, other)).toBe(left < right ? -1 : left > right ? 1 : 0);
      }),
    );
  });

  it('have at most 38 digits', () => {
    expect(canonicalNumber('9'.repeat(38))).toBe('9'.repeat(38));
    expect(() => canonicalNumber('9'.repeat(39))).toThrow('38 significant digits');
    expect(() => canonicalNumber('1e126')).toThrow('overflow');
  });
});
