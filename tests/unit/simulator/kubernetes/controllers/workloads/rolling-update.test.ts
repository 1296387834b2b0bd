import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { rollingLimits, scaledValue } from '../../../../../../simulator/kubernetes/controllers/percentages.ts';
import {
  newSetSize,
  oldSetSizes,
  proportionalSizes,
} from '../../../../../../simulator/kubernetes/controllers/workloads/rolling-update.ts';

describe('the arithmetic of a rolling update', () => {
  it('rounds the surge up and the unavailable down, and never both to nothing', () => {
    expect(rollingLimits(10, { maxSurge: '25%', maxUnavailable: '25%' })).toEqual({ maxSurge: 3, maxUnavailable: 2 });
    expect(rollingLimits(2, undefined)).toEqual({ maxSurge: 1, maxUnavailable: 0 });
    expect(rollingLimits(3, { maxSurge: 0, maxUnavailable: '10%' })).toEqual({ maxSurge: 0, maxUnavailable: 1 });
    expect(() => scaledValue('a few', 3, 'up')).toThrow('neither a number nor a percentage');
  });

  it('removes pods that are down anyway before it takes any that are up', () => {
    const sizes = oldSetSizes({
      wanted: 4,
      maxSurge: 1,
      maxUnavailable: 1,
      newest: { name: 'new', replicas: 1, available: 0 },
      old: [
        { name: 'oldest', replicas: 2, available: 2 },
        { name: 'older', replicas: 2, available: 1 },
      ],
    });

    expect([...sizes]).toEqual([['older', 1]]);
  });

  it('takes no old pods in place of new ones that are not up yet', () => {
    const sizes = oldSetSizes({
      wanted: 4,
      maxSurge: 1,
      maxUnavailable: 1,
      newest: { name: 'new', replicas: 1, available: 0 },
      old: [{ name: 'old', replicas: 4, available: 1 }],
    });

    expect([...sizes]).toEqual([['old', 3]]);
  });

  it('always ends, keeps enough pods available and stays within the surge', () => {
    const settings = fc.record({
      wanted: fc.integer({ min: 1, max: 30 }),
      maxSurge: fc.oneof(fc.integer({ min: 0, max: 10 }), fc.constantFrom('10%', '25%', '100%')),
      maxUnavailable: fc.oneof(fc.integer({ min: 0, max: 10 }), fc.constantFrom('0%', '25%', '50%')),
    });

    fc.assert(
      fc.property(settings, ({ wanted, ...given }) => {
        const limits = rollingLimits(wanted, given);
        let newest = { name: 'new', replicas: 0, available: 0 };
        let old = [
          { name: 'oldest', replicas: Math.floor(wanted / 2), available: Math.floor(wanted / 2) },
          { name: 'older', replicas: Math.ceil(wanted / 2), available: Math.ceil(wanted / 2) },
        ];
        const faults: string[] = [];
        for (let round = 0; round < 200; round += 1) {
          newest = { ...newest, replicas: newSetSize({ wanted, ...limits, newest, old }) };
          const sizes = oldSetSizes({ wanted, ...limits, newest, old });
          old = old.map((set) => {
            const replicas = sizes.get(set.name) ?? set.replicas;
            return { ...set, replicas, available: Math.min(set.available, replicas) };
          });
          const available = newest.available + old.reduce((sum, set) => sum + set.available, 0);
          const all = newest.replicas + old.reduce((sum, set) => sum + set.replicas, 0);
          if (available < wanted - limits.maxUnavailable) faults.push(`${available} available in round ${round}`);
          if (all > wanted + limits.maxSurge) faults.push(`${all} replicas in round ${round}`);
          if (newest.available < newest.replicas) newest = { ...newest, available: newest.available + 1 };
        }
        expect({ faults, newest, old: old.map(({ replicas }) => replicas) }).toEqual({
          faults: [],
          newest: { name: 'new', replicas: wanted, available: wanted },
          old: [0, 0],
        });
      }),
      { numRuns: 60 },
    );
  });

  it('shares a change of size in the middle of a rollout in proportion', () => {
    const sets = [
      { name: 'old', replicas: 8, available: 8, lastMost: 13 },
      { name: 'new', replicas: 5, available: 2, lastMost: 13 },
    ];

    expect([...proportionalSizes(sets, 15, 3)]).toEqual([
      ['old', 11],
      ['new', 7],
    ]);
    expect([...proportionalSizes(sets, 0, 3)].map(([, size]) => size)).toEqual([0, 0]);
  });
});
