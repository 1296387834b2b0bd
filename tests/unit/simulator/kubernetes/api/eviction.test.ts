import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { aKubernetes, aPod, statusErrorOf } from '../../../../support/test-kubernetes.ts';

let world: ReturnType<typeof aKubernetes>;
beforeEach(() => {
  world = aKubernetes();
  world.api.create(aPod('web', { metadata: { labels: { app: 'web' } }, spec: { nodeName: 'n' } }));
  const ready = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };
  world.api.mergePatch(
    { apiVersion: 'v1', kind: 'Pod', name: 'web', namespace: 'default' },
    { status: ready },
    'status',
  );
});
afterEach(() => world.close());

const isLeaving = () => world.api.list('v1', 'Pod')[0]?.metadata.deletionTimestamp !== undefined;

function aBudget(name: string, disruptionsAllowed: number): void {
  const ref = { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', name, namespace: 'default' };
  const selector = { matchLabels: { app: 'web' } };
  world.api.create({
    apiVersion: ref.apiVersion,
    kind: ref.kind,
    metadata: { name, namespace: 'default' },
    spec: { minAvailable: 1, selector },
  });
  const status = { disruptionsAllowed, currentHealthy: 1, desiredHealthy: 1, expectedPods: 1, observedGeneration: 1 };
  world.api.mergePatch(ref, { status }, 'status');
}

describe('eviction', () => {
  it('deletes a pod that no budget protects', () => {
    world.api.evict('default', 'web');

    expect(isLeaving()).toBe(true);
  });

  it('is 429 when the budget allows no disruption', () => {
    aBudget('budget', 0);

    const error = statusErrorOf(() => world.api.evict('default', 'web'));

    expect([error.code, error.reason]).toEqual([429, 'TooManyRequests']);
    expect(error.details?.['causes']).toEqual([
      { reason: 'DisruptionBudget', message: 'The disruption budget budget needs 1 healthy pods and has 1 currently' },
    ]);
    expect(isLeaving()).toBe(false);
  });

  it('spends one disruption of the budget', () => {
    aBudget('budget', 1);

    world.api.evict('default', 'web');
    const [budget] = world.api.list('policy/v1', 'PodDisruptionBudget');

    expect(budget?.status).toMatchObject({ disruptionsAllowed: 0, disruptedPods: { web: '2026-11-02T08:00:00Z' } });
    expect(isLeaving()).toBe(true);
  });

  it('is refused when two budgets match the pod', () => {
    aBudget('one', 1);
    aBudget('two', 1);

    expect(statusErrorOf(() => world.api.evict('default', 'web')).code).toBe(500);
    expect(isLeaving()).toBe(false);
  });
});
