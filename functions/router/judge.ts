import { decide } from '../../shared/events/decide.ts';
import type { Decision, OwnerFact } from '../../shared/events/decision.ts';
import { type ParsedEvent, URGENT_KINDS } from '../../shared/events/event.ts';
import { hasAll, type QueueList } from './cluster-queues.ts';
import type { FoundOwners } from './find-owners.ts';
import type { Item, Verdict } from './item.ts';

/** The receive at which a bulk event no longer waits for its owner, ten minutes after its first. SQS allows far more of them. */
const LAST_RECEIVE = 20;

export type Place = { readonly region: string; readonly accountIds: ReadonlySet<string> };

/** What is to be done with an item, by all that could be found out. */
export function judge(
  item: Item,
  facts: {
    readonly nowMs: number;
    readonly place: Place;
    readonly found: FoundOwners;
    readonly list: QueueList | undefined;
  },
): Verdict {
  if ('decision' in item.parsed) return { state: 'decided', decision: item.parsed.decision };
  const { event } = item.parsed;
  const { nowMs, place, found, list } = facts;
  const decision = decide(event, {
    nowMs,
    ...place,
    owners: found.owners,
    lookupAnswered: !event.instanceIds.some((id) => found.unanswered.has(id)),
    queues: list?.queues ?? [],
  });
  if (needsQueues(decision) && isInDoubt(event, decision, list, found))
    return { state: 'postponed', decision, why: 'no-queues' };
  const isBulk = !URGENT_KINDS.has(event.kind);
  if (isBulk && decision.reason === 'lookup-failed' && item.receiveCount < LAST_RECEIVE)
    return { state: 'postponed', decision, why: 'lookup-failed' };
  return { state: 'decided', decision };
}

function needsQueues({ action, reason }: Decision): boolean {
  return action === 'forward' || action === 'broadcast' || reason === 'not-ours';
}

/** Whether a queue may be missing that the decision needs: there is no list, or one by name that lacks an owner's. */
function isInDoubt(
  event: ParsedEvent,
  { reason }: Decision,
  list: QueueList | undefined,
  { owners }: FoundOwners,
): boolean {
  const clusters = ownersOf(event, owners);
  if (!list) return reason !== 'not-ours' || clusters.size > 0 || event.kind === 'canary';
  return list.source === 'listing' && !hasAll(list, clusters);
}

/** The clusters that own the event's instances. */
export function ownersOf(event: ParsedEvent, owners: ReadonlyMap<string, OwnerFact>): Set<string> {
  const clusters = new Set<string>();
  for (const id of event.instanceIds) {
    const cluster = owners.get(id)?.cluster;
    if (cluster) clusters.add(cluster);
  }
  return clusters;
}
