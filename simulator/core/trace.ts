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

  record(entry: TraceEntry): void {
    this.entries.push(entry);
  }

  toJsonLines(): string {
    return this.entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
  }
}
