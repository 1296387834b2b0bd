import { describe, expect, it } from '@jest/globals';
import { allowedDisruptions } from '../../../../../simulator/karpenter/disruption/budgets.ts';
import type { Budget, NodePool } from '../../../../../simulator/karpenter/objects.ts';

const MONDAY_NOON = Date.parse('2026-11-02T12:00:00Z');

function aPool(budgets?: Budget[]): NodePool {
  const spec = { disruption: { consolidateAfter: '0s', ...(budgets ? { budgets } : {}) } };
  return { apiVersion: 'karpenter.sh/v1', kind: 'NodePool', metadata: { name: 'a' }, spec } as NodePool;
}

describe('disruption budgets', () => {
  it.each([
    ['a tenth, rounded up, where there are none', undefined, 2],
    ['a number', [{ nodes: '3' }], 3],
    ['the least of several', [{ nodes: '3' }, { nodes: '50%' }, { nodes: '1' }], 1],
    ['no more than there are', [{ nodes: '100' }], 11],
    ['what is meant for the reason', [{ nodes: '0', reasons: ['Drifted'] }, { nodes: '4' }], 4],
    ['nothing within a window', [{ nodes: '0', schedule: '0 9 * * mon-fri', duration: '8h' }], 0],
    ['all outside of it', [{ nodes: '0', schedule: '0 9 * * mon-fri', duration: '2h' }], 11],
    ['all on the days that the window leaves out', [{ nodes: '0', schedule: '0 9 * * sat,sun', duration: '8h' }], 11],
    ['nothing after a macro', [{ nodes: '0', schedule: '@daily', duration: '13h' }], 0],
    ['nothing every quarter of an hour', [{ nodes: '0', schedule: '*/15 * * * *', duration: '1m' }], 0],
  ])('allow %s', (_, budgets, allowed) => {
    expect(allowedDisruptions(aPool(budgets), 'Empty', 11, MONDAY_NOON)).toBe(allowed);
  });
});
