/** What every error of Joinery carries beside its message. */
export type OpsErrorOptions = {
  /** A retry of the same call may succeed. */
  readonly retryable?: boolean;
  /** Ids and facts for the log line; never secrets, never whole events. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
};

/**
 * The base of all errors that Joinery throws. `name` is what a state machine's Retry and Catch match, so a subclass sets
 * it explicitly: bundlers may rename classes.
 */
export class OpsError extends Error {
  readonly retryable: boolean;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(name: string, message: string, options: OpsErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = name;
    this.retryable = options.retryable ?? false;
    this.details = options.details ?? {};
  }
}
