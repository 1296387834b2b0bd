/**
 * What is known of one metric for one minute: values, each `counts` times (once, where there are no counts). CloudWatch keeps
 * percentiles of these.
 */
export type Series = {
  readonly name: string;
  readonly unit: 'Count' | 'Seconds' | 'Percent' | 'None';
  readonly dimensions: Readonly<Record<string, string>>;
  readonly values: readonly number[];
  readonly counts?: readonly number[];
};
