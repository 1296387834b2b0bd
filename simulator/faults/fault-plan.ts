import type { CallFault } from '../aws/call-faults.ts';
import type { InjectedCall } from '../aws/cloud.ts';
import type { StormStage } from '../storm/storm.ts';

/** What one kind of fault knows when a call is made. */
export type FaultMoment = {
  readonly call: InjectedCall;
  /** Since the storm began. */
  readonly seconds: number;
  /** In [0, 1), by seed, call and what is drawn for. */
  readonly draw: (what: string) => number;
  /** Says that something was done, so that it is counted. */
  readonly note: (what: string, times?: number) => void;
};

/** A kind of fault: what it does to calls, and what it does to the world once. */
export type StormFaultPlan = {
  readonly summary: string;
  readonly onCall?: (moment: FaultMoment) => CallFault | undefined;
  readonly arrange?: (stage: StormStage) => void | Promise<void>;
};
