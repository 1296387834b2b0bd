/** A queue that invokes a function, as the template has it. */
export type MappingConfig = {
  readonly id: string;
  readonly queueArn: string;
  /** The function, or its version or alias, as the mapping names it. */
  readonly targetArn: string;
  readonly batchSize: number;
  readonly windowSeconds: number;
  readonly reportsItemFailures: boolean;
  readonly maximumConcurrency: number | undefined;
  readonly isEnabled: boolean;
};
