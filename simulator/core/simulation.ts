import { Gate } from './gate.ts';
import { keyedRandom } from './random.ts';
import { VirtualClock } from './virtual-clock.ts';

/** Something that will happen: plain data, so that it survives a snapshot. `kind` finds its handler. */
export type AgendaItem = { readonly id: number; readonly atMs: number; readonly kind: string; readonly data: unknown };

/** Everything that is so in the simulated world. One JSON-serialisable value: no class instances, functions or Dates in it. */
export type World = {
  seed: number;
  nowMs: number;
  nextId: number;
  agenda: AgendaItem[];
  /** One entry for each simulated service, in a shape of its own. */
  services: Record<string, unknown>;
};

type AgendaHandler = (data: never) => void | Promise<void>;

/** A timer takes no more than a signed 32-bit number; what is due later is armed again. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The simulated world, its clock and its seed. Services keep no state but what `state` gives them. */
export class Simulation {
  readonly gate = new Gate();
  readonly clock: VirtualClock;
  readonly #handlers = new Map<string, AgendaHandler>();
  #world: Omit<World, 'agenda'>;
  #agenda = new Map<number, AgendaItem>();
  #failure: unknown;
  #timestamp = { atMs: Number.NaN, text: '' };

  constructor(options: { seed: number; startAt: string }) {
    const nowMs = Date.parse(options.startAt);
    this.#world = { seed: options.seed, nowMs, nextId: 1, services: {} };
    this.clock = new VirtualClock({ seed: options.seed, nowMs, gate: this.gate });
  }

  get seed(): number {
    return this.#world.seed;
  }

  /** Gives the process its own clock and randomness back. */
  close(): void {
    this.clock.close();
  }

  /** Milliseconds since the epoch, in virtual time. */
  now(): number {
    return this.clock.now();
  }

  /** The virtual time as RFC 3339 with whole seconds, as Kubernetes writes it. */
  timestamp(): string {
    const nowMs = this.now();
    if (this.#timestamp.atMs !== nowMs) {
      this.#timestamp = { atMs: nowMs, text: new Date(nowMs).toISOString().replace(/\.\d{3}Z$/, 'Z') };
    }
    return this.#timestamp.text;
  }

  /** A number in [low, high) that depends on the seed and the key alone. Name the key after the object, not after the call. */
  between(key: string, low: number, high: number): number {
    return low + keyedRandom(this.#world.seed, key) * (high - low);
  }

  /** A fresh number, unique in this world. */
  nextId(): number {
    this.#world.nextId += 1;
    return this.#world.nextId;
  }

  /** The state of one service, created on first use. Ask each time: a restore replaces the object. */
  state<S>(service: string, initial: () => S): S {
    this.#world.services[service] ??= initial();
    return this.#world.services[service] as S;
  }

  /** Says what happens when an agenda item of this kind is due. One handler for each kind. */
  on<D>(kind: string, handler: (data: D) => void | Promise<void>): void {
    if (this.#handlers.has(kind)) throw new Error(`agenda kind ${kind} has a handler already`);
    this.#handlers.set(kind, handler as AgendaHandler);
  }

  /** Puts something on the agenda. `data` must be plain JSON. */
  schedule(afterSeconds: number, kind: string, data: unknown): void {
    if (!this.#handlers.has(kind)) throw new Error(`agenda kind ${kind} has no handler`);
    const item = { id: this.nextId(), atMs: this.now() + Math.max(0, Math.round(afterSeconds * 1000)), kind, data };
    this.#agenda.set(item.id, item);
    this.#arm(item);
  }

  /** Lets work go on by itself; the run fails when it does. For what need not survive a snapshot. */
  background(work: Promise<unknown>): void {
    const world = this.#world;
    work.catch((error: unknown) => {
      if (world === this.#world) this.#failure ??= error;
    });
  }

  /** Waits in virtual time; for the inside of a call, not for what must survive a snapshot. */
  sleep(seconds: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  }

  /** Runs the world until the promise settles; throws what an agenda handler threw. */
  async runUntil<T>(promise: Promise<T>): Promise<T> {
    return this.clock.runUntil(promise, () => this.#failure);
  }

  /** Runs the world for so many virtual seconds. */
  async runFor(seconds: number): Promise<void> {
    await this.runUntil(this.sleep(seconds));
  }

  /** A deep copy of the whole world, taken while nothing real is in flight. */
  snapshot(): World {
    return structuredClone({ ...this.#world, nowMs: this.now(), agenda: [...this.#agenda.values()] });
  }

  /** Puts an earlier world back. Whatever was running in the present one is gone, as if the power had failed. */
  restore(world: World): void {
    const { agenda, ...rest } = structuredClone(world);
    this.#world = rest;
    this.#agenda = new Map(agenda.map((item) => [item.id, item]));
    this.#failure = undefined;
    this.clock.reset(this.#world.nowMs);
    for (const item of agenda) this.#arm(item);
  }

  #arm(item: AgendaItem): void {
    const world = this.#world;
    const waitMs = Math.max(0, item.atMs - this.now());
    setTimeout(
      () => {
        if (world !== this.#world) return;
        if (this.now() < item.atMs) return this.#arm(item);
        this.#agenda.delete(item.id);
        this.#perform(item).catch((error: unknown) => {
          this.#failure ??= error;
        });
      },
      Math.min(waitMs, LONGEST_TIMER_MS),
    );
  }

  async #perform(item: AgendaItem): Promise<void> {
    const handler = this.#handlers.get(item.kind);
    if (!handler) throw new Error(`agenda kind ${item.kind} has no handler`);
    await handler(item.data as never);
  }
}
