import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseSchedule } from '../../../../../../simulator/aws/services/eventbridge/schedules/schedule.ts';

const START = Date.parse('2026-11-02T08:00:30Z');

const upcoming = (expression: string, count: number) => {
  const next = parseSchedule(expression, START);
  if (!next) throw new Error(`refused: ${expression}`);
  const times: string[] = [];
  let at: number | undefined = START;
  for (let index = 0; index < count; index += 1) {
    at = at === undefined ? undefined : next(at);
    times.push(at === undefined ? 'never' : new Date(at).toISOString().replace(':00.000Z', ''));
  }
  return times;
};

describe('a schedule', () => {
  it.each([
    ['cron(0/15 * * * ? *)', ['2026-11-02T08:15', '2026-11-02T08:30']],
    ['cron(0 10 * * ? *)', ['2026-11-02T10:00', '2026-11-03T10:00']],
    ['cron(15 12 ? * MON-FRI *)', ['2026-11-02T12:15', '2026-11-03T12:15']],
    ['cron(0 8 1 * ? *)', ['2026-12-01T08:00', '2027-01-01T08:00']],
    ['cron(0 0 L * ? *)', ['2026-11-30T00:00', '2026-12-31T00:00']],
    ['cron(0 9 1W * ? 2026-2027)', ['2026-11-02T09:00', '2026-12-01T09:00']],
    ['cron(0 0 ? * 6L *)', ['2026-11-27T00:00', '2026-12-25T00:00']],
    ['cron(0 0 ? * 3#2 *)', ['2026-11-10T00:00', '2026-12-08T00:00']],
    ['cron(0 0 29 2 ? *)', ['2028-02-29T00:00', '2032-02-29T00:00']],
    ['cron(30 1,3-4 ? JAN,DEC sun 2026)', ['2026-12-06T01:30', '2026-12-06T03:30']],
    ['cron(0 0 1 1 ? 2020)', ['never', 'never']],
  ])('%s is due when AWS says', (expression, expected) => {
    expect(upcoming(expression, 2)).toEqual(expected);
  });

  it('counts a rate from the start of the rule', () => {
    const next = parseSchedule('rate(5 minutes)', START);

    expect(next?.(START)).toBe(START + 300_000);
    expect(next?.(START + 300_000)).toBe(START + 600_000);
  });

  it.each([
    'rate(1 minutes)',
    'rate(5 minute)',
    'rate(0 minutes)',
    'rate(5 seconds)',
    'rate( 5 minutes)',
    'cron(0 10 * * *)',
    'cron(0 10 * * * *)',
    'cron(0 10 ? * ? *)',
    'cron(60 10 * * ? *)',
    'cron(0 10 0 * ? *)',
    'cron(0 10 ? * 0 *)',
    'cron(0 10 ? * 8#1 *)',
    'cron(0 10 ? * 2#6 *)',
    'cron(0/0 10 * * ? *)',
    'cron(5-1 10 * * ? *)',
    'cron(0 10 * FOO ? *)',
    'cron(0 10 * * ? 1969)',
    'every day',
  ])('%s is refused', (expression) => {
    expect(parseSchedule(expression, START)).toBeUndefined();
  });

  it('is never due before the instant that it is asked for', () => {
    const fields = fc.tuple(
      fc.integer({ min: 0, max: 59 }),
      fc.integer({ min: 0, max: 23 }),
      fc.integer({ min: 1, max: 28 }),
    );
    fc.assert(
      fc.property(fields, fc.integer({ min: 0, max: 10 ** 10 }), ([minute, hour, day], later) => {
        const after = START + later;
        const due = parseSchedule(`cron(${minute} ${hour} ${day} * ? *)`, START)?.(after) ?? 0;
        const at = new Date(due);
        expect(due).toBeGreaterThan(after);
        expect([at.getUTCMinutes(), at.getUTCHours(), at.getUTCDate()]).toEqual([minute, hour, day]);
      }),
    );
  });
});
