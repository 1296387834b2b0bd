/** What a step changed, over the whole run. `none`: everything was as it should be. */
export type Change = 'created' | 'adopted' | 'updated' | 'none';

/** A JSON document in the documents bucket; `sha256` proves that it is the one that was written. */
export type DocumentPointer = { readonly bucket: string; readonly key: string; readonly sha256: string };

/** What every state of every machine carries: ids and pointers, never the documents themselves. */
export type Run = {
  readonly cluster: string;
  /** ARN of the root execution: it holds the lease, and nested executions work in its name. */
  readonly rootExecution: string;
  /** Number of the lease: a function that changes something checks that it is still the current one. */
  readonly fence: number;
  readonly spec: DocumentPointer;
  readonly startedAt: string;
  /** Only the plan is wanted: nothing is changed and no lease is taken. */
  readonly planOnly: boolean;
  readonly smokeTest: boolean;
  /** The cluster was there before, and is somebody's: it is looked at first, and changed only by consent. */
  readonly adopt?: boolean;
  /** What was seen of such a cluster. */
  readonly facts?: DocumentPointer;
  /** Whether the controller of such a cluster has nodes of its own. */
  readonly bootstrapNodes?: boolean;
};

/** What an ensure-step answers; the machine loops on it. */
export type StepResult = {
  readonly name: string;
  readonly ready: boolean;
  /** The time that the step may take is over; the machine ends the run with `detail` as the reason. */
  readonly expired: boolean;
  readonly detail: string;
  readonly retryAfterSeconds: number;
  readonly change: Change;
  readonly startedAt: string;
  /** What a person has to do afterwards. */
  readonly todo?: string | undefined;
};
