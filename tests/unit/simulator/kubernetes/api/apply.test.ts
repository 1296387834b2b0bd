import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { KubeObject } from '../../../../../simulator/kubernetes/types.ts';
import { aWidgetDefinition } from '../../../../support/custom-definition.ts';
import { aDeployment, aKubernetes, statusErrorOf } from '../../../../support/test-kubernetes.ts';

let world: ReturnType<typeof aKubernetes>;
beforeEach(() => {
  world = aKubernetes();
});
afterEach(() => world.close());

const ref = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', namespace: 'default' };
const one = { fieldManager: 'one' };
const two = { fieldManager: 'two' };

function containersOf(object: KubeObject): Record<string, unknown>[] {
  const template = object.spec?.['template'] as { spec: { containers: Record<string, unknown>[] } };
  return template.spec.containers;
}

function labelled(labels: Record<string, string>): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', namespace: 'default', labels } };
}

describe('server-side apply', () => {
  it('refuses another value for a field that another manager owns, names it, and yields to force', () => {
    world.api.apply(aDeployment('web'), one);
    const other = aDeployment('web', [{ name: 'main', image: 'example/main:2' }]);

    const error = statusErrorOf(() => world.api.apply(other, two));
    const forced = world.api.apply(other, { ...two, force: true });
    const back = statusErrorOf(() => world.api.apply(aDeployment('web'), one));

    expect(error.code).toBe(409);
    expect(error.message).toBe(
      'Apply failed with 1 conflict: conflict with "one" using apps/v1: .spec.template.spec.containers[name="main"].image',
    );
    expect(error.details?.['causes']).toEqual([
      {
        reason: 'FieldManagerConflict',
        message: 'conflict with "one" using apps/v1',
        field: '.spec.template.spec.containers[name="main"].image',
      },
    ]);
    expect(containersOf(forced)[0]?.['image']).toBe('example/main:2');
    expect(back.message).toContain('conflict with "two"');
  });

  it('shares a field that two managers give the same value, and keeps it until both have let go', () => {
    world.api.apply(labelled({ shared: 'x', own: 'y' }), one);
    world.api.apply(labelled({ shared: 'x' }), two);

    const first = world.api.apply(labelled({}), one);
    const second = world.api.apply(labelled({}), two);

    expect(first.metadata.labels).toEqual({ shared: 'x' });
    expect(second.metadata.labels).toBeUndefined();
  });

  it('merges lists by their keys and removes the items that the manager no longer applies', () => {
    const env = (name: string, value: string) => ({ name, value });
    world.api.apply(aDeployment('web', [{ name: 'main', image: 'a:1', env: [env('A', '1'), env('B', '2')] }]), one);
    world.api.apply(
      aDeployment('web', [
        { name: 'side', image: 'b:1' },
        { name: 'main', env: [env('C', '3')] },
      ]),
      { ...two, force: true },
    );

    const result = world.api.apply(aDeployment('web', [{ name: 'main', image: 'a:1', env: [env('B', '2')] }]), one);

    expect(containersOf(result).map(({ name }) => name)).toEqual(['side', 'main']);
    expect(containersOf(result)[1]?.['env']).toEqual([env('B', '2'), env('C', '3')]);
  });

  it('gives a field to whoever updates it, so that the next apply conflicts', () => {
    world.api.apply({ ...aDeployment('web'), spec: { ...aDeployment('web').spec, replicas: 2 } }, one);
    world.api.mergePatch(ref, { spec: { replicas: 5 } });

    const error = statusErrorOf(() =>
      world.api.apply({ ...aDeployment('web'), spec: { ...aDeployment('web').spec, replicas: 2 } }, one),
    );
    const without = world.api.apply(aDeployment('web'), one);

    expect(error.message).toMatch(/conflict with "admin" using apps\/v1 at .*: \.spec\.replicas/);
    expect(without.spec?.['replicas']).toBe(5);
  });

  it('changes nothing, not even the version, when the same is applied again', () => {
    const first = world.api.apply(aDeployment('web'), one);

    const second = world.api.apply(aDeployment('web'), one);

    expect(second.metadata.resourceVersion).toBe(first.metadata.resourceVersion);
  });

  it('follows the list types of a definition: map, set and atomic', () => {
    const text = { type: 'string' };
    const item = { type: 'object', properties: { id: text, value: text } };
    world.api.create(
      aWidgetDefinition({
        type: 'object',
        properties: {
          map: { type: 'array', items: item, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['id'] },
          set: { type: 'array', items: text, 'x-kubernetes-list-type': 'set' },
          plain: { type: 'array', items: text },
        },
      }),
    );
    const widget = (spec: Record<string, unknown>): KubeObject => ({
      apiVersion: 'example.com/v1',
      kind: 'Widget',
      metadata: { name: 'w' },
      spec,
    });
    world.api.apply(widget({ map: [{ id: 'a', value: '1' }], set: ['x', 'y'], plain: ['p'] }), one);

    const merged = world.api.apply(widget({ map: [{ id: 'b', value: '2' }], set: ['z'] }), two);
    const reduced = world.api.apply(widget({ map: [{ id: 'a', value: '1' }], set: ['x'], plain: ['p'] }), one);

    expect(merged.spec).toEqual({
      map: [
        { id: 'a', value: '1' },
        { id: 'b', value: '2' },
      ],
      set: ['x', 'y', 'z'],
      plain: ['p'],
    });
    expect(reduced.spec?.['set']).toEqual(['x', 'z']);
    expect(statusErrorOf(() => world.api.apply(widget({ plain: ['q'] }), two)).message).toContain('.spec.plain');
  });
});
