import type { Size } from '../../simulator/storm/experiments/experiment.ts';
import type { StormReport } from '../../simulator/storm/storm.ts';

/** One row of the table. */
export type Measured = Pick<
  StormReport,
  'conservation' | 'leadTimeLeftSeconds' | 'arrivalSeconds' | 'claimDeletedSeconds' | 'allSentSeconds'
> & {
  readonly id: string;
  readonly title: string;
  readonly size: Size;
  readonly seed: number;
  readonly simulatedSeconds: number;
  readonly wallSeconds: number;
  readonly heapMb: number;
  readonly injected: Readonly<Record<string, number>>;
  /** What is not as it must be; empty: PASS. */
  readonly faults: readonly string[];
};
