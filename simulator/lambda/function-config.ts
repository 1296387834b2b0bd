/** A function as the compiled template describes it, with every intrinsic resolved. */
export type FunctionConfig = {
  readonly name: string;
  readonly arn: string;
  readonly roleArn: string;
  /** Absolute path of the handler's source. */
  readonly sourceFile: string;
  readonly exportName: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  /** What the function may run at once, taken from what the account has. */
  readonly reservedConcurrency?: number;
};

/** A published version: the code and the settings that the function had then. The number is the version's name. */
export type VersionConfig = {
  readonly functionArn: string;
  readonly version: string;
  /** Where its code is not the function's present one. */
  readonly code?: Pick<FunctionConfig, 'sourceFile' | 'exportName'>;
};

/** A name for a version. */
export type AliasConfig = {
  readonly arn: string;
  readonly functionArn: string;
  readonly version: string;
  /** Execution environments that are kept initialised for the alias. */
  readonly provisionedConcurrency: number;
};
