import { type NextAfter, parseCron } from './cron.ts';

const UNIT_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** `rate(…)` or `cron(…)` as a scheduled rule takes it; undefined when AWS would refuse it. A rate counts from the rule's start. */
export function parseSchedule(expression: string, startMs: number): NextAfter | undefined {
  const [, cron] = /^cron\((.*)\)$/.exec(expression) ?? [];
  if (cron !== undefined) return parseCron(cron);
  const [, count = '', unit = '', plural] = /^rate\((\d+) (minute|hour|day)(s?)\)$/.exec(expression) ?? [];
  const value = Number(count);
  // AWS insists on the grammar: 1 minute, 5 minutes.
  if (unit === '' || value < 1 || (value === 1) !== (plural === '')) return undefined;
  const everyMs = value * (UNIT_MS[unit] ?? 0);
  return (afterMs) => startMs + (Math.floor(Math.max(0, afterMs - startMs) / everyMs) + 1) * everyMs;
}
