import type { Simulation } from '../core/simulation.ts';
import type { JsonMap } from './template.ts';

/** What a provider works with: one resource of one stack. Calls are made as the stack's role, so its permissions decide. */
export type ProviderContext = {
  readonly simulation: Simulation;
  readonly accountId: string;
  readonly region: string;
  readonly stackName: string;
  readonly stackId: string;
  readonly logicalId: string;
  /** Counts the replacements of the resource, so that each has a name of its own. */
  readonly generation: number;
  /** True when an earlier attempt may have got part of the way: what is there under our name is then ours. */
  readonly isRetry: boolean;
  /** The stack's tags, for the resource types that take tags. */
  readonly tags: Readonly<Record<string, string>>;
  /** Says that the resource exists from now on, though it may not be finished: a failed stack then deletes it. */
  exists(physicalId: string): void;
  call<O>(service: string, operation: string, input: object): Promise<O>;
};

/** What Ref and Fn::GetAtt give. */
export type ProvidedResource = { readonly physicalId: string; readonly attributes: JsonMap };

/**
 * How resources of one type are made. Every function must be safe to repeat after it was cut off half-way. An unknown property
 * must be an error (`readProperties` sees to that).
 */
export type ResourceProvider = {
  readonly type: string;
  /** How long CloudFormation takes from asking to CREATE_COMPLETE. */
  readonly seconds: readonly [low: number, high: number];
  create(properties: JsonMap, context: ProviderContext): Promise<ProvidedResource>;
  /** Changes the resource in place, or says that it must be replaced. */
  update(
    current: ProvidedResource & { readonly properties: JsonMap },
    properties: JsonMap,
    context: ProviderContext,
  ): Promise<ProvidedResource | 'replace'>;
  delete(current: ProvidedResource & { readonly properties: JsonMap }, context: ProviderContext): Promise<void>;
};

export type ProviderTable = Readonly<Record<string, ResourceProvider>>;

export function providerTable(...providers: readonly ResourceProvider[]): ProviderTable {
  return Object.fromEntries(providers.map((provider) => [provider.type, provider]));
}
