import { describe, expect, it } from '@jest/globals';
import { lookAtPools, type PoolLook, poolsOver } from '../../../../shared/fleet/pool-holds.ts';
import type { Manifest } from '../../../../shared/kube/api.ts';

const NOW = Date.parse('2026-11-02T10:00:00Z');
const POOL = { 'karpenter.sh/nodepool': 'general' };

const aPool = (spec: object): Manifest => ({
  apiVersion: 'karpenter.sh/v1',
  kind: 'NodePool',
  metadata: { name: 'general' },
  spec,
});
const aClaim = (name: string, status: string, more: Partial<Manifest['metadata']> = {}): Manifest => ({
  apiVersion: 'karpenter.sh/v1',
  kind: 'NodeClaim',
  metadata: { name, labels: POOL, ...more },
  status: { conditions: [{ type: 'Consolidatable', status }] },
});
const aNode = (name: string, annotations = {}): Manifest => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, labels: POOL, annotations },
});
const CLAIMS = [
  aClaim('a', 'True'),
  aClaim('b', 'True'),
  aClaim('c', 'Unknown'),
  aClaim('d', 'True', { deletionTimestamp: '2026-11-02T09:59:00Z' }),
  aClaim('e', 'True', { labels: { 'karpenter.sh/nodepool': 'other' } }),
];

const heldBy = (disruption: object, nodes: readonly Manifest[] = []) =>
  lookAtPools({ nodePools: [aPool({ disruption })], nodeClaims: CLAIMS, nodes }, NOW)[0]?.holds;

describe('what holds the nodes of a pool', () => {
  it.each([
    ['none', [{ nodes: '0' }], 'nodes: "0"'],
    [
      'no per cent',
      [{ nodes: '10%' }, { nodes: '0%', reasons: ['Underutilized', 'Empty'] }],
      'nodes: "0%", reasons: [Underutilized, Empty]',
    ],
    [
      'none in the hours of work',
      [{ nodes: '0', schedule: '0 9 * * mon-fri', duration: '8h' }],
      'nodes: "0", schedule: "0 9 * * mon-fri", duration: 8h',
    ],
  ])('is a budget of %s, for the nodes that Karpenter would consider', (_, budgets, name) => {
    expect(heldBy({ budgets })).toEqual([{ kind: 'disruption-budget', name, nodes: 2 }]);
  });

  it.each([
    ['lets some go', { budgets: [{ nodes: '1' }, { nodes: '10%' }] }],
    ['is for other reasons', { budgets: [{ nodes: '0', reasons: ['Drifted'] }] }],
    ['is not in force now', { budgets: [{ nodes: '0', schedule: '0 12 * * *', duration: '8h' }] }],
    ['has a schedule that nobody can read', { budgets: [{ nodes: '0', schedule: 'at noon', duration: '8h' }] }],
    ['is of a pool that waits for empty nodes', { consolidationPolicy: 'WhenEmpty', budgets: [{ nodes: '0' }] }],
    ['is not there', {}],
  ])('is no budget that %s', (_, disruption) => {
    expect(heldBy(disruption)).toEqual([]);
  });

  it('is the annotation of nodes that nobody may disturb', () => {
    const marked = { 'karpenter.sh/do-not-disrupt': 'true' };

    expect(heldBy({}, [aNode('a', marked), aNode('b'), aNode('c', marked)])).toEqual([
      { kind: 'do-not-disrupt', name: 'its nodes', nodes: 2 },
    ]);
  });
});

describe('a pool over many looks', () => {
  const look = (nodes: number, limits = {}): PoolLook => ({
    nodePool: 'general',
    limits,
    holds: nodes === 0 ? [] : [{ kind: 'disruption-budget', name: 'nodes: "0"', nodes }],
  });

  it('has its last limits, and what held half a node or more on average', () => {
    const limits = lookAtPools(
      {
        nodePools: [aPool({ limits: { cpu: '1000', memory: '1500Mi', 'nvidia.com/gpu': 4 } })],
        nodeClaims: [],
        nodes: [],
      },
      NOW,
    )[0]?.limits;

    expect(limits).toEqual({ cpu: '1000', memoryGiB: '1.465' });
    expect(poolsOver('banking', [[look(6, { cpu: '5' })], [look(0)], [look(5, limits)]])).toEqual([
      {
        cluster: 'banking',
        nodePool: 'general',
        limits,
        blockers: [{ kind: 'disruption-budget', name: 'nodes: "0"', nodes: 4 }],
      },
    ]);
    expect(poolsOver('banking', [[look(1)], [look(0)], [look(0)]])).toMatchObject([{ limits: {}, blockers: [] }]);
    expect(poolsOver('banking', [])).toEqual([]);
  });
});
