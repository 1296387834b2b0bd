import { describe, expect, it } from '@jest/globals';
import { killSweep } from '../support/kill-sweep.ts';

describe('a bootstrap run that is killed at any state (every fortieth state)', () => {
  it('converges to the same end when it is started again, with nothing made twice', async () => {
    const { points, faults } = await killSweep({ seed: 1, offset: 20, every: 40 });

    expect(faults).toEqual([]);
    expect(points).toBeGreaterThan(1);
  });
});
