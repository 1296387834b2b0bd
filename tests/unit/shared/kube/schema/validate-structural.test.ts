import { describe, expect, it } from '@jest/globals';
import { applyDefaults } from '../../../../../shared/kube/schema/apply-defaults.ts';
import { prune } from '../../../../../shared/kube/schema/prune.ts';
import type { JsonSchema } from '../../../../../shared/kube/schema/types.ts';
import { validateStructural } from '../../../../../shared/kube/schema/validate-structural.ts';

function faultsOf(schema: JsonSchema, value: unknown): string[] {
  return validateStructural(schema, value, 'spec').map((fault) => `${fault.path}: ${fault.message}`);
}

describe('structural schema', () => {
  it('does not look again at what is shared with what is stored, in its place', () => {
    const schema: JsonSchema = { type: 'object', additionalProperties: { type: 'object', required: ['a'] } };
    const stored = { one: {}, two: { a: 1 } };

    expect(validateStructural(schema, { one: stored.one, two: {} }, '', stored)).toMatchObject([{ path: 'two.a' }]);
    expect(validateStructural(schema, { one: {}, two: stored.one }, '', stored)).toHaveLength(2);
  });

  it.each<[JsonSchema, unknown, string]>([
    [{ type: 'integer' }, 'x', 'spec: Invalid value: "string": spec in body must be of type integer: "string"'],
    [{ type: 'string', enum: ['a', 'b'] }, 'c', 'spec: Unsupported value: "c": supported values: "a", "b"'],
    [{ type: 'string', pattern: '^a$' }, 'b', `spec: Invalid value: "b": spec in body should match '^a$'`],
    [{ type: 'string', minLength: 1 }, '', 'spec: Invalid value: "": spec in body should be at least 1 chars long'],
    [{ type: 'string', maxLength: 1 }, 'ab', 'spec: Too long: may not be more than 1 bytes'],
    [{ type: 'integer', minimum: 1 }, 0, 'spec: Invalid value: 0: spec in body should be greater than or equal to 1'],
    [
      { type: 'array', items: { type: 'string' }, maxItems: 1 },
      ['a', 'b'],
      'spec: Too many: 2: must have at most 1 items',
    ],
    [{ type: 'object', required: ['a'] }, {}, 'spec.a: Required value'],
    [
      { 'x-kubernetes-int-or-string': true },
      1.5,
      'spec: Invalid value: "number": spec in body must be of type integer,string: "number"',
    ],
    [
      { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
      ['a', 'a'],
      'spec[1]: Duplicate value: "a"',
    ],
    [
      {
        type: 'array',
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['k'],
        items: { type: 'object', properties: { k: { type: 'string', default: 'x' } } },
      },
      [{}, { k: 'x' }],
      'spec[1]: Duplicate value: {"k":"x"}',
    ],
  ])('refuses what %j does not allow: %j', (schema, value, expected) => {
    expect(faultsOf(schema, value)).toEqual([expected]);
  });

  it('names the place of a fault inside lists and objects', () => {
    const item: JsonSchema = { type: 'object', properties: { n: { type: 'integer' } } };

    const faults = faultsOf(
      { type: 'object', properties: { list: { type: 'array', items: item } } },
      { list: [{ n: 1 }, { n: 'x' }] },
    );

    expect(faults).toEqual([expect.stringMatching(/^spec\.list\[1\]\.n: /)]);
  });

  it('accepts null only where the schema says nullable', () => {
    expect(faultsOf({ type: 'string', nullable: true }, null)).toEqual([]);
    expect(faultsOf({ type: 'string' }, null)).toHaveLength(1);
  });

  it('fills in defaults inside lists, maps and defaulted objects', () => {
    const member: JsonSchema = { type: 'object', properties: { n: { type: 'integer', default: 1 } } };
    const schema: JsonSchema = {
      type: 'object',
      properties: {
        list: { type: 'array', items: member },
        map: { type: 'object', additionalProperties: member },
        made: { ...member, default: {} },
      },
    };
    const value = { list: [{}], map: { a: {} } };

    applyDefaults(schema, value);

    expect(value).toEqual({ list: [{ n: 1 }], map: { a: { n: 1 } }, made: { n: 1 } });
  });

  it('prunes unknown fields, says which, and keeps what the schema preserves', () => {
    const schema: JsonSchema = {
      type: 'object',
      properties: {
        known: { type: 'object', properties: {} },
        free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
      },
    };
    const value = { apiVersion: 'v1', metadata: { a: 1 }, other: 1, known: { x: 1 }, free: { y: 1 } };

    const pruned = prune(schema, value, '');

    expect(pruned).toEqual(['other', 'known.x']);
    expect(value).toEqual({ apiVersion: 'v1', metadata: { a: 1 }, known: {}, free: { y: 1 } });
  });
});
