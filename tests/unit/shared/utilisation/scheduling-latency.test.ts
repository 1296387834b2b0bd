import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Delta } from '../../../../shared/utilisation/counters.ts';
import { podSchedulingSeconds } from '../../../../shared/utilisation/scheduling-latency.ts';

function buckets(entries: readonly (readonly [le: string, cumulative: number])[]): Delta[] {
  return entries.map(([le, by]) => ({ name: 'karpenter_pods_bound_duration_seconds_bucket', labels: { le }, by }));
}

describe('pod scheduling latency', () => {
  it('is spread evenly within each bucket, and put on the last bound beyond it', () => {
    // 4 between 1 and 2, none between 2 and 5, 2 between 5 and 11, 1 above 600.
    const [series] = podSchedulingSeconds(
      'payments',
      buckets([
        ['+Inf', 7],
        ['600', 6],
        ['1', 0],
        ['11', 6],
        ['2', 4],
        ['5', 4],
      ]),
    );

    const first = [1 + 1 / 6, 1.5, 1 + 5 / 6];
    expect(series?.values.map((value) => value.toFixed(6))).toEqual(
      [...first, 6.5, 9.5, 600].map((value) => value.toFixed(6)),
    );
    expect(series?.counts).toEqual([1, 1, 2, 1, 1, 1]);
    expect(series).toMatchObject({
      name: 'PodSchedulingSeconds',
      unit: 'Seconds',
      dimensions: { Cluster: 'payments' },
    });
  });

  it('is nothing when no pod was bound', () => {
    expect(
      podSchedulingSeconds(
        'payments',
        buckets([
          ['1', 0],
          ['+Inf', 0],
        ]),
      ),
    ).toEqual([]);
  });

  it('counts every pod once, within the bounds of its bucket, and fits one datum', () => {
    const bounds = Array.from({ length: 45 }, (_, at) => (at + 1) ** 2);
    fc.assert(
      fc.property(fc.array(fc.nat(1000), { minLength: 46, maxLength: 46 }), (counts) => {
        let sum = 0;
        const entries = counts.map((count, at) => {
          sum += count;
          return [at < 45 ? String(bounds[at]) : '+Inf', sum] as const;
        });
        const [series] = podSchedulingSeconds('payments', buckets(entries));
        const points = (series?.values ?? []).map((value, at) => ({ value, count: series?.counts?.[at] ?? 0 }));
        expect(points.length).toBeLessThanOrEqual(150);
        expect(points.reduce((all, { count }) => all + count, 0)).toBe(sum);
        for (const [at, bound] of bounds.entries()) {
          const below = points.reduce((all, { value, count }) => all + (value < bound ? count : 0), 0);
          expect(below).toBe(entries[at]?.[1]);
        }
      }),
    );
  });
});
