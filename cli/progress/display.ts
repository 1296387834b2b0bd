import type { Writable } from 'node:stream';
import type { TaskEvent } from '../../simulator/boot/task-runner.ts';
import { duration, StepList, type StepView } from './steps.ts';

/** Shows how a simulation goes. */
export type Display = {
  task(event: TaskEvent, nowMs: number): void;
  tick(nowMs: number): void;
  say(line: string): void;
  /** Leaves the last state on the screen. */
  end(nowMs: number): void;
};

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const REDRAW_MS = 80;
const NAME_WIDTH = 21;
const TIME_WIDTH = 13;

const realNow = performance.now.bind(performance);

/** A list that redraws itself in a terminal; plain lines, one for each step that ends, anywhere else. */
export function display(stream: Writable & { isTTY?: boolean; columns?: number }): Display {
  return stream.isTTY ? liveDisplay(stream) : plainDisplay(stream);
}

function plainDisplay(stream: Writable): Display {
  const list = new StepList();
  const shown = new Set<string>();
  return {
    task: (event, nowMs) => {
      const step = list.take(event, nowMs);
      // Some steps have two parts, such as applying and waiting: each part has a line.
      const part = `${step?.name}: ${step?.detail}`;
      if (!step || step.endedMs === undefined || shown.has(part)) return;
      shown.add(part);
      stream.write(`${line(step, nowMs, '')}\n`);
    },
    tick: () => undefined,
    say: (text) => stream.write(`${text}\n`),
    end: () => undefined,
  };
}

function liveDisplay(stream: Writable & { columns?: number }): Display {
  const list = new StepList();
  let drawn = 0;
  let lastMs = 0;
  let frame = 0;
  const draw = (nowMs: number) => {
    const width = (stream.columns || 100) - 1;
    const lines = list.steps.map((step) => line(step, nowMs, FRAMES[frame % FRAMES.length] ?? '').slice(0, width));
    stream.write(`${drawn > 0 ? `\x1b[${drawn}A` : ''}\x1b[0J${lines.map((text) => `${text}\n`).join('')}`);
    drawn = lines.length;
  };
  return {
    task: (event, nowMs) => {
      if (list.take(event, nowMs)) draw(nowMs);
    },
    tick: (nowMs) => {
      if (realNow() - lastMs < REDRAW_MS) return;
      lastMs = realNow();
      frame += 1;
      draw(nowMs);
    },
    say: (text) => {
      // What was said stays above the list.
      stream.write(`${drawn > 0 ? `\x1b[${drawn}A` : ''}\x1b[0J${text}\n`);
      drawn = 0;
    },
    end: (nowMs) => draw(nowMs),
  };
}

function line(step: StepView, nowMs: number, spinner: string): string {
  const mark = step.isFailed ? '✖' : step.endedMs === undefined ? spinner : '✔';
  const time = duration((step.endedMs ?? nowMs) - step.startedMs).padStart(TIME_WIDTH);
  const what = step.endedMs === undefined || step.change === 'none' ? step.detail : `${step.change}: ${step.detail}`;
  return `${mark} ${step.name.padEnd(NAME_WIDTH)}${time}  ${what.replaceAll('\n', ' ')}`;
}
