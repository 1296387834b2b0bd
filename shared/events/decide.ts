import type { ClusterQueue, Decision, DecisionFacts, DropReason, OwnerFact, SendReason } from './decision.ts';
import { deliveriesTo, type Recipient } from './deliveries.ts';
import { type ParsedEvent, URGENT_KINDS } from './event.ts';
import { deadlineOf, isStale, oldestMs } from './timing.ts';

/** Younger instances may not be in Karpenter's cache yet. */
const YOUNG_MS = 90_000;

function common(event: ParsedEvent, detail: string) {
  const { kind, id, instanceIds, repairs } = event;
  return { kind, eventId: id, instanceIds, repairs, deadline: deadlineOf(event), detail };
}

function dropped(event: ParsedEvent, reason: DropReason, detail: string): Decision {
  return { ...common(event, detail), action: 'drop', reason, deliveries: [] };
}

function sent(
  event: ParsedEvent,
  action: 'forward' | 'broadcast',
  reason: SendReason,
  recipients: readonly Recipient[],
  detail: string,
): Decision {
  const deliveries = recipients.flatMap((recipient) => deliveriesTo(recipient, event));
  return { ...common(event, detail), action, reason, deliveries };
}

function count(number: number, singular: string, plural: string): string {
  return `${number} ${number === 1 ? singular : plural}`;
}

function named(recipients: readonly Recipient[]): string {
  const names = recipients.slice(0, 3).map(({ queue }) => queue.cluster);
  const more = recipients.length - names.length;
  return more > 0 ? `${names.join(', ')} and ${more} more` : names.join(', ');
}

/** The queues of the event's account and Region, each once. */
function queuesFor({ accountId, region }: ParsedEvent, queues: readonly ClusterQueue[]): ClusterQueue[] {
  const urls = new Set<string>();
  return queues.filter((queue) => {
    if (queue.accountId !== accountId || queue.region !== region || urls.has(queue.queueUrl)) return false;
    urls.add(queue.queueUrl);
    return true;
  });
}

function decideCanary(event: ParsedEvent, queues: readonly ClusterQueue[]): Decision {
  const { subject } = event;
  const toQueue = (action: Recipient['action']) => (queue: ClusterQueue) =>
    ({ queue, action, reason: 'canary', hasSecondCopy: false }) as const;
  if (subject === undefined) {
    const where = count(queues.length, 'cluster', 'clusters');
    return sent(event, 'broadcast', 'canary', queues.map(toQueue('broadcast')), `canary to ${where}`);
  }
  const named = queues.filter(({ cluster }) => cluster === subject);
  return named.length === 0
    ? dropped(event, 'not-ours', `cluster ${subject} is not registered here`)
    : sent(event, 'forward', 'canary', named.map(toQueue('forward')), `canary to cluster ${subject}`);
}

type Owners = {
  /** By cluster, whether any of its instances is young. */
  readonly young: ReadonlyMap<string, boolean>;
  readonly unknown: number;
};

function ownersOf({ instanceIds }: ParsedEvent, owners: ReadonlyMap<string, OwnerFact>, nowMs: number): Owners {
  const young = new Map<string, boolean>();
  let unknown = 0;
  for (const id of instanceIds) {
    const owner = owners.get(id);
    if (!owner) unknown += 1;
    else if (owner.cluster !== null) {
      const isYoung = owner.launchedMs === null || nowMs - owner.launchedMs < YOUNG_MS;
      young.set(owner.cluster, isYoung || young.get(owner.cluster) === true);
    }
  }
  return { young, unknown };
}

/** Why an event is dropped whoever owns its instances, if it is. */
export function dropOfAnyOwner(
  event: ParsedEvent,
  { nowMs, region, accountIds }: Pick<DecisionFacts, 'nowMs' | 'region' | 'accountIds'>,
): { readonly reason: DropReason; readonly detail: string } | undefined {
  if (event.region !== region) return { reason: 'region', detail: `it is about Region ${event.region}` };
  const stranger = [event.accountId, event.receivingAccountId].find((account) => !accountIds.has(account));
  if (stranger !== undefined) return { reason: 'account', detail: `account ${stranger} is not registered` };
  if (!isStale(event, nowMs)) return undefined;
  return { reason: 'stale', detail: `it is older than ${oldestMs(event.kind) / 60_000} minutes` };
}

/**
 * What is done with an event. An owner that is not among the queues is a cluster that Joinery does not look after, so make sure
 * of the list of queues before an event is decided by it. Without queues a broadcast has no deliveries.
 */
export function decide(event: ParsedEvent, facts: DecisionFacts): Decision {
  const { nowMs } = facts;
  const drop = dropOfAnyOwner(event, facts);
  if (drop) return dropped(event, drop.reason, drop.detail);
  const queues = queuesFor(event, facts.queues);
  if (event.kind === 'canary') return decideCanary(event, queues);

  const isUrgent = URGENT_KINDS.has(event.kind);
  const { young, unknown } = ownersOf(event, facts.owners, nowMs);
  const forwards = queues
    .filter(({ cluster }) => young.has(cluster))
    .map((queue): Recipient => {
      const hasSecondCopy = isUrgent && (unknown > 0 || young.get(queue.cluster) === true);
      return { queue, action: 'forward', reason: 'owner-known', hasSecondCopy };
    });
  if (unknown === 0) {
    if (forwards.length === 0) {
      const [cluster] = young.keys();
      const why = cluster === undefined ? 'belongs to no cluster' : `cluster ${cluster} is not registered here`;
      return dropped(event, 'not-ours', event.instanceIds.length === 1 ? why : `none is ours: ${why}`);
    }
    return sent(event, 'forward', 'owner-known', forwards, `owned by ${named(forwards)}`);
  }
  const reason = facts.lookupAnswered ? 'owner-unknown' : 'lookup-failed';
  const broadcasts = queues
    .filter(({ cluster }) => !young.has(cluster))
    .map((queue): Recipient => ({ queue, action: 'broadcast', reason, hasSecondCopy: isUrgent }));
  const whom = count(unknown, 'instance without a known owner', 'instances without a known owner');
  return sent(event, 'broadcast', reason, [...forwards, ...broadcasts], whom);
}
