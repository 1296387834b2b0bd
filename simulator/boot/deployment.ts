import type { EventInvokeConfig } from '../lambda/asynchronous.ts';
import type { FunctionConfig } from '../lambda/runtime.ts';
import type { MachineConfig } from '../stepfunctions/engine.ts';

/** A rule of the template, with its pattern resolved. */
export type RuleConfig = {
  readonly arn: string;
  readonly pattern: Readonly<Record<string, unknown>>;
  readonly targets: readonly { readonly arn: string; readonly deadLetterArn: string | undefined }[];
};

/** A resource policy entry of a function: who may invoke it, and for what. */
export type FunctionPermission = {
  readonly functionArn: string;
  readonly principal: string;
  readonly sourceArn: string | undefined;
};

/** What the compiled template wires together; filled while its resources are made. */
export type Deployment = {
  readonly functions: FunctionConfig[];
  readonly machines: MachineConfig[];
  readonly rules: RuleConfig[];
  readonly permissions: FunctionPermission[];
  readonly eventInvokeConfigs: EventInvokeConfig[];
  readonly logGroups: Set<string>;
};

export function emptyDeployment(): Deployment {
  return { functions: [], machines: [], rules: [], permissions: [], eventInvokeConfigs: [], logGroups: new Set() };
}
