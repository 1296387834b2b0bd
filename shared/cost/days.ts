import { DAY_MS } from './money.ts';

/** A half-open stretch of time in milliseconds since the epoch. */
export type Span = { readonly fromMs: number; readonly toMs: number };

/** Days of UTC have no daylight-saving time: each is 24 hours. */
export const dayOf = (ms: number): number => Math.floor(ms / DAY_MS);

export const dayText = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10);

const [ZERO, DOT, CAPITAL_Z] = [48, 46, 90];
let lastDate = 0;
let lastDateMs = 0;

const digit = (text: string, at: number): number => text.charCodeAt(at) - ZERO;
const twoDigits = (text: string, at: number): number => digit(text, at) * 10 + digit(text, at + 1);

/** A valid RFC 3339 time; those that end in Z, as nearly all do, without the general reader, which takes most of a large report's time. */
export function timeMs(text: string): number {
  const hasFraction = text.length === 24 && text.charCodeAt(19) === DOT;
  if ((text.length !== 20 && !hasFraction) || text.charCodeAt(text.length - 1) !== CAPITAL_Z) return Date.parse(text);
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2);
  const date = (year * 100 + twoDigits(text, 5)) * 100 + twoDigits(text, 8);
  if (date !== lastDate) {
    lastDate = date;
    lastDateMs = Date.parse(`${text.slice(0, 10)}T00:00:00Z`);
  }
  const seconds = (twoDigits(text, 11) * 60 + twoDigits(text, 14)) * 60 + twoDigits(text, 17);
  return lastDateMs + seconds * 1000 + (hasFraction ? digit(text, 20) * 100 + twoDigits(text, 21) : 0);
}

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
