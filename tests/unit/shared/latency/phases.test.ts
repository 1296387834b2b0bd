import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { latencyOf, type Milestones, PHASES } from '../../../../shared/latency/phases.ts';

const T = Date.parse('2026-11-02T08:00:00Z');
const aWay = (more: Partial<Milestones> = {}): Milestones => ({
  decisionSeconds: 1.5,
  createdMs: T,
  launchedMs: T + 4000,
  registeredMs: T + 34_000,
  initializedMs: T + 52_000,
  podEventMs: T + 55_000,
  ...more,
});

describe('the phases of a node', () => {
  it('come from the stamps of its claim', () => {
    expect(latencyOf(aWay())).toEqual({
      phases: { decision: 1.5, launch: 4, register: 30, initialize: 18, bind: 3 },
      totalSeconds: 56.5,
      isDecisionKnown: true,
    });
  });

  it('begin with the claim where the decision is not known', () => {
    expect(latencyOf(aWay({ decisionSeconds: null }))).toMatchObject({ totalSeconds: 55, isDecisionKnown: false });
  });

  it.each([
    ['no pod came', null],
    ['a pod was bound before the node was initialized', T + 40_000],
    ['the last pod came long after', T + 52_000 + 121_000],
  ])('end with the node where %s', (_, podEventMs) => {
    expect(latencyOf(aWay({ podEventMs }))).toMatchObject({ phases: { bind: 0 }, totalSeconds: 53.5 });
  });

  it('take no time where two clocks disagree by a few seconds', () => {
    const launched = latencyOf(aWay({ launchedMs: T - 2000 }));

    expect(launched?.phases).toMatchObject({ launch: 0, register: 34 });
    expect(launched?.totalSeconds).toBe(56.5);
  });

  it('are not known where the stamps contradict each other, or are none', () => {
    expect(latencyOf(aWay({ registeredMs: T - 2001 }))).toBeUndefined();
    expect(latencyOf(aWay({ launchedMs: Number.NaN }))).toBeUndefined();
  });

  it('are never negative, and sum to the total', () => {
    const step = fc.integer({ min: -5, max: 900 });
    fc.assert(
      fc.property(
        step,
        step,
        step,
        step,
        fc.option(fc.double({ min: 0, max: 60, noNaN: true })),
        (a, b, c, d, decisionSeconds) => {
          const latency = latencyOf({
            decisionSeconds,
            createdMs: T,
            launchedMs: T + a * 1000,
            registeredMs: T + (a + b) * 1000,
            initializedMs: T + (a + b + c) * 1000,
            podEventMs: T + (a + b + c + d) * 1000,
          });

          expect(latency).toBeDefined();
          const seconds = PHASES.map((phase) => latency?.phases[phase] ?? Number.NaN);
          expect(Math.min(...seconds)).toBeGreaterThanOrEqual(0);
          expect(seconds.reduce((sum, one) => sum + one, 0)).toBeCloseTo(latency?.totalSeconds ?? Number.NaN, 6);
        },
      ),
    );
  });
});
