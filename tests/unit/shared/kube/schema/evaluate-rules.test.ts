import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { evaluateRules, ruleCompilationError } from '../../../../../shared/kube/schema/evaluate-rules.ts';
import type { JsonSchema, ValidationRule } from '../../../../../shared/kube/schema/types.ts';

const definitions = new URL('../../../../../../shared/karpenter/crds-v1.14.1/', import.meta.url).pathname;

function withRule(schema: JsonSchema, rule: ValidationRule): JsonSchema {
  return { ...schema, 'x-kubernetes-validations': [rule] };
}

const SCALARS: JsonSchema = {
  type: 'object',
  properties: {
    text: { type: 'string' },
    count: { type: 'integer' },
    limits: { type: 'object', additionalProperties: { 'x-kubernetes-int-or-string': true } },
  },
};

describe('CEL rules', () => {
  it.each([
    ["self.text.find('^[^/]+') == 'a.b'", { text: 'a.b/c' }],
    ["self.text.split('@')[0] in ['al2023']", { text: 'al2023@latest' }],
    ['has(self.count) && self.count >= 1 && self.count + 1 == 3', { count: 2 }],
    ["size(self.limits) == 1 && 'nodes' in self.limits", { limits: { nodes: 3 } }],
    ["self.limits.all(k, k != '' && !k.startsWith('x'))", { limits: { nodes: '3' } }],
    ['int(self.text) > 5', { text: '6' }],
  ])('holds: %s', (rule, value) => {
    expect(evaluateRules(withRule(SCALARS, { rule }), value, undefined, 'spec')).toEqual([]);
  });

  it('asks the very object that is stored about its transition alone', () => {
    const stored = { text: 'x' };
    const rules = [{ rule: "self.text == 'y'" }, { rule: "oldSelf.text == 'y'", message: 'was not y' }];
    const schema = { type: 'object', properties: { spec: { ...SCALARS, 'x-kubernetes-validations': rules } } };
    const faultsOf = (one: JsonSchema, spec: object) =>
      evaluateRules(one, { spec }, { spec: stored }, '').map(({ message }) => message);
    const withoutTransition = { type: 'object', properties: { spec: withRule(SCALARS, { rule: "self.text == 'y'" }) } };

    expect(faultsOf(withoutTransition, stored)).toEqual([]);
    expect(faultsOf(withoutTransition, { text: 'x' })).toHaveLength(1);
    expect(faultsOf(schema, stored)).toEqual(['Invalid value: "object": was not y']);
    expect(faultsOf(schema, { text: 'x' })).toHaveLength(2);
  });

  it('says where and what with the message of the rule', () => {
    const schema = {
      type: 'object',
      properties: {
        list: {
          type: 'array',
          items: withRule({ type: 'string' }, { rule: "self != ''", message: 'may not be empty' }),
        },
      },
    };

    const faults = evaluateRules(schema, { list: ['a', ''] }, undefined, 'spec');

    expect(faults).toEqual([
      { path: 'spec.list[1]', reason: 'FieldValueInvalid', message: 'Invalid value: "string": may not be empty' },
    ]);
  });

  it('takes reason, fieldPath and messageExpression from the rule', () => {
    const rule = {
      rule: 'has(self.text)',
      reason: 'FieldValueRequired',
      fieldPath: '.text',
      messageExpression: "'wanted for ' + string(self.count)",
    };

    const faults = evaluateRules(withRule(SCALARS, rule), { count: 3 }, undefined, 'spec');

    expect(faults).toEqual([
      { path: 'spec.text', reason: 'FieldValueRequired', message: 'Required value: wanted for 3' },
    ]);
  });

  it('runs a transition rule on an update only, and knows the items of a map list by their keys', () => {
    const item = withRule(
      { type: 'object', properties: { k: { type: 'string' }, v: { type: 'string' } } },
      { rule: 'self.v == oldSelf.v' },
    );
    const list: JsonSchema = {
      type: 'array',
      items: item,
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['k'],
    };
    const before = [
      { k: 'a', v: '1' },
      { k: 'b', v: '2' },
    ];

    expect(evaluateRules(list, before, undefined, 'l')).toEqual([]);
    expect(
      evaluateRules(
        list,
        [
          { k: 'b', v: '2' },
          { k: 'c', v: '3' },
        ],
        before,
        'l',
      ),
    ).toEqual([]);
    expect(evaluateRules(list, [{ k: 'b', v: 'x' }], before, 'l').map(({ path }) => path)).toEqual(['l[0]']);
  });

  it('turns an evaluation error into a fault instead of passing', () => {
    const faults = evaluateRules(withRule(SCALARS, { rule: 'self.count > 1' }), {}, undefined, 'spec');

    expect(faults).toHaveLength(1);
  });

  it.each(['self.frobnicate()', 'self.all(x, ', 'self.count + 1'])('does not compile: %s', (rule) => {
    expect(ruleCompilationError({ rule })).toBeDefined();
  });

  const released = existsSync(definitions) ? it : it.skip;
  released('compiles every rule of the released Karpenter definitions (skipped where they are not at hand)', () => {
    const rules: ValidationRule[] = [];
    const collect = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return;
      rules.push(...((value as JsonSchema)['x-kubernetes-validations'] ?? []));
      Object.values(value).forEach(collect);
    };
    for (const file of readdirSync(definitions)) collect(parse(readFileSync(`${definitions}${file}`, 'utf8')));

    expect(rules.length).toBeGreaterThan(90);
    expect(rules.flatMap((rule) => ruleCompilationError(rule) ?? [])).toEqual([]);
  });
});
