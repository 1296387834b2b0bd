import { type Arrival, Arrivals } from './arrivals.ts';
import type { Truth } from './truth.ts';

/** Every accepted event is in exactly one of the first five; `lost` is what is in none. */
export type Conservation = {
  readonly accepted: number;
  readonly delivered: number;
  readonly broadcast: number;
  /** By reason. */
  readonly dropped: Readonly<Record<string, number>>;
  readonly deadLettered: number;
  readonly inFlight: number;
  readonly lost: number;
  /** Messages in the queue of a cluster that owns none of the event's instances, other than by a broadcast. */
  readonly misrouted: number;
  /** Messages in clusters' queues; one event can have several. */
  readonly deliveries: number;
  /** Messages beyond the first of the same event, cluster and copy. */
  readonly duplicates: number;
};

export type Finding = { readonly key: string; readonly why: string };

/** What was seen of one event. A million of them are in memory at once. */
type Entry = {
  readonly truth: Truth | undefined;
  readonly arrivals: Arrivals;
  accepted: boolean;
  isInFlight: boolean;
  drop: { readonly reason: string; readonly atMs: number } | undefined;
  deadLetter: { readonly reason: string; readonly atMs: number } | undefined;
};

type Fate =
  | { readonly is: 'delivered' | 'broadcast' | 'deadLettered' | 'inFlight' }
  | { readonly is: 'dropped' | 'lost'; readonly reason: string };

/** How many findings are kept to be shown. */
const KEPT_FINDINGS = 50;

/**
 * Accounts for every event that the event bus or an ingress queue accepted. It is told what was seen at the queues and in the
 * log, from outside of the router, and compares it with what the storm knows to be right.
 */
export class Audit {
  readonly #entries = new Map<string, Entry>();
  readonly #truthOf: (key: string) => Truth | undefined;
  #misrouted = 0;
  #deliveries = 0;
  #duplicates = 0;
  #longestGapMs = 0;

  constructor(truthOf: (key: string) => Truth | undefined) {
    this.#truthOf = truthOf;
  }

  accepted(key: string): void {
    this.#entry(key).accepted = true;
  }

  arrived(key: string, arrival: Arrival): void {
    const { truth, arrivals } = this.#entry(key);
    this.#deliveries += 1;
    const sinceMs = arrivals.add(arrival);
    if (sinceMs !== undefined) {
      this.#duplicates += 1;
      this.#longestGapMs = Math.max(this.#longestGapMs, sinceMs);
    }
    if (arrival.decision !== 'broadcast' && !truth?.owners.includes(arrival.cluster)) this.#misrouted += 1;
  }

  dropped(key: string, reason: string, atMs: number): void {
    this.#entry(key).drop ??= { reason, atMs };
  }

  deadLettered(key: string, reason: string, atMs: number): void {
    this.#entry(key).deadLetter ??= { reason, atMs };
  }

  inFlight(key: string): void {
    this.#entry(key).isInFlight = true;
  }

  /** The sum, and the events that were lost, each with why it counts as lost. */
  close(): { readonly conservation: Conservation; readonly findings: readonly Finding[] } {
    const sums = { accepted: 0, delivered: 0, broadcast: 0, deadLettered: 0, inFlight: 0, lost: 0 };
    const dropped: Record<string, number> = {};
    const findings: Finding[] = [];
    for (const [key, entry] of this.#entries) {
      if (!entry.accepted) {
        findings.push({ key, why: 'nobody emitted it' });
        continue;
      }
      sums.accepted += 1;
      const fate = fateOf(entry);
      if (fate.is === 'dropped') dropped[fate.reason] = (dropped[fate.reason] ?? 0) + 1;
      else sums[fate.is] += 1;
      if (fate.is === 'lost' && findings.length < KEPT_FINDINGS) findings.push({ key, why: fate.reason });
    }
    const conservation = {
      ...sums,
      dropped,
      misrouted: this.#misrouted,
      deliveries: this.#deliveries,
      duplicates: this.#duplicates,
    };
    return { conservation, findings };
  }

