import type { EventKind, Repair } from './event.ts';

/** Why an event is forwarded or broadcast. */
export type SendReason =
  | 'owner-known'
  | 'owner-unknown'
  /** Neither the ledger nor EC2 answered. */
  | 'lookup-failed'
  | 'canary';

/** Why an event is acknowledged without being sent. */
export type DropReason =
  | 'state'
  | 'not-for-karpenter'
  | 'category'
  | 'service'
  | 'closed'
  | 'backup'
  | 'region'
  | 'account'
  | 'stale'
  /** Every instance it names belongs to no cluster of ours. */
  | 'not-ours'
  | 'no-entities';

/** Why an event goes to the dead-letter queue at once: poison, or past its deadline. */
export type QuarantineReason =
  | 'not-json'
  | 'not-an-event'
  | 'too-large'
  | 'too-many-entities'
  | 'version'
  | 'time'
  | 'detail'
  | 'instance-id'
  | 'unknown-detail-type'
  | 'too-late'
  /** The owner's queue is gone or refuses us for good. */
  | 'queue-gone';

export type Delivery = {
  readonly cluster: string;
  readonly queueUrl: string;
  readonly delaySeconds: number;
  /** SQS message attributes, all of type String; at most ten. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly body: string;
};

type Common = {
  /** Null: it is no event at all. `other`: an event of AWS that is not for Karpenter. */
  readonly kind: EventKind | 'other' | null;
  /** Null where there is no readable id. */
  readonly eventId: string | null;
  readonly instanceIds: readonly string[];
  readonly repairs: readonly Repair[];
  /** When the instance is lost, RFC 3339 UTC; null where the kind has no deadline or the event no time. */
  readonly deadline: string | null;
  /** For a person: what was found, without the event's text. */
  readonly detail: string;
};

/** What the router does with one event, and why. */
export type Decision = Common &
  (
    | {
        readonly action: 'forward' | 'broadcast';
        readonly reason: SendReason;
        readonly deliveries: readonly Delivery[];
      }
    | { readonly action: 'drop'; readonly reason: DropReason; readonly deliveries: readonly [] }
    | { readonly action: 'quarantine'; readonly reason: QuarantineReason; readonly deliveries: readonly [] }
  );

/** A registered cluster as far as delivery needs it. */
export type ClusterQueue = {
  readonly cluster: string;
  readonly accountId: string;
  readonly region: string;
  readonly queueUrl: string;
};

/** What is known of an instance's owner. `cluster` null: it belongs to none (it is known, and not a node of ours). */
export type OwnerFact = { readonly cluster: string | null; readonly launchedMs: number | null };

/** What the decision rests on; everything else is in the event. */
export type DecisionFacts = {
  readonly nowMs: number;
  /** Where the router runs: events of other Regions and unknown accounts are dropped. */
  readonly region: string;
  readonly accountIds: ReadonlySet<string>;
  /** Instances that are absent here are unknown. */
  readonly owners: ReadonlyMap<string, OwnerFact>;
  /** Whether the lookup could be made at all. */
  readonly lookupAnswered: boolean;
  readonly queues: readonly ClusterQueue[];
};
