import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { folderOf, reportOf } from '../../../../shared/reports/period.ts';

const NOW = Date.parse('2027-04-01T03:15:02Z');
const of = (input: unknown, now = NOW) => reportOf(input, 'arn:execution', now);

describe('the period of a report', () => {
  it('is the whole day before the event, and looks back to the beginning of its month', () => {
    expect(of({ period: 'daily', at: '2026-11-21T02:15:00Z' })).toEqual({
      key: 'daily/2026-11-20',
      from: '2026-11-20T00:00:00.000Z',
      to: '2026-11-21T00:00:00.000Z',
      needsFrom: '2026-11-01T00:00:00.000Z',
      execution: 'arn:execution',
    });
  });

  it('of the first day of a month looks back to the day before, with which it is compared', () => {
    expect(of({ period: 'daily', at: '2026-11-02T02:15:00Z' }).needsFrom).toBe('2026-10-31T00:00:00.000Z');
  });

  it.each([
    [28, '2027-03-01T03:15:00Z', 'monthly/2027-02'],
    [29, '2028-03-01T03:15:00Z', 'monthly/2028-02'],
    [30, '2026-12-01T03:15:00Z', 'monthly/2026-11'],
    [31, '2027-01-01T03:15:00Z', 'monthly/2026-12'],
  ])('is the month of %i days that ended before %s', (days, at, key) => {
    const report = of({ period: 'monthly', at }, Date.parse(at));

    expect(report.key).toBe(key);
    expect(Date.parse(report.to) - Date.parse(report.from)).toBe(days * 86_400_000);
  });

  it('is decided by the event, not by when the execution starts; without one, by the present', () => {
    const late = of({ period: 'daily', at: '2026-11-21T02:15:00Z' }, Date.parse('2026-11-22T01:00:00Z'));

    expect(late.key).toBe('daily/2026-11-20');
    expect(of({ period: 'daily' }).key).toBe('daily/2027-03-31');
    expect(of({ period: 'monthly' }).key).toBe('monthly/2027-03');
  });

  it('is a window that somebody asks for, whatever the zone of its times', () => {
    expect(of({ from: '2026-11-02T09:00:00+01:00', to: '2026-11-02T08:30:00.500Z' })).toMatchObject({
      key: 'window/20261102T080000Z-20261102T083000.500Z',
      from: '2026-11-02T08:00:00.000Z',
    });
  });

  it.each([
    [{}],
    [{ period: 'weekly' }],
    [{ period: 'daily', from: '2026-11-02T08:00:00Z', to: '2026-11-03T08:00:00Z' }],
    [{ period: 'daily', at: 'yesterday' }],
    [{ from: '2026-11-02T08:00:00', to: '2026-11-03T08:00:00Z' }],
    [{ from: '2026-11-03T08:00:00Z', to: '2026-11-02T08:00:00Z' }],
    [{ from: '2027-05-03T08:00:00Z', to: '2027-05-04T08:00:00Z' }],
    [null],
  ])('is none for %j, and the error shows what to write', (input) => {
    expect(() => of(input)).toThrow('{"period":"daily"}');
  });

  it('of each day follows the one before without a gap, over years', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20_000 }), (day) => {
        const at = (offset: number) => new Date((day + offset) * 86_400_000 + 8_100_000).toISOString();
        const late = Date.parse('2100-01-01T00:00:00Z');
        const [today, tomorrow] = [of({ period: 'daily', at: at(1) }, late), of({ period: 'daily', at: at(2) }, late)];
        expect(tomorrow.from).toBe(today.to);
        expect(today.needsFrom < today.from).toBe(true);
      }),
    );
  });
});

it('has a folder for the fleet and one for each cluster', () => {
  expect([folderOf({ key: 'daily/2026-11-20' }), folderOf({ key: 'daily/2026-11-20' }, 'banking')]).toEqual([
    'reports/daily/2026-11-20/fleet',
    'reports/daily/2026-11-20/clusters/banking',
  ]);
});