  /** Seconds of the notice that were left when the last of the owners had it, of every event with a deadline; least first. */
  leadTimesLeft(): number[] {
    const seconds: number[] = [];
    for (const { truth, arrivals } of this.#entries.values()) {
      const lastMs = truth?.noticeSeconds == null ? undefined : arrivals.lastAtOwnersMs(truth.owners);
      if (truth?.noticeSeconds == null || lastMs === undefined) continue;
      seconds.push(truth.noticeSeconds - (lastMs - truth.emittedMs) / 1000);
    }
    return seconds.toSorted((left, right) => left - right);
  }

  /** Seconds from the moment at which an event was emitted to its first arrival at each owner. */
  delaysByOwner(isWanted: (truth: Truth) => boolean = () => true): ReadonlyMap<string, readonly number[]> {
    const delays = new Map<string, number[]>();
    for (const { truth, arrivals } of this.#entries.values()) {
      if (!truth || !isWanted(truth)) continue;
      for (const owner of truth.owners) {
        const atMs = arrivals.firstMs(owner);
        if (atMs === undefined) continue;
        const seconds = (atMs - truth.bornMs) / 1000;
        const known = delays.get(owner);
        if (known) known.push(seconds);
        else delays.set(owner, [seconds]);
      }
    }
    return delays;
  }

  /** Seconds from the moment at which an event was emitted to that at which it was dead-lettered, by reason. */
  deadLetterDelays(): ReadonlyMap<string, readonly number[]> {
    const delays = new Map<string, number[]>();
    for (const { truth, deadLetter } of this.#entries.values()) {
      if (!truth || !deadLetter) continue;
      const seconds = (deadLetter.atMs - truth.bornMs) / 1000;
      delays.set(deadLetter.reason, [...(delays.get(deadLetter.reason) ?? []), seconds]);
    }
    return delays;
  }

  /** The longest time between a message and the next of the same event, cluster and copy. */
  longestDuplicateGapSeconds(): number {
    return this.#longestGapMs / 1000;
  }

  /** When the last first copy reached an owner. */
  lastArrivalMs(): number {
    let last = 0;
    for (const { truth, arrivals } of this.#entries.values())
      for (const owner of truth?.owners ?? []) last = Math.max(last, arrivals.firstMs(owner) ?? 0);
    return last;
  }

  #entry(key: string): Entry {
    let entry = this.#entries.get(key);
    if (!entry) {
      entry = {
        truth: this.#truthOf(key),
        arrivals: new Arrivals(),
        accepted: false,
        isInFlight: false,
        drop: undefined,
        deadLetter: undefined,
      };
      this.#entries.set(key, entry);
    }
    return entry;
  }
}

function noticeMs({ noticeSeconds }: Truth): number {
  return (noticeSeconds ?? 0) * 1000;
}

function fateOf({ truth, arrivals, deadLetter, drop, isInFlight }: Entry): Fate {
  if (!truth) return { is: 'lost', reason: 'the storm does not know it' };
  const missing = truth.owners.filter((owner) => arrivals.firstMs(owner) === undefined);
  if (truth.owners.length > 0 && missing.length === 0) return { is: arrivals.isBroadcast ? 'broadcast' : 'delivered' };
  if (deadLetter) {
    const isTooEarly = deadLetter.reason === 'too-late' && deadLetter.atMs < truth.emittedMs + noticeMs(truth);
    if (isTooEarly) return { is: 'lost', reason: 'dead-lettered as too-late before its deadline' };
    if (truth.mayBeQuarantined.includes(deadLetter.reason)) return { is: 'deadLettered' };
    return { is: 'lost', reason: `dead-lettered as ${deadLetter.reason}, which nothing about it explains` };
  }
  if (drop) {
    const { reason, atMs } = drop;
    const isStale = atMs - truth.emittedMs > truth.staleAfterSeconds * 1000;
    if (truth.mayBeDropped.includes(reason) || (reason === 'stale' && isStale)) return { is: 'dropped', reason };
    return { is: 'lost', reason: `dropped as ${reason}, which it is not` };
  }
  if (isInFlight) return { is: 'inFlight' };
  // An event of nobody that was broadcast because nobody could be asked.
  if (truth.owners.length === 0 && arrivals.isBroadcast) return { is: 'broadcast' };
  return {
    is: 'lost',
    reason: missing.length > 0 ? `it never reached ${missing.join(', ')}` : 'it left no trace',
  };
}
