import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type CounterMemory, countersSince, NO_MEMORY } from '../../../../shared/utilisation/counters.ts';
import { scalingEvents } from '../../../../shared/utilisation/scaling-events.ts';
import { aLeader, NOW } from './a-fleet.ts';

const created = (pool: string, value: number) =>
  `karpenter_nodeclaims_created_total{min_values_relaxed="false",nodepool="${pool}",reason="provisioned"} ${value}`;
const disrupted = (reason: string, value: number) =>
  `karpenter_nodeclaims_disrupted_total{capacity_type="spot",consolidation_policy="",nodepool="general",reason="${reason}",termination_mode="graceful"} ${value}`;

const total = (deltas: readonly { readonly by: number }[]) => deltas.reduce((sum, { by }) => sum + by, 0);

describe('counters since the last look', () => {
  it('have nothing to compare with at the first look', () => {
    const { deltas, memory } = countersSince(aLeader([created('general', 41)]), NO_MEMORY, NOW);

    expect(deltas).toEqual([]);
    expect(memory.process).toBe('uid-1/100');
  });

  it('are news at the first look when the process began minutes ago, and only then', () => {
    const startedAgo = (minutes: number) => `uid-1/${NOW / 1000 - minutes * 60}`;
    const count = (process: string) =>
      total(countersSince(aLeader([created('general', 41)], process), NO_MEMORY, NOW).deltas);

    expect([count(startedAgo(2)), count(startedAgo(15)), count('uid-1/soon')]).toEqual([41, 0, 0]);
  });

  it('are differences within a process, and a counter that was not there before began at zero', () => {
    const { memory } = countersSince(aLeader([created('general', 41)]), NO_MEMORY, NOW);
    const { deltas } = countersSince(aLeader([created('general', 44), created('batch', 2)]), memory, NOW + 60_000);

    expect(deltas.map(({ labels, by }) => [labels['nodepool'], by])).toEqual([
      ['general', 3],
      ['batch', 2],
    ]);
  });

  it('are all that another process has counted: it did not lead at the last look', () => {
    const { memory } = countersSince(aLeader([created('general', 41)]), NO_MEMORY, NOW);
    const { deltas } = countersSince(aLeader([created('general', 44)], 'uid-2/900'), memory, NOW + 60_000);

    expect(total(deltas)).toBe(44);
  });

  it('count no family that nobody read before', () => {
    const { memory } = countersSince(aLeader([created('general', 41)]), NO_MEMORY, NOW);
    const earlier: CounterMemory = { ...memory, families: ['karpenter_nodeclaims_created_total'] };
    const { deltas } = countersSince(aLeader([created('general', 41), disrupted('empty', 9)]), earlier, NOW + 60_000);

    expect(total(deltas)).toBe(0);
  });

  it('say nothing when another look overtook this one, and leave its memory alone', () => {
    const { memory } = countersSince(aLeader([created('general', 41)]), NO_MEMORY, NOW);
    const late = countersSince(aLeader([created('general', 40)]), memory, NOW - 1);

    expect(late.deltas).toEqual([]);
    expect(late.memory).toBe(memory);
  });

  it('do not lose a counter that one page left out', () => {
    const looks = [
      created('general', 5),
      'karpenter_nodeclaims_created_total{nodepool="general" 7',
      created('general', 8),
    ];
    let memory: CounterMemory = NO_MEMORY;
    const sums = looks.map((line, at) => {
      const look = countersSince(aLeader([line]), memory, NOW + at);
      memory = look.memory;
      return total(look.deltas);
    });

    expect(sums).toEqual([0, 0, 3]);
  });

  const steps = fc.array(fc.record({ counts: fc.nat(20), isReplaced: fc.boolean(), isLooked: fc.boolean() }), {
    minLength: 1,
    maxLength: 40,
  });

  it('never add up to more than was counted, however often another process takes over', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const { sum, truth } = watch(all);
        expect(sum).toBeLessThanOrEqual(truth);
      }),
    );
  });

  it('add up to exactly what was counted between the first look and the last while one process leads', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const { sum, truth, unseen } = watch(all.map((step) => ({ ...step, isReplaced: false })));
        expect(sum).toBe(truth - unseen);
      }),
    );
  });

  it('lose nothing to a take-over when each process is looked at last before it goes', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const { sum, truth } = watch(all.map((step) => ({ ...step, isLooked: true })));
        expect(sum).toBe(truth);
      }),
    );
  });
});

type Step = { readonly counts: number; readonly isReplaced: boolean; readonly isLooked: boolean };

/** Looks at processes that lead one after another; `truth` is what they counted after the first look, `unseen` after the last. */
function watch(steps: readonly Step[]): { sum: number; truth: number; unseen: number } {
  let memory: CounterMemory = NO_MEMORY;
  let [process, value, truth, sum, unseen] = [0, 0, 0, 0, 0];
  for (const [at, { counts, isReplaced, isLooked }] of steps.entries()) {
    if (isReplaced) [process, value] = [process + 1, 0];
    value += counts;
    truth += counts;
    unseen += counts;
    if (!isLooked) continue;
    const isFirst = memory.process === null;
    const look = countersSince(aLeader([created('general', value)], `uid/${process}`), memory, NOW + at);
    memory = look.memory;
    sum += total(look.deltas);
    unseen = 0;
    if (isFirst) truth = 0;
  }
  return { sum, truth: memory.process === null ? 0 : truth, unseen: memory.process === null ? 0 : unseen };
}

describe('scaling events', () => {
  it('are counted by pool and in few words, and only what happened', () => {
    const before = [
      created('general', 1),
      disrupted('empty', 3),
      disrupted('underutilized', 0),
      disrupted('drifted', 7),
    ];
    const after = [
      created('general', 3),
      disrupted('empty', 4),
      disrupted('underutilized', 2),
      disrupted('drifted', 7),
      disrupted('spot_interrupted', 1),
      disrupted('something_new', 1),
      'karpenter_nodeclaims_terminated_total{capacity_type="spot",nodepool="general",zone="eu-west-1a"} 2',
      'karpenter_nodeclaims_terminated_total{capacity_type="spot",nodepool="general",zone="eu-west-1b"} 1',
    ];
    const { memory } = countersSince(aLeader(before), NO_MEMORY, NOW);
    const { deltas } = countersSince(aLeader(after), memory, NOW + 60_000);

    const events = scalingEvents('payments', deltas).map(({ dimensions, values }) => [dimensions['Reason'], ...values]);

    expect(events.toSorted()).toEqual([
      ['consolidated', 3],
      ['interrupted', 1],
      ['launched', 2],
      ['other', 1],
      ['terminated', 3],
    ]);
  });
});
