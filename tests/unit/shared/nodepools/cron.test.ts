import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cronFault, isInForce } from '../../../../shared/nodepools/cron.ts';
import { isCronMinute } from '../../../../simulator/karpenter/disruption/schedules.ts';

const MINUTE_MS = 60_000;
const at = (text: string) => Date.parse(text);

const part = (low: number, high: number) => {
  const value = fc.integer({ min: low, max: high });
  return fc.oneof(
    fc.constant('*'),
    value.map(String),
    fc.tuple(value, value).map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`),
    fc
      .tuple(fc.constantFrom('*', String(low)), fc.integer({ min: 1, max: 9 }))
      .map(([from, step]) => `${from}/${step}`),
  );
};
const field = (low: number, high: number) =>
  fc.array(part(low, high), { minLength: 1, maxLength: 2 }).map((all) => all.join(','));
const schedule = fc
  .tuple(field(0, 59), field(0, 23), field(1, 31), field(1, 12), field(0, 6))
  .map((fields) => fields.join(' '));

describe('the schedule of a disruption budget', () => {
  it('is due in the minutes in which the simulated Karpenter takes it to be due', () => {
    const moment = fc.integer({ min: at('2026-01-01T00:00:00Z'), max: at('2027-12-31T00:00:00Z') });
    fc.assert(
      fc.property(
        fc.oneof(schedule, fc.constantFrom('@hourly', '@daily', '@weekly', '0 9 * * mon-fri')),
        moment,
        (text, ms) => {
          expect(cronFault(text)).toBeUndefined();
          // Near the beginning of an hour of a day, where schedules are due.
          for (const near of [ms, ms - (ms % (60 * MINUTE_MS)), ms - (ms % (1440 * MINUTE_MS))])
            expect(isInForce(text, 60, near)).toBe(isCronMinute(text, near));
        },
      ),
      { numRuns: 300 },
    );
  });

  it.each([
    ['2026-11-02T08:59:59Z', false],
    ['2026-11-02T09:00:00Z', true],
    ['2026-11-02T16:59:59Z', true],
    ['2026-11-02T17:00:00Z', false],
    ['2026-11-07T12:00:00Z', false],
  ])('from nine for eight hours on weekdays is, at %s, in force: %s', (time, expected) => {
    expect(isInForce('0 9 * * mon-fri', 8 * 3600, at(time))).toBe(expected);
  });
});
