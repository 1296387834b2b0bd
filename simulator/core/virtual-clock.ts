import { type Clock, install } from '@sinonjs/fake-timers';
import type { Gate } from './gate.ts';
import { seededRandom } from './random.ts';

const real = { setImmediate, setTimeout, random: Math.random, now: performance.now.bind(performance) };

/** How fast virtual time may pass for a person who watches; undefined: as fast as it goes. */
export type Pace = { readonly virtualSecondsPerSecond: number };

/**
 * Date, setTimeout, setInterval and Math.random of this process, under our control from construction to `close`.
 * Handlers and the state-machine engine must be loaded in between, or they keep the real ones.
 */
export class VirtualClock {
  readonly #gate: Gate;
  readonly #timers: Clock;
  readonly #seed: number;
  /** Called after each timer, for a display; must not change anything. */
  onTick: (() => void) | undefined;
  #pace: Pace | undefined;
  #paceStart: { readonly realMs: number; readonly virtualMs: number } | undefined;

  constructor(options: { seed: number; nowMs: number; gate: Gate }) {
    this.#gate = options.gate;
    this.#seed = options.seed;
    this.#timers = install({
      now: options.nowMs,
      toFake: ['Date', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'],
    });
    Math.random = seededRandom(options.seed);
  }

  get pace(): Pace | undefined {
    return this.#pace;
  }

  set pace(pace: Pace | undefined) {
    this.#pace = pace;
    this.#paceStart = undefined;
  }

  close(): void {
    this.#timers.uninstall();
    Math.random = real.random;
  }

  now(): number {
    return this.#timers.now;
  }

  /** Forgets every timer and sets the time. */
  reset(nowMs: number): void {
    this.#timers.reset();
    this.#timers.setSystemTime(nowMs);
    Math.random = seededRandom(this.#seed);
  }

  /** Drain; if the gate is busy wait for it; otherwise fire one timer. Until the promise settles or `failure` says why not. */
  async runUntil<T>(promise: Promise<T>, failure: () => unknown): Promise<T> {
    let isSettled = false;
    const settle = () => {
      isSettled = true;
    };
    promise.then(settle, settle);
    for (;;) {
      await this.#drain();
      if (failure() !== undefined) throw failure();
      if (isSettled) return promise;
      if (this.#timers.countTimers() === 0) {
        throw new Error('the simulation stands still: nothing is scheduled and nothing real is under way');
      }
      this.#timers.next();
      this.onTick?.();
      if (this.pace) await this.#keepPace(this.pace);
    }
  }

  async #drain(): Promise<void> {
    do {
      await this.#gate.idle();
      await new Promise((resolve) => real.setImmediate(resolve));
    } while (this.#gate.isBusy);
  }

  /** Waits while virtual time is ahead of what the pace allows; time spent on real work counts. */
  async #keepPace({ virtualSecondsPerSecond }: Pace): Promise<void> {
    this.#paceStart ??= { realMs: real.now(), virtualMs: this.now() };
    const aheadMs =
      (this.now() - this.#paceStart.virtualMs) / virtualSecondsPerSecond - (real.now() - this.#paceStart.realMs);
    if (aheadMs >= 1) await new Promise((resolve) => real.setTimeout(resolve, aheadMs));
  }
}
