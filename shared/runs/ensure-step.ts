import type { Change, Run, StepResult } from './run.ts';
import type { StepInput } from './step-input.ts';

/** What is so after one look, and after acting on it where something had to change. */
export type Observation = {
  readonly ready: boolean;
  readonly detail: string;
  readonly change: Change;
  /** What a person has to do, for the report of the run. */
  readonly todo?: string | undefined;
};

/** How long a step takes on AWS; figures in seconds. */
export type StepTiming = {
  /** The shortest it takes when it has to make something: the machine does not look again before 90 % of it. */
  readonly plannedSeconds: number;
  readonly timeoutSeconds: number;
  /** Between later looks, while it takes no longer than is usual; 5 unless AWS is known to be quicker. */
  readonly pollSeconds?: number;
};

export type FenceCheck = { checkFence(run: Run): Promise<void> };

export type StepRecorder = {
  recordStart(run: Run, step: string, startedAt: string): Promise<void>;
  recordEnd(run: Run, result: StepResult, endedAt: string): Promise<void>;
};

export type EnsureDeps = {
  readonly clock: { now(): number };
  readonly fence: FenceCheck;
  readonly steps: StepRecorder;
};

const FIRST_LOOK_SHARE = 0.9;
const DEFAULT_POLL_SECONDS = 5;
/** A step is overdue when it has taken twice what was planned, and this. */
const GRACE_SECONDS = 60;
const OVERDUE_SHARE = 0.05;
const LONGEST_POLL_SECONDS = 15;

/**
 * One turn of an ensure-step: checks the fence, lets `ensure` observe, compare and act, and says what is so. The start and
 * the end of the step go into the run's record.
 */
export async function ensureStep(
  input: StepInput,
  timing: StepTiming,
  deps: EnsureDeps,
  ensure: () => Promise<Observation>,
): Promise<StepResult> {
  const { clock, fence, steps } = deps;
  await fence.checkFence(input.run);
  const startedAt = input.previous?.startedAt ?? new Date(clock.now()).toISOString();
  if (!input.previous) await steps.recordStart(input.run, input.step, startedAt);

  const observation = await ensure();

  const elapsedSeconds = (clock.now() - Date.parse(startedAt)) / 1000;
  const change = observation.change === 'none' ? (input.previous?.change ?? 'none') : observation.change;
  const result: StepResult = {
    name: input.step,
    ready: observation.ready,
    expired: !observation.ready && elapsedSeconds >= timing.timeoutSeconds,
    detail: observation.detail,
    retryAfterSeconds: secondsToNextLook(elapsedSeconds, timing, change),
    change,
    startedAt,
    ...(observation.todo === undefined ? {} : { todo: observation.todo }),
  };
  if (result.ready || result.expired) await steps.recordEnd(input.run, result, new Date(clock.now()).toISOString());
  return result;
}

/** What is overdue is looked at less and less often: it waits for a person more likely than for a moment. */
function secondsToNextLook(elapsedSeconds: number, timing: StepTiming, change: Change): number {
  const pollSeconds = timing.pollSeconds ?? DEFAULT_POLL_SECONDS;
  const untilFirstLook = change !== 'created' ? 0 : timing.plannedSeconds * FIRST_LOOK_SHARE - elapsedSeconds;
  const overdueSeconds = Math.max(0, elapsedSeconds - 2 * timing.plannedSeconds - GRACE_SECONDS);
  const patient = Math.min(Math.max(pollSeconds, LONGEST_POLL_SECONDS), pollSeconds + overdueSeconds * OVERDUE_SHARE);
  const untilTimeout = Math.max(1, timing.timeoutSeconds - elapsedSeconds);
  return Math.ceil(Math.min(Math.floor(Math.max(patient, untilFirstLook)), untilTimeout));
}
