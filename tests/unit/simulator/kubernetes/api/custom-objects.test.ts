import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { KubeObject } from '../../../../../simulator/kubernetes/types.ts';
import { aWidgetDefinition } from '../../../../support/custom-definition.ts';
import { aKubernetes, statusErrorOf } from '../../../../support/test-kubernetes.ts';

let world: ReturnType<typeof aKubernetes>;
beforeEach(() => {
  world = aKubernetes();
});
afterEach(() => world.close());

const ref = { apiVersion: 'example.com/v1', kind: 'Widget', name: 'w' };
const widget = (spec: Record<string, unknown>): KubeObject => ({
  apiVersion: ref.apiVersion,
  kind: ref.kind,
  metadata: { name: 'w' },
  spec,
});
const define = () =>
  world.api.create(
    aWidgetDefinition(
      {
        type: 'object',
        required: ['size'],
        properties: {
          size: { type: 'integer', minimum: 1 },
          mode: { type: 'string', default: 'fast' },
          kind: { type: 'string' },
        },
        'x-kubernetes-validations': [
          { rule: 'self.size < 100', message: 'too large' },
          { rule: 'has(self.kind) == has(oldSelf.kind)', message: 'kind stays' },
        ],
      },
      { type: 'object', properties: { ready: { type: 'boolean' } } },
    ),
  );

describe('custom objects', () => {
  it('are served once their definition is there, with defaults', () => {
    expect(statusErrorOf(() => world.api.create(widget({ size: 1 }))).code).toBe(404);

    const definition = define();

    expect(definition.status).toMatchObject({
      conditions: [{ type: 'NamesAccepted' }, { type: 'Established', status: 'True' }],
      storedVersions: ['v1'],
    });
    expect(world.api.create(widget({ size: 1 })).spec).toEqual({ size: 1, mode: 'fast' });
  });

  it('get a default that is an object as the definition has it', () => {
    const margin = { type: 'object', default: { top: 1 }, properties: { top: { type: 'integer' } } };
    world.api.create(aWidgetDefinition({ type: 'object', properties: { margin } }, { type: 'object' }));

    expect(world.api.create(widget({})).spec).toEqual({ margin: { top: 1 } });
  });

  it('answer 422 with one cause for each fault, of the schema first and then of the rules', () => {
    define();

    const schema = statusErrorOf(() => world.api.create(widget({ size: 0, mode: 3 })));
    const rules = statusErrorOf(() => world.api.create(widget({ size: 100 })));

    expect(schema.code).toBe(422);
    expect(schema.details?.['causes']).toEqual([
      {
        reason: 'FieldValueInvalid',
        message: 'Invalid value: 0: spec.size in body should be greater than or equal to 1',
        field: 'spec.size',
      },
      {
        reason: 'FieldValueTypeInvalid',
        message: 'Invalid value: "integer": spec.mode in body must be of type string: "integer"',
        field: 'spec.mode',
      },
    ]);
    expect(rules.message).toBe('Widget.example.com "w" is invalid: spec: Invalid value: "object": too large');
  });

  it('are held to transition rules when they change', () => {
    define();
    world.api.create(widget({ size: 1 }));

    const error = statusErrorOf(() => world.api.mergePatch(ref, { spec: { kind: 'x' } }));

    expect(error.message).toContain('kind stays');
  });

  it('have their status validated too, and refuse what the schema does not know', () => {
    define();
    world.api.create(widget({ size: 1 }));

    expect(world.api.mergePatch(ref, { status: { ready: true } }, 'status').status).toEqual({ ready: true });
    expect(statusErrorOf(() => world.api.mergePatch(ref, { status: { ready: 'yes' } }, 'status')).code).toBe(422);
    expect(statusErrorOf(() => world.api.mergePatch(ref, { status: { redy: true } }, 'status')).message).toContain(
      'unknown field "status.redy"',
    );
  });

  it('tolerate a value that was stored before its rule came, as long as it stays', () => {
    const definition = define();
    world.api.create(widget({ size: 50 }));
    const tightened = aWidgetDefinition({
      type: 'object',
      properties: { size: { type: 'integer', maximum: 10 }, mode: { type: 'string' } },
    });
    world.api.update({ ...tightened, metadata: definition.metadata });

    expect(world.api.mergePatch(ref, { spec: { mode: 'slow' } }).spec).toMatchObject({ size: 50, mode: 'slow' });
    expect(statusErrorOf(() => world.api.mergePatch(ref, { spec: { size: 51 } })).code).toBe(422);
  });

  it('may report their status when their spec, as it is stored, would not pass any more', () => {
    const definition = define();
    const created = world.api.create(widget({ size: 50 }));
    const tightened = aWidgetDefinition(
      {
        type: 'object',
        required: ['kind'],
        properties: { size: { type: 'integer', maximum: 10 }, mode: { type: 'string' }, kind: { type: 'string' } },
      },
      { type: 'object', properties: { ready: { type: 'boolean' } } },
    );
    world.api.update({ ...tightened, metadata: definition.metadata });

    expect(world.api.updateStatus({ ...created, status: { ready: true } })).toMatchObject({
      spec: { size: 50 },
      status: { ready: true },
    });
    expect(statusErrorOf(() => world.api.mergePatch(ref, { spec: { size: 51 } })).code).toBe(422);
  });

  it('take nothing but the status from a write of it, and refuse what is unknown anywhere in it', () => {
    define();
    const created = world.api.create(widget({ size: 1 }));
    const withStatus = (spec: Record<string, unknown>, labels: Record<string, string>) => ({
      ...created,
      metadata: { ...created.metadata, labels },
      spec,
      status: { ready: true },
    });

    expect(world.api.updateStatus(withStatus({ size: 2 }, { a: 'b' }))).toEqual({
      ...created,
      metadata: { ...created.metadata, resourceVersion: expect.any(String), managedFields: expect.any(Array) },
      status: { ready: true },
    });
    const unknown = statusErrorOf(() => world.api.updateStatus(withStatus({ size: 1, siz: 2 }, {})));
    expect(unknown.message).toContain('unknown field "spec.siz"');
  });

  it('go with their definition, which waits for their finalizers', () => {
    define();
    world.api.create({ ...widget({ size: 1 }), metadata: { name: 'w', finalizers: ['example.com/hold'] } });
    const definitionRef = {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      name: 'widgets.example.com',
    };

    world.api.delete(definitionRef);
    const waiting = world.api.get(definitionRef);
    world.api.mergePatch(ref, { metadata: { finalizers: null } });

    expect(waiting?.metadata.finalizers).toEqual(['customresourcecleanup.apiextensions.k8s.io']);
    expect(world.api.get(definitionRef)).toBeUndefined();
  });

  it.each([
    ['a schema without types', { properties: { a: {} } }, /properties\[a\]\.type: Required value/],
    [
      'a rule that does not compile',
      { type: 'object', 'x-kubernetes-validations': [{ rule: 'nope(self)' }] },
      /compilation failed/,
    ],
    [
      'map keys that the items lack',
      {
        type: 'array',
        items: { type: 'object' },
        'x-kubernetes-list-type': 'map' as const,
        'x-kubernetes-list-map-keys': ['k'],
      },
      /must all be names of item properties/,
    ],
  ])('cannot be defined with %s', (_what, spec, message) => {
    expect(statusErrorOf(() => world.api.create(aWidgetDefinition(spec))).message).toMatch(message);
  });
});
