import type { Life } from './instance-record.ts';

/** A calendar month in UTC as `2026-11`. */
export type Month = string;

export function monthOf(ms: number): Month {
  return new Date(ms).toISOString().slice(0, 7);
}

export function endOfMonthMs(month: Month): number {
  const start = new Date(`${month}-01T00:00:00Z`);
  return start.setUTCMonth(start.getUTCMonth() + 1);
}

/** From one moment's month to another's, both included. */
export function monthsBetween(fromMs: number, toMs: number): Month[] {
  const months: Month[] = [];
  for (let atMs = fromMs; monthOf(atMs) <= monthOf(toMs); atMs = endOfMonthMs(monthOf(atMs)))
    months.push(monthOf(atMs));
  return months;
}

/** Every month in which an instance ran, if only for a moment; of one that never came up the month of its launch. */
export function monthsOf({ launchedAt, runs }: Life, nowMs: number): Month[] {
  const spans = runs.map(({ startedAt, endedAt }) => {
    const startMs = Date.parse(startedAt);
    return monthsBetween(startMs, Math.max(startMs, endedAt === null ? nowMs : Date.parse(endedAt)));
  });
  if (spans.length === 0 && launchedAt !== undefined) return [monthOf(Date.parse(launchedAt))];
  return [...new Set(spans.flat())];
}
