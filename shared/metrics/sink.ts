import type { Datum } from './data.ts';

/** Where metrics go. CloudWatch takes them now; another may come beside it. */
export type MetricSink = {
  /** One batch, all or nothing. Throws an OpsError; one named Throttled says that nothing of it was taken. */
  send(batch: readonly Datum[], atMs: number): Promise<void>;
};
