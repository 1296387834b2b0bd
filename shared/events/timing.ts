import type { EventKind, ParsedEvent } from './event.ts';

const MINUTE_MS = 60_000;
const NOTICE_MS = 120_000;

/**
 * How old an event may be when it is sent. A late `stopped` could delete the node of an instance that has started again. Health
 * events say by their statusCode whether they still count.
 */
const OLDEST_MS: Readonly<Record<EventKind, number>> = {
  'spot-interruption': 10 * MINUTE_MS,
  'capacity-reservation-interruption': 10 * MINUTE_MS,
  rebalance: 30 * MINUTE_MS,
  'state-change': 15 * MINUTE_MS,
  canary: 10 * MINUTE_MS,
  health: Number.POSITIVE_INFINITY,
};

/** The age in milliseconds beyond which an event of this kind is stale. */
export function oldestMs(kind: EventKind): number {
  return OLDEST_MS[kind];
}

/** An event without a time is never stale, nor is one from the future: clocks differ. */
export function isStale({ kind, emittedMs }: ParsedEvent, nowMs: number): boolean {
  return emittedMs !== undefined && nowMs - emittedMs > OLDEST_MS[kind];
}

/** When the instance is lost: two minutes after the notice. Hibernation begins at once and has no such moment. */
export function deadlineMs({ kind, emittedMs, subject }: ParsedEvent): number | undefined {
  const isTwoMinuteNotice =
    (kind === 'spot-interruption' && subject !== 'hibernate') || kind === 'capacity-reservation-interruption';
  return isTwoMinuteNotice && emittedMs !== undefined ? emittedMs + NOTICE_MS : undefined;
}

/** The deadline as a decision has it: RFC 3339 UTC, or null. */
export function deadlineOf(event: ParsedEvent): string | null {
  const ms = deadlineMs(event);
  return ms === undefined || Math.abs(ms) > 8.64e15 ? null : new Date(ms).toISOString();
}
