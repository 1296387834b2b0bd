import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { count, newTally, totalOf } from '../../../../shared/cost/tally.ts';

describe('a tally', () => {
  it('has exactly the sum of rate times units, whatever the rates and however many the units', () => {
    const rate = fc.constantFrom(0n, 1n, 3n * 10n ** 28n);
    const units = fc.oneof(
      fc.integer({ min: 0, max: 86_400_000 }),
      fc.integer({ min: Number.MAX_SAFE_INTEGER - 9, max: Number.MAX_SAFE_INTEGER }),
      fc.bigInt({ min: 0n, max: 10n ** 30n }),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(rate, units)), (charges) => {
        const tally = newTally();
        let sum = 0n;
        for (const [of, many] of charges) {
          count(tally, of, many);
          sum += of * BigInt(many);
        }

        expect(totalOf(tally)).toBe(sum);
        expect(totalOf(tally)).toBe(sum);
      }),
    );
  });
});
