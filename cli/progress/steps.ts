import type { TaskEvent } from '../../simulator/boot/task-runner.ts';

/** How a step stands, as the state machines' calls show it. Times in virtual milliseconds. */
export type StepView = {
  readonly name: string;
  readonly startedMs: number;
  endedMs: number | undefined;
  change: string;
  detail: string;
  isFailed: boolean;
};

/** Keeps the list of steps from the calls that the state machines make. */
export class StepList {
  readonly steps: StepView[] = [];

  /** The step that changed, if the event is about one. */
  take(event: TaskEvent, nowMs: number): StepView | undefined {
    const name = nameOf(event.payload);
    if (name === undefined) return undefined;
    let step = this.steps.find((candidate) => candidate.name === name);
    if (!step) {
      step = { name, startedMs: nowMs, endedMs: undefined, change: 'none', detail: '', isFailed: false };
      this.steps.push(step);
    }
    if (event.error) {
      step.isFailed = true;
      step.endedMs = nowMs;
      step.detail = event.error.message;
    }
    const result = event.result as { ready?: boolean; detail?: string; change?: string } | undefined;
    if (result?.ready === undefined) return step;
    step.detail = result.detail ?? '';
    if (result.change !== 'none') step.change = result.change ?? 'none';
    step.endedMs = result.ready ? nowMs : undefined;
    return step;
  }
}

/** The name under which a call counts. Opening and closing the installer's access belongs to every run and is no step of its own. */
function nameOf(payload: unknown): string | undefined {
  const { step, action } = payload as { step?: unknown; action?: unknown };
  if (typeof step !== 'string' || action === 'close') return undefined;
  return step;
}

/** 1 min 05 s */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}
