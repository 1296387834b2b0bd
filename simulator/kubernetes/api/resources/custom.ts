import type { JsonSchema } from '../../../../shared/kube/schema/types.ts';
import type { KubeObject } from '../../types.ts';
import {
  ALL_VERBS,
  type PrinterColumn,
  type Resource,
  type ScalePaths,
  type Subresource,
  storageKeyOf,
} from './resource.ts';

/** A version of a CustomResourceDefinition. */
export type DefinitionVersion = {
  name: string;
  served: boolean;
  storage: boolean;
  deprecated?: boolean;
  schema?: { openAPIV3Schema?: JsonSchema };
  subresources?: { status?: object; scale?: ScalePaths };
  additionalPrinterColumns?: PrinterColumn[];
  selectableFields?: { jsonPath: string }[];
};

export type DefinitionSpec = {
  group: string;
  scope: 'Namespaced' | 'Cluster';
  names: {
    plural: string;
    singular?: string;
    kind: string;
    listKind?: string;
    shortNames?: string[];
    categories?: string[];
  };
  versions: DefinitionVersion[];
  preserveUnknownFields?: boolean;
  conversion?: { strategy?: string };
};

export const DEFINITIONS_KEY = 'apiextensions.k8s.io/customresourcedefinitions';

const AGE_COLUMN: PrinterColumn = { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' };
const resourcesOf = new WeakMap<KubeObject, Resource[]>();

export function definitionSpec(definition: KubeObject): DefinitionSpec {
  return definition.spec as unknown as DefinitionSpec;
}

/** The resources that an established definition serves, one for each served version. */
export function customResources(definition: KubeObject): Resource[] {
  const known = resourcesOf.get(definition);
  if (known) return known;
  const conditions = (definition.status?.['conditions'] ?? []) as { type: string; status: string }[];
  const isEstablished = conditions.some((condition) => condition.type === 'Established' && condition.status === 'True');
  const spec = definitionSpec(definition);
  const served = isEstablished ? spec.versions.filter((version) => version.served) : [];
  const resources = served.map((version) => toResource(spec, version));
  resourcesOf.set(definition, resources);
  return resources;
}

function toResource(spec: DefinitionSpec, version: DefinitionVersion): Resource {
  const { names, group } = spec;
  const verbs = ['get', 'patch', 'update'];
  const subresources: Subresource[] = [];
  if (version.subresources?.status) {
    subresources.push({ name: 'status', kind: names.kind, group, version: version.name, verbs });
  }
  if (version.subresources?.scale) {
    subresources.push({ name: 'scale', kind: 'Scale', group: 'autoscaling', version: 'v1', verbs });
  }
  return {
    group,
    version: version.name,
    plural: names.plural,
    singular: names.singular ?? names.kind.toLowerCase(),
    kind: names.kind,
    listKind: names.listKind ?? `${names.kind}List`,
    namespaced: spec.scope === 'Namespaced',
    shortNames: names.shortNames ?? [],
    categories: names.categories ?? [],
    verbs: ALL_VERBS,
    subresources,
    hasStatus: version.subresources?.status !== undefined,
    hasGeneration: true,
    isCustom: true,
    schema: version.schema?.openAPIV3Schema ?? { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    columns: version.additionalPrinterColumns ?? [AGE_COLUMN],
    scale: version.subresources?.scale,
    strategy: {},
    selectableFields: (version.selectableFields ?? []).map((field) => field.jsonPath.replace(/^\./, '')),
    storageKey: storageKeyOf(group, names.plural),
  };
}
