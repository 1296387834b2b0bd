/** The kinds of events that Karpenter acts on, and the canary. The capacity-reservation warning is one kind in two spellings. */
export type EventKind =
  | 'spot-interruption'
  | 'capacity-reservation-interruption'
  | 'health'
  | 'rebalance'
  | 'state-change'
  | 'canary';

/** Urgent events come through the urgent ingress queue and are never retried before they are broadcast. */
export const URGENT_KINDS: ReadonlySet<EventKind> = new Set([
  'spot-interruption',
  'capacity-reservation-interruption',
  'health',
  'canary',
]);

/** An event that one of the parsers accepted. */
export type ParsedEvent = {
  readonly kind: EventKind;
  /** The event's own id: duplicates share it, and so may copies that somebody made. */
  readonly id: string;
  /** The account whose instances are meant: of a Health event the affected account, not the one that received it. */
  readonly accountId: string;
  /** The envelope's account. It differs from `accountId` on a Health event that the organization's management account got. */
  readonly receivingAccountId: string;
  /** The Region whose instances are meant: of a Health event its eventRegion, not where a copy was delivered. */
  readonly region: string;
  /** Milliseconds since the epoch; undefined where the event has no time, or time zero. */
  readonly emittedMs: number | undefined;
  /** Without repeats, in the order in which the event names them. Empty on a canary. */
  readonly instanceIds: readonly string[];
  /** State of a state change, action of a notice (terminate, stop, hibernate), cluster of a canary. */
  readonly subject: string | undefined;
  /** What Karpenter's parser gets: the body as received, byte for byte, unless one of the repairs was needed. */
  readonly body: string;
  /** Names of the repairs that were made. */
  readonly repairs: readonly Repair[];
};

export type Repair = 'resources-to-array' | 'entity-arn-to-id' | 'detail-type-spelling' | 'folding-keys-removed';
