import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { timeMs } from '../../../../shared/cost/days.ts';
import { scaled } from '../../../../shared/cost/money.ts';
import { spotBook } from '../../../../shared/cost/spot-book.ts';
import { firstMs, hourStartIntegral, integral, priceAt } from '../../../../shared/cost/spot-series.ts';
import { aSpotPrice } from '../../../support/cost-files.ts';

const START = Date.parse('2026-11-01T00:00:00Z');
const HOUR_MS = 3_600_000;
const moment = fc.integer({ min: 0, max: 40 * 24 * HOUR_MS });
/** From what spot costs to the dearest and finest that a file may say, whose sums no floating point holds. */
const price = fc
  .tuple(fc.integer({ min: 0, max: 8999 }), fc.bigInt({ min: 0n, max: 999_999_999_999n }), fc.constantFrom(0, 4, 6, 12))
  .map(([whole, part, digits]) => {
    const fraction = String(part).padStart(12, '0').slice(0, digits);
    return fraction === '' ? String(whole) : `${digits === 4 ? 0 : whole}.${fraction}`;
  });
const points = fc.uniqueArray(fc.tuple(moment, price), { minLength: 1, maxLength: 20, selector: ([at]) => at });

describe('a spot series', () => {
  it('has exactly the sum of price times milliseconds, however large and fine its prices are', () => {
    fc.assert(
      fc.property(points, moment, moment, moment, (steps, a, b, runStart) => {
        const rows = steps.map(([at, of]) => aSpotPrice(new Date(START + at).toISOString(), of));
        const series = spotBook(rows)(aSpotPrice('', ''));
        if (!series) throw new Error('there is no series');
        const sorted = [...steps].sort(([left], [right]) => left - right);
        const from = Math.max(firstMs(series), START + Math.min(a, b));
        const to = Math.max(from, START + Math.max(a, b));
        const inForce = (ms: number) => scaled(sorted.findLast(([at]) => START + at <= ms)?.[1] ?? '0');
        const edges = [from, ...sorted.map(([at]) => START + at).filter((at) => at > from && at < to), to];
        const sum = edges
          .slice(1)
          .reduce((total, edge, index) => total + inForce(edges[index] ?? 0) * BigInt(edge - (edges[index] ?? 0)), 0n);

        expect(integral(series, from, to)).toBe(sum);
        expect(integral(series, from, to)).toBe(sum);
        expect(priceAt(series, to)).toBe(inForce(to));
        expect(priceAt(series, firstMs(series) - 1)).toBeUndefined();

        const began = Math.min(from, START + runStart);
        let byHours = 0n;
        for (let hour = began; hour < to; hour += HOUR_MS) {
          const ms = Math.min(hour + HOUR_MS, to) - Math.max(hour, from);
          if (ms > 0) byHours += inForce(Math.max(hour, firstMs(series))) * BigInt(ms);
        }
        expect(hourStartIntegral(series, began, from, to)).toBe(byHours);
      }),
      { numRuns: 200 },
    );
  });

  it('is of one place: Region, system, type and zone', () => {
    const book = spotBook([aSpotPrice('2026-11-01T00:00:00Z', '0.04')]);
    const place = aSpotPrice('', '');

    expect(book(place)).toBeDefined();
    const others = [{ region: 'eu-west-2' }, { os: 'windows' }, { instanceType: 'm5.xlarge' }, { zone: 'eu-west-1b' }];
    expect(others.map((other) => book({ ...place, ...other }))).toEqual(others.map(() => undefined));
  });
});

describe('a time', () => {
  it('is read as the general reader reads it', () => {
    fc.assert(
      fc.property(fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('2999-12-31') }), (date) => {
        const text = date.toISOString();
        const forms = [text, `${text.slice(0, 19)}Z`, `${text.slice(0, 19)}+01:00`, `${text.slice(0, 21)}Z`];

        expect(forms.map(timeMs)).toEqual(forms.map((form) => Date.parse(form)));
      }),
    );
  });
});
