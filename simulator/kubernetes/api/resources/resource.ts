import type { Fault, JsonSchema } from '../../../../shared/kube/schema/types.ts';
import type { KubeObject, KubeUser } from '../../types.ts';
import type { ApiContext } from '../context.ts';

export const ALL_VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'] as const;

/** A subresource as discovery names it. */
export type Subresource = {
  readonly name: string;
  readonly kind: string;
  readonly group: string;
  readonly version: string;
  readonly verbs: readonly string[];
};

/** A column of a Table, as a CustomResourceDefinition declares it. */
export type PrinterColumn = {
  readonly name: string;
  readonly type: string;
  readonly jsonPath: string;
  readonly format?: string;
  readonly description?: string;
  readonly priority?: number;
};

/** Where the scale subresource finds its numbers; simple JSON paths such as `.spec.replicas`. */
export type ScalePaths = {
  readonly specReplicasPath: string;
  readonly statusReplicasPath: string;
  readonly labelSelectorPath?: string;
};

/** What is particular to a kind. Every hook works in place or returns faults; absent hooks do nothing. */
export type Strategy = {
  readonly applyDefaults?: (object: KubeObject) => void;
  /** Fields that only the server sets. `old` is undefined on creation. */
  readonly prepare?: (object: KubeObject, old: KubeObject | undefined, context: ApiContext) => void;
  /** Built-in admission plugins: may change the object or throw. */
  readonly admit?: (object: KubeObject, old: KubeObject | undefined, context: ApiContext, user: KubeUser) => void;
  readonly validate?: (object: KubeObject, old: KubeObject | undefined, context: ApiContext) => Fault[];
  /** Checks the name of a new object; DNS-1123 subdomain unless said otherwise. */
  readonly validateName?: (name: string) => string | undefined;
  /** Called after an object was stored or removed, for what the server itself does at once. */
  readonly stored?: (object: KubeObject, context: ApiContext) => void;
};

/** One served resource in one version. */
export type Resource = {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly singular: string;
  readonly kind: string;
  readonly listKind: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly verbs: readonly string[];
  readonly subresources: readonly Subresource[];
  /** Status is a subresource: written through it alone. */
  readonly hasStatus: boolean;
  readonly hasGeneration: boolean;
  readonly isCustom: boolean;
  readonly schema: JsonSchema;
  readonly columns: readonly PrinterColumn[] | undefined;
  readonly scale: ScalePaths | undefined;
  readonly strategy: Strategy;
  /** Further selectable fields beside metadata.name and metadata.namespace, as paths. */
  readonly selectableFields: readonly string[];
  /** Where the objects are kept; the same for all versions. */
  readonly storageKey: string;
};

export function apiVersionOf(resource: { readonly group: string; readonly version: string }): string {
  return resource.group === '' ? resource.version : `${resource.group}/${resource.version}`;
}

export function storageKeyOf(group: string, plural: string): string {
  return `${group}/${plural}`;
}

/** The parts of an apiVersion. */
export function parseApiVersion(apiVersion: string): { group: string; version: string } {
  const slash = apiVersion.indexOf('/');
  if (slash < 0) return { group: '', version: apiVersion };
  return { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}
