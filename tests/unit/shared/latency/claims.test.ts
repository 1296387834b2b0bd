import { describe, expect, it } from '@jest/globals';
import type { Manifest } from '../../../../shared/kube/api.ts';
import { parseClaim } from '../../../../shared/latency/claim.ts';
import { failureReason, type UnreadyClaim, unreadyOf } from '../../../../shared/latency/failure.ts';
import { followClaims } from '../../../../shared/latency/follow.ts';

const T = Date.parse('2026-11-02T08:00:00Z');
const iso = (seconds: number) => new Date(T + seconds * 1000).toISOString();
const conditions = (stages: Readonly<Record<string, number | string>>) =>
  Object.entries(stages).map(([type, value]) =>
    typeof value === 'number'
      ? { type, status: 'True', lastTransitionTime: iso(value) }
      : { type, status: 'Unknown', reason: value, lastTransitionTime: iso(0) },
  );
const aClaim = (stages: Readonly<Record<string, number | string>>, metadata = {}, status = {}): Manifest => ({
  apiVersion: 'karpenter.sh/v1',
  kind: 'NodeClaim',
  metadata: {
    name: 'general-abcde',
    uid: 'u1',
    creationTimestamp: iso(0),
    labels: { 'karpenter.sh/nodepool': 'general', 'karpenter.sh/capacity-type': 'spot' },
    ...metadata,
  },
  status: { providerID: 'aws:///eu-west-1a/i-0abc', conditions: conditions(stages), ...status },
});
const READY = { Launched: 4, Initialized: 50, Registered: 30 };
const parsed = (...given: Parameters<typeof aClaim>) => {
  const claim = parseClaim(aClaim(...given));
  if (!claim) throw new Error('not read');
  return claim;
};
const follow = (claims: readonly ReturnType<typeof parsed>[], remembered: readonly UnreadyClaim[] = [], nowS = 200) =>
  followClaims(claims, new Map(remembered.map((claim) => [claim.uid, claim])), {
    sinceMs: T + 40_000,
    nowMs: T + nowS * 1000,
  });

describe('a NodeClaim', () => {
  it('is read by the types of its conditions, whatever their order', () => {
    expect(parsed(READY)).toMatchObject({
      nodePool: 'general',
      capacityType: 'spot',
      instanceId: 'i-0abc',
      launched: { doneMs: T + 4000 },
      registered: { doneMs: T + 30_000 },
      initialized: { doneMs: T + 50_000 },
    });
  });

  it.each([
    ['conditions that are no list', {}, { conditions: {} }],
    ['a time that is none', {}, { conditions: [{ type: 'Launched', status: 'True', lastTransitionTime: 'soon' }] }],
    ['no uid', { uid: undefined }, {}],
    ['no creation time', { creationTimestamp: 'x' }, {}],
  ])('with %s is not read', (_, metadata, status) => {
    expect(parseClaim(aClaim(READY, metadata, status))).toBeUndefined();
  });

  it('that has no status yet was only created', () => {
    const { status: _, ...bare } = aClaim({});
    const claim = parseClaim(bare as Manifest);

    expect(claim && unreadyOf(claim)).toMatchObject({ stage: 'created', reason: null });
  });
});

describe('what became of claims', () => {
  const unready = unreadyOf(parsed({ Launched: 4, Registered: 'NodeNotFound' }));

  it('is told of those that were ready since the last look, and of those remembered that are ready now', () => {
    const late = parsed(READY, { uid: 'u2' }, { lastPodEventTime: iso(52) });
    const early = parsed({ ...READY, Initialized: 39 });

    expect(follow([late, early]).ready.map(({ uid }) => uid)).toEqual(['u2']);
    expect(follow([late, early], [unready]).ready.map(({ uid }) => uid)).toEqual(['u2', 'u1']);
  });

  it('waits a little for the pods of a node that is young and shows none', () => {
    expect(follow([parsed(READY)], [], 90).ready).toEqual([]);
    expect(follow([parsed(READY)], [], 96).ready).toHaveLength(1);
    expect(follow([parsed(READY, {}, { lastPodEventTime: iso(45) })], [], 51).ready).toHaveLength(1);
  });

  it('is remembered as long as they are not ready, when it changes', () => {
    const claim = parsed({ Launched: 4, Registered: 'NodeNotFound' });

    expect(follow([claim]).toRemember).toEqual([unready]);
    expect(follow([claim], [unready]).toRemember).toEqual([]);
    expect(follow([claim], [{ ...unready, stage: 'created' }]).toRemember).toEqual([unready]);
  });

  it('is a failure where they go without having been ready, at once or by not being there any more', () => {
    const going = parsed({ Launched: 'InsufficientCapacityError' }, { deletionTimestamp: iso(20) });

    expect(follow([going])).toMatchObject({
      failed: [{ reason: 'insufficient_capacity' }],
      missing: [],
      toRemember: [],
    });
    expect(follow([], [unready])).toMatchObject({ failed: [], missing: [unready] });
    expect(follow([parsed(READY, { deletionTimestamp: iso(90) })]).failed).toEqual([]);
  });

  it.each([
    ['created', 'InsufficientCapacityError', 30, 'insufficient_capacity'],
    ['created', 'UnfulfillableCapacity', 30, 'insufficient_capacity'],
    ['created', 'LaunchFailed', 30, 'launch_failed'],
    ['created', 'AwaitingReconciliation', 30, 'vanished'],
    ['created', null, 310, 'launch_timeout'],
    ['launched', 'NodeNotFound', 899, 'vanished'],
    ['launched', 'NodeNotFound', 900, 'registration_timeout'],
    ['registered', 'NodeNotReady', 60, 'never_initialized'],
  ] as const)('%s, with %s, gone after %d s: %s', (stage, reason, seconds, expected) => {
    expect(failureReason({ ...unready, stage, reason }, T + seconds * 1000)).toBe(expected);
  });
});
