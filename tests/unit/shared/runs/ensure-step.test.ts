import { describe, expect, it } from '@jest/globals';
import { ensureStep, type Observation, type StepTiming } from '../../../../shared/runs/ensure-step.ts';
import type { StepResult } from '../../../../shared/runs/run.ts';
import { anInput, aStepWorld, drive } from '../../../support/fakes/step-world.ts';

const TIMING: StepTiming = { plannedSeconds: 100, timeoutSeconds: 300 };
const created: Observation = { ready: false, detail: 'asked', change: 'created' };
const waiting: Observation = { ready: false, detail: 'waiting', change: 'none' };
const done: Observation = { ready: true, detail: 'there', change: 'none' };

/** Turns of a step whose looks answer one observation after the other, the last one for ever. */
function aStep(timing: StepTiming, ...observations: readonly Observation[]) {
  const world = aStepWorld();
  let looks = 0;
  const turn = (previous?: StepResult) =>
    ensureStep(anInput('thing', previous), timing, world.deps, async () => {
      world.journal.push('look');
      const observation = observations[Math.min(looks, observations.length - 1)] ?? done;
      looks += 1;
      return observation;
    });
  return { world, turn };
}

describe('an ensure-step', () => {
  it('checks the fence, records its start, looks, and records its end', async () => {
    const { world, turn } = aStep(TIMING, done);

    const result = await turn();

    expect(world.journal).toEqual(['fence', 'start thing', 'look', 'end thing']);
    expect(result).toMatchObject({ name: 'thing', ready: true, expired: false, change: 'none', detail: 'there' });
  });

  it('looks again at nine tenths of the shortest time after it made something, then every few seconds', async () => {
    const { world, turn } = aStep(TIMING, created, waiting, waiting, done);

    const results = await drive(world, 'thing', ({ previous }) => turn(previous));

    expect(results.map((result) => result.retryAfterSeconds)).toEqual([90, 5, 5, 5]);
    expect(world.journal.filter((entry) => entry.startsWith('start'))).toHaveLength(1);
  });

  it('polls from the start what it did not make itself, as often as the step wants', async () => {
    const { turn } = aStep({ ...TIMING, pollSeconds: 2 }, waiting);

    expect((await turn()).retryAfterSeconds).toBe(2);
  });

  it('polls a change from the start: only making something takes the planned time', async () => {
    const { turn } = aStep(TIMING, { ...waiting, change: 'updated' });

    expect((await turn()).retryAfterSeconds).toBe(5);
  });

  it('looks less and less often at what is overdue', async () => {
    const timing = { plannedSeconds: 20, timeoutSeconds: 600, pollSeconds: 3 };
    const { world, turn } = aStep(timing, waiting);

    const results = await drive(world, 'thing', ({ previous }) => turn(previous));
    const waits = results.slice(0, -1).map((result) => result.retryAfterSeconds);
    const withoutLast = waits.slice(0, -1);

    // Twice the planned time and a minute at its usual pace: 34 looks.
    expect(waits.slice(0, 34)).toEqual(Array.from({ length: 34 }, () => 3));
    expect(withoutLast).toEqual([...withoutLast].sort((left, right) => left - right));
    expect(withoutLast.at(-1)).toBe(15);
    expect(waits.reduce((sum, seconds) => sum + seconds)).toBe(600);
    expect(waits.length).toBeLessThan(100);
    expect(results.at(-1)).toMatchObject({ expired: true });
  });

  it('keeps what it changed when a later look finds nothing to do', async () => {
    const { world, turn } = aStep(TIMING, created, waiting, done);

    const results = await drive(world, 'thing', ({ previous }) => turn(previous));

    expect(results.map((result) => result.change)).toEqual(['created', 'created', 'created']);
    expect(world.ended).toHaveLength(1);
  });

  it('expires when its time is over, and not one look before', async () => {
    const { world, turn } = aStep(TIMING, waiting);

    const results = await drive(world, 'thing', ({ previous }) => turn(previous));

    const last = results.at(-1);
    expect(last).toMatchObject({ ready: false, expired: true, detail: 'waiting' });
    expect(world.clock.now() - Date.parse(last?.startedAt ?? '')).toBe(300_000);
    expect(results.filter((result) => result.expired)).toHaveLength(1);
    expect(world.ended).toEqual([last]);
  });

  it('is ready and not expired when it comes up late', async () => {
    const { world, turn } = aStep(TIMING, waiting, done);
    const first = await turn();

    world.advance(1000);

    expect(await turn(first)).toMatchObject({ ready: true, expired: false });
  });

  it('records no end and lets the error through when a look fails', async () => {
    const world = aStepWorld();

    const turn = ensureStep(anInput('thing'), TIMING, world.deps, async () => {
      throw new Error('refused');
    });

    await expect(turn).rejects.toThrow('refused');
    expect(world.journal).toEqual(['fence', 'start thing']);
  });
});
