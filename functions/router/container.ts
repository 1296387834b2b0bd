import type { OwnerFact } from '../../shared/events/decision.ts';
import { boundedMap } from './bounded-map.ts';
import type { QueueMemory } from './cluster-queues.ts';
import { lookupBreaker } from './lookup-breaker.ts';

/** Owners that a container remembers: the nodes of a large fleet, at some hundred bytes each. */
const OWNERS_LIMIT = 20_000;
/** Event ids that are remembered for the metrics. */
const SEEN_LIMIT = 20_000;

/** What one container knows from its earlier batches. All of it can be lost at any moment. */
export function newContainer(clock: { now(): number }) {
  return {
    owners: boundedMap<OwnerFact>(OWNERS_LIMIT),
    seen: boundedMap<true>(SEEN_LIMIT),
    breaker: lookupBreaker(clock),
    queues: { list: undefined, readMs: 0, triedMs: 0 } as QueueMemory,
  };
}
