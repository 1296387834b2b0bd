/** One AWS call as it happened. */
export type TraceEntry = {
  readonly at: string;
  readonly caller: string;
  readonly service: string;
  readonly operation: string;
  readonly input: unknown;
  /** 'ok' or the error code. */
  readonly outcome: string;
};

/** The ordered log of AWS calls: the same seed gives the same bytes. */
export class Trace {
  readonly entries: TraceEntry[] = [];
  readonly #limit: number;

  /** A run of a million events keeps no more than the last `limit` calls, up to twice as many before the older go. */
  constructor(limit = Infinity) {
    this.#limit = limit;
  }

  get isKept(): boolean {
    return this.#limit > 0;
  }

  record(entry: TraceEntry): void {
    this.entries.push(entry);
    if (this.entries.length > 2 * this.#limit) this.entries.splice(0, this.entries.length - this.#limit);
  }

  toJsonLines(): string {
    return this.entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
  }
}
