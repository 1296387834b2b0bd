import { describe, expect, it } from '@jest/globals';
import { applyJsonPatch } from '../../../../../simulator/kubernetes/api/patching/json-patch.ts';
import { applyMergePatch } from '../../../../../simulator/kubernetes/api/patching/merge-patch.ts';
import { applyStrategicMerge } from '../../../../../simulator/kubernetes/api/patching/strategic-merge.ts';
import { modelSchema } from '../../../../../simulator/kubernetes/api/schemas/models.ts';

const podSpec = modelSchema('V1PodSpec');
const container = (name: string, more: object = {}) => ({ name, ...more });

describe('patches', () => {
  it('merges JSON objects and removes by null', () => {
    expect(applyMergePatch({ a: 1, b: { c: 1, d: 2 }, l: [1] }, { b: { c: null }, l: [2], n: { x: null } })).toEqual({
      a: 1,
      b: { d: 2 },
      l: [2],
      n: {},
    });
  });

  it('performs every JSON patch operation', () => {
    const patched = applyJsonPatch({ list: [1, 2], a: { 'b/c': 1 } }, [
      { op: 'test', path: '/a/b~1c', value: 1 },
      { op: 'add', path: '/list/1', value: 9 },
      { op: 'add', path: '/list/-', value: 3 },
      { op: 'remove', path: '/list/0' },
      { op: 'replace', path: '/a/b~1c', value: 2 },
      { op: 'copy', from: '/a', path: '/copied' },
      { op: 'move', from: '/a/b~1c', path: '/moved' },
    ]);

    expect(patched).toEqual({ list: [9, 2, 3], a: {}, copied: { 'b/c': 2 }, moved: 2 });
  });

  it.each([
    [{ op: 'test', path: '/a', value: 2 }],
    [{ op: 'remove', path: '/none' }],
    [{ op: 'replace', path: '/none/deeper', value: 1 }],
    [{ op: 'add', path: '/list/9', value: 1 }],
  ])('refuses the whole JSON patch when %j cannot be done', (operation) => {
    expect(() => applyJsonPatch({ a: 1, list: [] }, [operation])).toThrow();
  });

  it('merges lists by their keys, atomic lists as a whole and primitive sets by addition', () => {
    const pod = {
      containers: [container('a', { image: 'x', env: [{ name: 'A', value: '1' }] }), container('b')],
      tolerations: [{ key: 'old' }],
    };
    const patch = {
      containers: [
        container('b', { image: 'y' }),
        container('a', {
          env: [
            { name: 'B', value: '2' },
            { name: 'A', $patch: 'delete' },
          ],
        }),
      ],
      tolerations: [{ key: 'new' }],
    };

    expect(applyStrategicMerge(podSpec, pod, patch)).toEqual({
      containers: [container('b', { image: 'y' }), container('a', { image: 'x', env: [{ name: 'B', value: '2' }] })],
      tolerations: [{ key: 'new' }],
    });
    expect(
      applyStrategicMerge(
        modelSchema('V1ObjectMeta'),
        { finalizers: ['a', 'b'] },
        { finalizers: ['c'], '$deleteFromPrimitiveList/finalizers': ['a'] },
      ),
    ).toEqual({ finalizers: ['b', 'c'] });
  });

  it('follows the directives replace, retainKeys and setElementOrder', () => {
    const pod = {
      volumes: [{ name: 'v', emptyDir: {} }],
      containers: [container('a'), container('b')],
      securityContext: { runAsUser: 1 },
    };
    const patch = {
      securityContext: { $patch: 'replace', runAsGroup: 2 },
      volumes: [{ name: 'v', $retainKeys: ['name', 'secret'], secret: { secretName: 's' } }],
      containers: [container('a', { image: 'x' })],
      '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }],
    };

    expect(applyStrategicMerge(podSpec, pod, patch)).toEqual({
      securityContext: { runAsGroup: 2 },
      volumes: [{ name: 'v', secret: { secretName: 's' } }],
      containers: [container('b'), container('a', { image: 'x' })],
    });
  });
});
