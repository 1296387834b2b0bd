import type { Manifest } from '../../shared/kube/api.ts';
import { keyedRandom } from './keyed-random.ts';

/** A NodeClaim whose way is known beforehand; in seconds after the start of the fleet. */
export type KnownClaim = {
  readonly uid: string;
  readonly name: string;
  readonly nodePool: string;
  readonly capacityType: 'spot' | 'on-demand';
  readonly createdS: number;
  readonly launchedS: number;
  readonly registeredS: number;
  readonly initializedS: number;
  readonly podEventS: number;
  /** When it is deleted; a failed one never comes further than `lastStage`. */
  readonly goneS: number;
  readonly failsAfter: 'created' | 'launched' | null;
};

/** So many claims over a span, about one in `failing` of which never gives a node. */
export function aKnownFleet(options: { seed: number; count: number; spanS: number; failing: number }): KnownClaim[] {
  const random = keyedRandom(options.seed);
  const between = (low: number, high: number) => Math.floor(low + random() * (high - low + 1));
  return Array.from({ length: options.count }, (_, index): KnownClaim => {
    const createdS = between(0, options.spanS);
    const launchedS = createdS + between(2, 9);
    const registeredS = launchedS + between(14, 45);
    const initializedS = registeredS + between(3, 25);
    const fails = random() < 1 / options.failing;
    const failsAfter = fails ? (random() < 0.5 ? 'created' : 'launched') : null;
    const nodePool = ['general', 'batch', 'gpu'][between(0, 2)] ?? 'general';
    return {
      uid: `uid-${index}`,
      name: `${nodePool}-${index}`,
      nodePool,
      capacityType: random() < 0.7 ? 'spot' : 'on-demand',
      createdS,
      launchedS,
      registeredS,
      initializedS,
      podEventS: initializedS + between(-4, 6),
      goneS: createdS + (fails ? (random() < 0.5 ? between(70, 500) : between(920, 990)) : between(3000, 90_000)),
      failsAfter,
    };
  });
}

export function instanceIdOf({ uid }: KnownClaim): string {
  return `i-${Number(uid.slice('uid-'.length)).toString(16).padStart(17, '0')}`;
}

/** The NodeClaims that the API server has at a moment. */
export function claimsAt(fleet: readonly KnownClaim[], startMs: number, nowMs: number): Manifest[] {
  const nowS = (nowMs - startMs) / 1000;
  const stamp = (seconds: number) => new Date(startMs + seconds * 1000).toISOString().replace(/\.\d{3}Z$/, 'Z');
  return fleet
    .filter(({ createdS, goneS }) => createdS <= nowS && nowS < goneS)
    .map((claim) => {
      const { createdS, launchedS, registeredS, initializedS, podEventS, failsAfter } = claim;
      const condition = (type: string, atS: number, waits: string) =>
        atS <= nowS
          ? { type, status: 'True', reason: type, message: '', lastTransitionTime: stamp(atS) }
          : { type, status: 'Unknown', reason: waits, message: '', lastTransitionTime: stamp(createdS) };
      const never = Number.POSITIVE_INFINITY;
      const launched = failsAfter === 'created' ? never : launchedS;
      const registered = failsAfter === null ? registeredS : never;
      const initialized = failsAfter === null ? initializedS : never;
      const conditions = [
        condition('Initialized', initialized, 'NodeNotFound'),
        condition('Launched', launched, 'InsufficientCapacity'),
        condition('Registered', registered, 'NodeNotFound'),
        condition('Ready', initialized, 'ReconcilingDependents'),
      ];
      return {
        apiVersion: 'karpenter.sh/v1',
        kind: 'NodeClaim',
        metadata: {
          name: claim.name,
          uid: claim.uid,
          creationTimestamp: stamp(createdS),
          labels: {
            'karpenter.sh/nodepool': claim.nodePool,
            ...(launched <= nowS ? { 'karpenter.sh/capacity-type': claim.capacityType } : {}),
          },
        },
        spec: { nodeClassRef: { name: 'default' } },
        status: {
          ...(launched <= nowS ? { providerID: `aws:///eu-west-1a/${instanceIdOf(claim)}` } : {}),
          ...(podEventS <= nowS && failsAfter === null ? { lastPodEventTime: stamp(podEventS) } : {}),
          // Karpenter sorts them by time: nobody may count on an order.
          conditions: conditions.toSorted((left, right) =>
            left.lastTransitionTime < right.lastTransitionTime ? 1 : -1,
          ),
        },
      };
    });
}
