import { describe, expect, it } from '@jest/globals';
import { decisionSecondsAt, lookAtDecisions } from '../../../../shared/latency/decisions.ts';

const HISTOGRAM = 'karpenter_pods_scheduling_decision_duration_seconds';
const T = 1_793_606_400_000;
const page = (process: string, sum: number, count: number) => ({
  process,
  samples: [
    { name: `${HISTOGRAM}_sum`, labels: {}, value: sum },
    { name: `${HISTOGRAM}_count`, labels: {}, value: count },
  ],
});

describe('the time of a decision', () => {
  it('is the mean of the pods that were decided between the looks around the making of the claim', () => {
    const first = lookAtDecisions(page('a/1', 100, 50), T, undefined);
    const second = lookAtDecisions(page('a/1', 130, 60), T + 60_000, first);
    const third = lookAtDecisions(page('a/1', 130, 60), T + 120_000, second);

    expect([-1, 0, 30, 60, 61].map((seconds) => decisionSecondsAt(third, T + seconds * 1000))).toEqual([
      null,
      3,
      3,
      3,
      null,
    ]);
  });

  it('is known of the whole life of a process that leads since lately, and not of one that is old', () => {
    const first = lookAtDecisions(page('a/1', 100, 50), T, undefined);
    const startedS = T / 1000 + 20;
    const young = lookAtDecisions(page(`b/${startedS}`, 8, 4), T + 60_000, first);

    expect([10, 20, 60].map((seconds) => decisionSecondsAt(young, T + seconds * 1000))).toEqual([null, 2, 2]);
    expect(decisionSecondsAt(lookAtDecisions(page('b/1', 400, 90), T + 60_000, first), T + 30_000)).toBeNull();
  });

  it('is not known of a time in which the counters began anew', () => {
    const first = lookAtDecisions(page('a/1', 100, 50), T, undefined);

    expect(decisionSecondsAt(lookAtDecisions(page('a/1', 2, 1), T + 60_000, first), T + 30_000)).toBeNull();
  });

  it('is forgotten after twenty minutes', () => {
    let known = lookAtDecisions(page('a/1', 0, 0), T, undefined);
    for (let minute = 1; minute <= 60; minute += 1)
      known = lookAtDecisions(page('a/1', minute, minute), T + minute * 60_000, known);

    expect(known.windows).toHaveLength(20);
  });
});
