import { DAY_MS } from './money.ts';

/** A half-open stretch of time in milliseconds since the epoch. */
export type Span = { readonly fromMs: number; readonly toMs: number };

/** Days of UTC have no daylight-saving time: each is 24 hours. */
export const dayOf = (ms: number): number => Math.floor(ms / DAY_MS);

export const dayText = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10);

/** Undefined where they have nothing in common. */
export function overlap(a: Span, b: Span): Span | undefined {
  const fromMs = Math.max(a.fromMs, b.fromMs);
  const toMs = Math.min(a.toMs, b.toMs);
  return fromMs < toMs ? { fromMs, toMs } : undefined;
}

/** The parts of a span by calendar day of UTC. */
export function eachDay({ fromMs, toMs }: Span, visit: (day: number, fromMs: number, toMs: number) => void): void {
  for (let startMs = fromMs; startMs < toMs; ) {
    const day = dayOf(startMs);
    const endMs = Math.min((day + 1) * DAY_MS, toMs);
    visit(day, startMs, endMs);
    startMs = endMs;
  }
}

const monthLengths = new Map<number, number>();

/** How long the calendar month of UTC is in which the day lies. */
export function monthMsOf(day: number): number {
  const known = monthLengths.get(day);
  if (known !== undefined) return known;
  const { fromMs, toMs } = monthAround(day * DAY_MS);
  monthLengths.set(day, toMs - fromMs);
  return toMs - fromMs;
}

/** The calendar month of UTC around a moment. */
export function monthAround(ms: number): Span {
  const date = new Date(ms);
  const year = date.getUTCFullYear();
  const month = date.getUTCMonth();
  return { fromMs: Date.UTC(year, month, 1), toMs: Date.UTC(year, month + 1, 1) };
}
