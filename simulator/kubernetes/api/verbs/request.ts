import type { KubeUser } from '../../types.ts';
import type { Resource } from '../resources/resource.ts';

export type FieldValidation = 'Strict' | 'Warn' | 'Ignore';

/** Which objects a request is about. */
export type Target = {
  readonly resource: Resource;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
  readonly subresource?: string | undefined;
};

/** The options of a write. `warnings` collects what a client is told in Warning headers. */
export type WriteOptions = {
  readonly fieldManager: string;
  readonly fieldValidation: FieldValidation;
  readonly dryRun: boolean;
  readonly warnings: string[];
};

export type Write = { readonly user: KubeUser; readonly target: Target; readonly options: WriteOptions };
