import type { EventInvokeConfig } from '../lambda/asynchronous.ts';
import type { AliasConfig, FunctionConfig, VersionConfig } from '../lambda/function-config.ts';
import type { MappingConfig } from '../lambda/mappings/mapping-config.ts';
import type { MachineConfig } from '../stepfunctions/engine.ts';
import type { DeploymentGroup } from './code-deploy.ts';

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
  readonly permissions: FunctionPermission[];
  readonly eventInvokeConfigs: EventInvokeConfig[];
  readonly versions: VersionConfig[];
  readonly aliases: AliasConfig[];
  readonly mappings: MappingConfig[];
  readonly deploymentGroups: DeploymentGroup[];
  readonly logGroups: Set<string>;
};

export function emptyDeployment(): Deployment {
  return {
    functions: [],
    machines: [],
    permissions: [],
    eventInvokeConfigs: [],
    versions: [],
    aliases: [],
    mappings: [],
    deploymentGroups: [],
    logGroups: new Set(),
  };
}
