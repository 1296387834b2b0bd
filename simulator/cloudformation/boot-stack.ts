import type { CallContext } from '../aws/types.ts';
import { evaluateConditions } from './conditions.ts';
import { dependencyGraph, inOrder } from './dependencies.ts';
import { parameterValues } from './parameters.ts';
import type { ProvidedResource, ProviderTable } from './provider.ts';
import { type PseudoParameters, resolve, resolveProperties, type Scope } from './resolve.ts';
import { type Json, type Template, TemplateError } from './template.ts';

export type BootStackOptions = {
  readonly template: Template;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly stackName: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly providers: ProviderTable;
  /** A context of the deployer: every call is made as that caller. */
  readonly context: CallContext;
};

/** A stack that stands. Plain JSON. */
export type BootedStack = {
  readonly stackId: string;
  readonly resources: Readonly<Record<string, ProvidedResource & { readonly type: string }>>;
  readonly outputs: Readonly<Record<string, Json>>;
};

/** Creates a whole template, one resource after another and without CloudFormation's waiting. Fails as a whole. */
export async function bootStack(options: BootStackOptions): Promise<BootedStack> {
  const { template, stackName, context, providers, tags = {} } = options;
  const pseudo = pseudoParameters(context, stackName, 'boot');
  const parameters = parameterValues(template, options.parameters ?? {});
  const conditions = evaluateConditions({ template, parameters, pseudo });
  refuseUnknownTypes(template, providers);

  const resources: Record<string, ProvidedResource & { type: string }> = {};
  const scope: Scope = { template, parameters, pseudo, conditions, resources };
  for (const logicalId of inOrder(dependencyGraph(template, conditions))) {
    const type = template.Resources[logicalId]?.Type ?? '';
    const provider = providers[type];
    if (!provider) throw new TemplateError(`no provider for ${type}`);
    const created = await provider.create(resolveProperties(scope, logicalId), {
      simulation: context.simulation,
      accountId: context.accountId,
      region: context.region,
      stackName,
      stackId: pseudo['AWS::StackId'],
      logicalId,
      generation: 0,
      isRetry: false,
      tags,
      exists: () => undefined,
      call: (service, operation, input) => context.call(service, operation, input),
    });
    resources[logicalId] = { ...created, type };
  }
  return { stackId: pseudo['AWS::StackId'], resources, outputs: resolveOutputs(scope) };
}

/** The outputs whose conditions hold. */
export function resolveOutputs(scope: Scope): Record<string, Json> {
  const outputs = Object.entries(scope.template.Outputs ?? {}).filter(
    ([, { Condition }]) => Condition === undefined || scope.conditions[Condition] === true,
  );
  return Object.fromEntries(outputs.map(([name, { Value }]) => [name, resolve(Value, scope)]));
}

export function refuseUnknownTypes(template: Template, providers: ProviderTable): void {
  const types = Object.values(template.Resources).map(({ Type }) => Type);
  const unknown = [...new Set(types.filter((type) => !Object.hasOwn(providers, type)))];
  if (unknown.length > 0)
    throw new TemplateError(`Template format error: Unrecognized resource types: [${unknown.join(', ')}]`);
}

export function pseudoParameters(
  place: { readonly accountId: string; readonly region: string },
  stackName: string,
  uniquePart: string,
): PseudoParameters {
  return {
    'AWS::AccountId': place.accountId,
    'AWS::Region': place.region,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': stackName,
    'AWS::StackId': `arn:aws:cloudformation:${place.region}:${place.accountId}:stack/${stackName}/${uniquePart}`,
  };
}
