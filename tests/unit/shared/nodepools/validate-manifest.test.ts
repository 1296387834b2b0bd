import { describe, expect, it } from '@jest/globals';
import { validateManifest } from '../../../../shared/nodepools/validate-manifest.ts';
import { aNodeClass, aNodePool } from '../../../support/karpenter-manifests.ts';

const paths = (object: unknown) => validateManifest(object).map(({ path }) => path);

describe('validateManifest', () => {
  it('accepts a NodePool and an EC2NodeClass that are right', () => {
    expect(validateManifest(aNodePool())).toEqual([]);
    expect(validateManifest(aNodeClass())).toEqual([]);
  });

  it('reports every fault at once, each with its path', () => {
    const pool = aNodePool({
      weight: 101,
      disruption: { consolidateAfter: '30', consolidationPolicy: 'WhenUnderutilized', expireAfter: '1h' },
    });

    expect(paths(pool).sort()).toEqual([
      'spec.disruption.consolidateAfter',
      'spec.disruption.consolidationPolicy',
      'spec.disruption.expireAfter',
      'spec.weight',
    ]);
  });

  it('evaluates the rules of what is well formed beside what is not', () => {
    const pool = aNodePool({
      weight: 0,
      disruption: { consolidateAfter: '0s', budgets: [{ nodes: '1', duration: '1h' }] },
    });

    expect(paths(pool).sort()).toEqual(['spec.disruption.budgets', 'spec.weight']);
  });

  it.each([
    ['karpenter.sh/v1beta1', 'NodePool', 'karpenter.sh/v1 NodePool'],
    ['karpenter.sh/v1alpha5', 'Provisioner', 'karpenter.sh/v1 NodePool'],
    ['karpenter.k8s.aws/v1alpha1', 'AWSNodeTemplate', 'karpenter.k8s.aws/v1 EC2NodeClass'],
  ])('says what %s %s must be compiled to', (apiVersion, kind, successor) => {
    const [fault, ...others] = validateManifest({ apiVersion, kind, metadata: { name: 'a' }, spec: {} });

    expect(fault?.message).toContain(`compiled to ${successor}`);
    expect(others).toEqual([]);
  });

  it("refuses kinds that are not Karpenter's and versions that are not served", () => {
    expect(validateManifest({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' } })).toEqual([
      expect.objectContaining({ path: 'kind' }),
    ]);
    expect(validateManifest({ ...aNodePool(), apiVersion: 'karpenter.sh/v2' })).toEqual([
      expect.objectContaining({ path: 'apiVersion', message: expect.stringContaining('karpenter.sh/v1') }),
    ]);
    expect(paths({ metadata: {} })).toEqual(['apiVersion', 'kind']);
    expect(paths('NodePool')).toEqual(['']);
  });

  it('refuses what only the server or Karpenter writes', () => {
    const pool = {
      ...aNodePool(),
      metadata: { name: 'Default', namespace: 'x', uid: '1', colour: 'red', labels: { 'a b': 'c', d: 1 } },
      status: { nodes: 3 },
    };

    expect(paths(pool).sort()).toEqual([
      'metadata.colour',
      'metadata.labels',
      'metadata.labels.d',
      'metadata.name',
      'metadata.namespace',
      'metadata.uid',
      'status',
    ]);
  });

  it('does not change what it is given', () => {
    const pool = aNodePool();
    const before = structuredClone(pool);

    validateManifest(pool);

    expect(pool).toEqual(before);
  });
});
